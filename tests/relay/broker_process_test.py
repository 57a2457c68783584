"""Brokers that do not start, as on a busy machine, and ports that are not free yet; no real broker is needed."""

import contextlib
import io
import socket
import sys
import unittest

from broker_process import BrokerProcess
from ports import free_ports, is_free, is_open, wait_until_free

LISTENS = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(600)"


class Broker(BrokerProcess):
    name = "Fake"
    deadline = 30

    def __init__(self, programs):
        """What is run, one each time it is started."""
        super().__init__(ports=1)
        self._programs = iter(programs)

    def launch(self):
        self.run(sys.executable, "-c", next(self._programs), str(self.port))


class BrokerProcessTest(unittest.TestCase):
    def broker(self, *programs):
        broker = Broker(programs)
        self.addCleanup(broker.remove)
        return broker

    def test_it_starts_ends_and_starts_again_at_the_same_port(self):
        broker = self.broker(LISTENS, LISTENS, LISTENS)
        for end in (broker.kill, broker.stop, broker.kill):
            broker.start()
            self.assertTrue(is_open(broker.port))
            self.assertTrue(broker.is_running())
            end()
            self.assertFalse(is_open(broker.port))
            self.assertFalse(broker.is_running())

    def test_one_that_does_not_start_is_started_again(self):
        broker = self.broker("raise SystemExit('busy')", "raise SystemExit('busy')", LISTENS)
        with contextlib.redirect_stderr(io.StringIO()) as said:
            broker.start()
        self.assertTrue(is_open(broker.port))
        self.assertEqual(said.getvalue().count("Fake is started again"), 2)

    def test_one_that_never_starts_says_what_it_said(self):
        broker = self.broker(*["raise SystemExit('no room for Fake')"] * BrokerProcess.tries)
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaisesRegex(AssertionError, "no room for Fake"):
            broker.start()
        self.assertFalse(broker.is_running())

    def test_a_broker_that_does_not_stop_is_killed(self):
        stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LISTENS
        broker = self.broker(stubborn)
        broker.start()
        broker.deadline = 1
        with contextlib.redirect_stderr(io.StringIO()):
            broker.stop()
        self.assertFalse(broker.is_running())

    def test_a_port_that_somebody_listens_at_is_waited_for_and_named(self):
        port, = free_ports(1)
        with socket.create_server(("127.0.0.1", port)):
            self.assertFalse(is_free(port))
            with self.assertRaisesRegex(AssertionError, str(port)):
                wait_until_free([port], 0.1)
        wait_until_free([port], 0.1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
