"""Limits of connections of the running server: of all, of one address, of new ones, and of descriptors."""

import os
import re
import resource
import signal
import socket
import time
import unittest

from server import DEADLINE, ServerTest

CONNECT = b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0"


class Limits(ServerTest):
    def start(self, settings, **options):
        return self.serve("--config", str(self.write(f"port = 0\nstomp_port = 0\nshards = 2\n{settings}")), stomp=True,
                          **options)

    def connect(self, place):
        made = socket.create_connection(place, DEADLINE)
        self.addCleanup(made.close)
        return made

    def everything(self, wire):
        """All that comes until the end; a reset is one."""
        data = b""
        try:
            while piece := wire.recv(65536):
                data += piece
        except ConnectionError:
            pass
        return data

    def served(self, place):
        """A STOMP session, or nothing when it was not taken."""
        wire = self.connect(place)
        try:
            wire.sendall(CONNECT)
            if wire.recv(65536).startswith(b"CONNECTED\n"):
                return wire
        except ConnectionError:
            pass
        return None

    def still_serves(self, wire):
        wire.sendall(b"SEND\ndestination:/topic/a\nreceipt:r\n\n\0")
        data = b""
        while b"RECEIPT" not in data:
            piece = wire.recv(65536)
            self.assertTrue(piece)
            data += piece

    def until(self, done):
        end = time.monotonic() + DEADLINE
        while not done():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def test_over_max_connections_a_503_or_the_end(self):
        """T4"""
        server = self.start("[connections]\nmax_connections = 3")
        first, *others = [self.served(server.stomp) for _ in range(3)]
        answer = self.everything(self.connect(server.http))
        self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer)
        self.assertIn(b"\r\nRetry-After: 5\r\n", answer)
        self.assertEqual(self.everything(self.connect(server.stomp)), b"")
        self.still_serves(first)
        others[0].close()
        self.until(lambda: self.served(server.stomp))
        self.assertIn("connection_refused", server._errors())
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_one_address_has_so_many_and_opens_so_many_at_once(self):
        server = self.start("[connections]\nper_address = 5\nnew_burst = 20\nnew_per_second = 1\ncount_loopback = true")
        held = [self.served(server.stomp) for _ in range(7)]
        self.assertEqual([wire is not None for wire in held], [True] * 5 + [False] * 2)
        held[0].close()
        self.until(lambda: self.served(server.stomp))
        for wire in held[1:5]:
            wire.close()
        taken = 0
        for _ in range(40):
            wire = self.served(server.stomp)
            taken += wire is not None
            if wire:
                wire.close()
        self.assertLess(taken, 40, "a burst of 20")
        self.assertIn("limit=new_per_second", server._errors())

    def test_fewer_descriptors_than_connections_wanted(self):
        """T4: what the process may have at all counts."""
        server = self.start("", under=("prlimit", "--nofile=100"))
        self.assertRegex(server._errors(), r"listening .* max_connections=50\n")
        wires = [self.served(server.stomp) for _ in range(60)]
        self.assertEqual(sum(wire is not None for wire in wires), 50)
        self.still_serves(wires[0])

    def test_out_of_descriptors(self):
        """T5: sessions go on, newcomers are dropped, the listener rests longer and longer, and all is well afterwards."""
        server = self.start("")
        first = self.served(server.stomp)
        self.assertIsNotNone(first)
        for _ in range(20):  # UBSan opens a pipe for the first object of a type that it meets
            other = self.served(server.stomp)
            self.still_serves(other)
            other.close()
            self.connect(server.http).close()
        self.still_serves(first)
        pid = server.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")) + 2, before[1]))
        wires = [self.connect(server.stomp) for _ in range(8)]
        self.until(lambda: re.search(r"accept_paused .* ms=40\n", server._errors()))
        self.assertRegex(server._errors(), r"ms=10\n(.*\n)*.*ms=20\n(.*\n)*.*ms=40\n")
        self.still_serves(first)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        self.until(lambda: self.served(server.stomp))
        self.still_serves(first)
        for wire in wires:
            wire.close()
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_a_thousand_that_connect_and_leave(self):
        """T1: none of their descriptors is left."""
        server = self.start("")
        folder = f"/proc/{server.process.pid}/fd"
        self.assertIsNotNone(self.served(server.http) or self.served(server.stomp))
        before = len(os.listdir(folder))
        for number in range(1000):
            with socket.create_connection(server.http if number % 2 else server.stomp, DEADLINE):
                pass
        self.until(lambda: len(os.listdir(folder)) <= before)
        self.assertIsNotNone(self.served(server.stomp))

    def test_frames_a_second(self):
        server = self.start("[stomp]\nmax_frames_per_second = 10\nmax_frame_burst = 50")
        wire = self.served(server.stomp)
        wire.sendall(b"SEND\ndestination:/topic/a\n\n\0" * 200)
        self.assertTrue(self.everything(wire).startswith(b"ERROR\n"))
        unlimited = self.start('[stomp]\nmax_frames_per_second = "unlimited"\nmax_frame_burst = 50')
        wire = self.served(unlimited.stomp)
        wire.sendall(b"SEND\ndestination:/topic/a\n\n\0" * 20_000)
        self.still_serves(wire)

    def test_a_flood_of_one_event_is_cut_short_in_the_log(self):
        """J9"""
        server = self.start("")
        begin, sent = time.monotonic(), 0

        def all_lines_are_told_of():
            """After one more, which may be what tells of those before it."""
            nonlocal sent
            sent += 1
            with socket.create_connection(server.http, DEADLINE) as wire:
                wire.sendall(b"nonsense\r\n\r\n")
                self.everything(wire)
            said = server._errors()
            left_out = sum(int(lines) for lines in re.findall(r"suppressed event=request_refused lines=(\d+)", said))
            return said.count(" request_refused ") + left_out == sent

        for _ in range(600):
            all_lines_are_told_of()
        self.until(all_lines_are_told_of)
        written = server._errors().count(" request_refused ")
        self.assertLessEqual(written, 100 * (time.monotonic() - begin + 2))


if __name__ == "__main__":
    unittest.main()
