"""Two servers with a relay share one ActiveMQ, which also goes away and comes back."""

import sys
import unittest

import activemq
from activemq import ActiveMq
from promises import Promises
from servers import Servers
from stomp_client import Client
from wildcards import Wildcards

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

    def test_what_it_had_not_written_to_a_lost_connection_comes_later_and_unmarked(self):
        """Its own doing, without any server between: why docs/relay.md promises no order there."""
        reader, stalled, producer = (self.client() for _ in range(3))
        for client in (reader, stalled):
            client.subscribed("/queue/dealt", ack="client-individual", **{"activemq.prefetchSize": "100"})
        body = "." * 200_000
        for number in range(20):
            producer.sent("/queue/dealt", f"{number} {body}", persistent="true")
        mine = self.taken(reader, 10)
        stalled.close()
        after = self.taken(reader, 10)
        self.assertEqual(sorted(mine), mine)
        self.assertEqual([number for number, _ in after], sorted({*range(20)} - {number for number, _ in mine}))
        self.assertEqual((after[0][1], after[-1][1]), (True, False))

    @staticmethod
    def taken(client, count):
        """The numbers of the next messages, and whether they are marked."""
        got = []
        while len(got) < count:
            message = client.expect("MESSAGE")
            got.append((int(message.body.split()[0]), "redelivered" in message.headers))
            client.settle("ACK", message)
        return got

    def test_a_limited_login_is_limited(self):
        self.client("limited").subscribed("/queue/allowed.a")
        stranger = self.client("limited")
        stranger.subscribe("/queue/other")
        self.assertEqual(stranger.expect("ERROR").command, "ERROR")


class PromisesTest(Servers, Promises, Wildcards, unittest.TestCase):
    make_broker = ActiveMq

    def test_what_is_rejected_too_often_is_a_dead_letter_of_the_broker(self):
        self.publish("/queue/dies", "dies")
        client = self.consumer(0, "/queue/dies")
        times = 0
        while (frame := client.next(1.5)) is not None:
            if frame.command == "MESSAGE":
                times += 1
                client.settle("NACK", frame)
        self.assertEqual(times, 20)
        graves = self.broker_client()
        graves.subscribe("/queue/ActiveMQ.DLQ")
        while self.messages(graves, 1)[0].body != "dies":
            pass


if __name__ == "__main__":
    if reason := activemq.missing():
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
