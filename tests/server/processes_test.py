"""P rows: what happens to the process, its clock, its signals and its descriptors."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

from server import DEADLINE, SANITIZER_REPORT, STENTOR, ServerTest, environment

CONNECT = b"CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:%s\n\n\0"
FAKETIME = next((path for path in ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                                   "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1") if os.path.exists(path)), None)


class Session:
    """A STOMP session by TCP."""

    def __init__(self, place, heart_beat=b"0,0"):
        self.socket = socket.create_connection(place, DEADLINE)
        self.data = b""
        self.say(CONNECT % heart_beat)
        assert self.until(b"\0").lstrip(b"\n").startswith(b"CONNECTED\n")

    def say(self, data):
        self.socket.sendall(data)

    def until(self, mark):
        while mark not in self.data:
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError(f"ended after {self.data[-200:]!r}")
            self.data += piece
        before, _, self.data = self.data.partition(mark)
        return before

    def is_served(self, receipt=b"r"):
        self.say(b"SEND\ndestination:/topic/a\nreceipt:" + receipt + b"\n\nx\0")
        self.until(b"receipt-id:" + receipt + b"\n")
        self.until(b"\0")

    def close(self):
        self.socket.close()


class Processes(ServerTest):
    def start(self, settings="", **options):
        file = self.write(f"port = 0\nstomp_port = 0\nshards = 2\n{settings}")
        return self.serve("--config", str(file), stomp=True, **options)

    def session(self, server, **options):
        made = Session(server.stomp, **options)
        self.addCleanup(made.close)
        return made

    def until(self, done):
        end = time.monotonic() + DEADLINE
        while not done():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    @unittest.skipUnless(FAKETIME, "needs libfaketime")
    def test_p06_a_wall_clock_that_jumps(self):
        """Forwards and back: heart-beats, pings and timeouts go by the other clock."""
        clock = self.write("+0", "clock")
        server = self.start("[stomp]\nheart_beat_send = 1000\nheart_beat_receive = 5000", variables={
            "LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0"})
        session = self.session(server, heart_beat=b"1000,1000")
        for jump in ("+1h", "-1h", "+10y", "-10y", "+0"):
            clock.write_text(jump)
            session.until(b"\n")  # a heart-beat
            session.is_served()
            Session(server.stomp).close()
        self.assertNotRegex(server._errors(), "heart_beat|timed_out")
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_p07_a_server_that_stood_still(self):
        """For more than two heart-beats, which the client sent and nobody read: it is as alive as it was."""
        server = self.start()
        session = self.session(server, heart_beat=b"1000,0")
        quiet = self.session(server)
        server.process.send_signal(signal.SIGSTOP)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            session.say(b"\n")
            time.sleep(0.5)
        server.process.send_signal(signal.SIGCONT)
        session.is_served()
        quiet.is_served()
        self.assertIn("loop_stood_still", server._errors())

    def test_p08_an_end_under_load(self):
        """What has its RECEIPT was delivered to whoever was there."""
        server = self.start()
        listener = self.session(server)
        listener.say(b"SUBSCRIBE\nid:1\ndestination:/topic/load\nreceipt:s\n\n\0")
        listener.until(b"receipt-id:s\n")
        sender = self.session(server)
        for number in range(200):
            sender.say(b"SEND\ndestination:/topic/load\nreceipt:%d\n\n%d\0" % (number, number))
        server.process.send_signal(signal.SIGTERM)
        told, heard = self.rest(sender), self.rest(listener)
        for receipt in re.findall(rb"receipt-id:(\d+)\n", told):
            self.assertIn(b"\n\n" + receipt + b"\0", heard)
        self.assertEqual(server.ended(), 0)

    def rest(self, session):
        data = session.data
        try:
            while piece := session.socket.recv(65536):
                data += piece
        except ConnectionError:
            pass
        return data

    def test_p09_signals_again_and_again(self):
        server = self.start("shutdown_timeout = 1000")
        session = self.session(server)
        for _ in range(200):
            server.process.send_signal(signal.SIGPIPE)
        session.is_served()
        for _ in range(20):
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.005)
        self.assertEqual(server.ended(), 0)

    def test_p09_nobody_reads_the_log(self):
        """Its pipe is broken: a line that is lost, not an end."""
        with subprocess.Popen([STENTOR, "serve", "--port", "0"], env=environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            try:
                port = int(re.search(rb":(\d+)\n", process.stdout.readline())[1])
                process.stderr.close()
                for _ in range(3):
                    with socket.create_connection(("127.0.0.1", port), DEADLINE) as wire:
                        wire.sendall(b"nonsense\r\n\r\n")
                        self.assertTrue(wire.recv(4096).startswith(b"HTTP/1.1 400 "))
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(DEADLINE), 0)
            finally:
                process.kill()

    def test_p13_too_few_descriptors_to_start(self):
        """It starts, or says why not."""
        started = 0
        for most in range(5, 60, 6):
            with subprocess.Popen(["prlimit", f"--nofile={most}", STENTOR, "serve", "--port", "0"], env=environment(),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                try:
                    said = process.stdout.readline()
                    if said:
                        started += 1
                        process.send_signal(signal.SIGTERM)
                        self.assertEqual(process.wait(DEADLINE), 0)
                        continue
                    errors = process.stderr.read().decode(errors="replace")
                    if "invalid vptr" in errors:  # UBSan needs a pipe to look at one
                        continue
                    code = process.wait(DEADLINE)
                    if most >= 12:  # less, and the loader itself does not find its libraries
                        self.assertEqual(code, 1, errors)
                        self.assertRegex(errors, "Too many open files|cannot_start")
                    self.assertNotRegex(errors, SANITIZER_REPORT)
                finally:
                    process.kill()
        self.assertGreater(started, 0)


if __name__ == "__main__":
    assert shutil.which("prlimit")
    unittest.main()
