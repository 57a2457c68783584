"""Two servers with a relay share one ActiveMQ, which also goes away and comes back."""

import sys
import unittest

import activemq
from activemq import ActiveMq
from stomp_client import Client

SKIPPED = 77  # to CTest


class ActiveMqTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = ActiveMq()
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()

    def client(self, login="guest"):
        client = Client(("127.0.0.1", self.broker.port), login=login, passcode=login)
        self.addCleanup(client.close)
        return client

    def test_what_waits_in_a_queue_outlives_the_broker(self):
        for end in (self.broker.kill, self.broker.stop):
            self.client().sent("/queue/later", "waited", persistent="true")
            end()
            self.assertFalse(self.broker.is_running())
            self.broker.start()
            listener = self.client()
            listener.subscribe("/queue/later")
            frames = {frame.command: frame for frame in (listener.next(30), listener.next(30))}
            self.assertEqual(frames["MESSAGE"].body, "waited")
            self.assertEqual(self.broker.connections(), 1)
            listener.close()

    def test_a_limited_login_is_limited(self):
        self.client("limited").subscribed("/queue/allowed.a")
        stranger = self.client("limited")
        stranger.subscribe("/queue/other")
        self.assertEqual(stranger.expect("ERROR").command, "ERROR")


if __name__ == "__main__":
    if reason := activemq.missing():
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
