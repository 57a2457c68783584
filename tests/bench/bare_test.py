"""bench_bare says what a load generator waits for, however its bytes are cut."""

import pathlib
import socket
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))
from servers import Bare  # noqa: E402


def frame(payload, opcode=1, mask=b"\x12\x34\x56\x78"):
    payload = payload if isinstance(payload, bytes) else payload.encode()
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else \
        b"\xfe" + struct.pack(">H", size) if size < 65536 else b"\xff" + struct.pack(">Q", size)
    return bytes([0x80 | opcode]) + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


class Peer:
    def __init__(self, bare, path):
        self.socket = socket.create_connection(("127.0.0.1", bare.port), 10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        self.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "Sec-WebSocket-Protocol: v12.stomp\r\n\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self.receive()
        self.head, _, self.rest = self.rest.partition(b"\r\n\r\n")

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        data = self.socket.recv(65536)
        assert data, "closed"
        self.rest += data

    def take(self, size):
        while len(self.rest) < size:
            self.receive()
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def next(self):
        size = self.take(2)[1]
        if size == 126:
            size, = struct.unpack(">H", self.take(2))
        elif size == 127:
            size, = struct.unpack(">Q", self.take(8))
        return self.take(size)

    def subscribe(self, destination):
        self.send(frame("CONNECT\naccept-version:1.2\n\n\0"))
        assert self.next().startswith(b"CONNECTED\nversion:1.2\n")
        self.send(frame(f"SUBSCRIBE\nid:sub-0\ndestination:{destination}\nreceipt:7\n\n\0"))
        assert self.next() == b"RECEIPT\nreceipt-id:7\n\n\0"


class BareTest(unittest.TestCase):
    def setUp(self):
        self.bare = Bare()
        self.bare.start()
        self.addCleanup(self.bare.stop)

    def peer(self, path="/stomp"):
        peer = Peer(self.bare, path)
        self.addCleanup(peer.socket.close)
        return peer

    def message(self, body, destination="/topic/bench"):
        return (f"MESSAGE\ndestination:{destination}\nmessage-id:000000000000\nsubscription:sub-0\n"
                f"content-length:{len(body)}\n\n{body}\0").encode()

    def test_handshake_has_the_accept_value_of_rfc_6455_1_3(self):
        self.assertIn(b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", self.peer().head)

    def test_a_message_reaches_every_subscriber_of_its_topic_once(self):
        subscribers, other, publisher = [self.peer() for _ in range(3)], self.peer(), self.peer()
        for one in subscribers:
            one.subscribe("/topic/bench")
        other.subscribe("/topic/other")
        publisher.send(frame("SEND\ndestination:/topic/bench\ncontent-length:3\n\nabc\0") * 2)
        for one in subscribers:
            self.assertEqual([one.next(), one.next()], [self.message("abc")] * 2)
        self.peer().send(frame("SEND\ndestination:/topic/other\n\nx\0"))
        self.assertEqual(other.next(), self.message("x", "/topic/other"))

    def test_frames_may_be_cut_anywhere(self):
        subscriber, publisher = self.peer(), self.peer()
        subscriber.subscribe("/topic/bench")
        for body in ("a" * 5, "b" * 300, "c" * 70000):
            data = frame(f"SEND\ndestination:/topic/bench\n\n{body}\0")
            cuts = sorted({*range(min(40, len(data))), len(data) // 2, len(data)})
            for begin, end in zip(cuts, cuts[1:]):
                publisher.send(data[begin:end])
            self.assertEqual(subscriber.next(), self.message(body))

    def test_who_does_not_read_gets_all_of_it_later(self):
        subscriber, publisher = self.peer(), self.peer()
        subscriber.subscribe("/topic/bench")
        body = "d" * 60000
        publisher.send(frame(f"SEND\ndestination:/topic/bench\n\n{body}\0") * 300)
        for _ in range(300):
            self.assertEqual(subscriber.next(), self.message(body))

    def test_who_left_gets_nothing_and_the_others_do(self):
        subscribers, publisher = [self.peer() for _ in range(3)], self.peer()
        for one in subscribers:
            one.subscribe("/topic/bench")
        subscribers[0].send(frame(b"\x03\xe8", opcode=8))
        self.assertEqual(subscribers[0].socket.recv(10), b"")
        publisher.send(frame("SEND\ndestination:/topic/bench\n\nx\0"))
        for one in subscribers[1:]:
            self.assertEqual(one.next(), self.message("x"))

    def test_what_is_sent_to_no_topic_comes_to_who_subscribed_last(self):
        subscriber = self.peer()
        subscriber.subscribe("/topic/greeting")
        subscriber.send(frame("SEND\ndestination:/app/hello\n\n{}\0"))
        self.assertEqual(subscriber.next(), self.message("{}", "/topic/greeting"))

    def test_echo(self):
        peer = self.peer("/echo")
        for payload in (b"", b"x", b"y" * 125, b"z" * 70000):
            peer.send(frame(payload, opcode=2))
            self.assertEqual(peer.next(), payload)


if __name__ == "__main__":
    unittest.main()
