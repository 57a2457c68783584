"""A STOMP 1.2 client over TCP for these tests: with acknowledgements, and headers on SUBSCRIBE."""

import itertools
import socket

DEADLINE = 30


class Frame:
    def __init__(self, bytes_):
        head, self.body = bytes_.split(b"\n\n", 1)
        self.command, *lines = head.decode().split("\n")
        self.headers = {}
        for line in lines:
            name, value = line.split(":", 1)
            self.headers.setdefault(name, value.replace("\\c", ":"))

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return f"{self.command} {self.headers} {self.body!r}"


class Client:
    def __init__(self, address, **headers):
        self._numbers = itertools.count(1)
        self._socket = socket.create_connection(address, DEADLINE)
        self._unread = b""
        self._write("CONNECT", {"accept-version": "1.2", "host": "/", **headers})
        self.expect("CONNECTED")

    def close(self):
        self._socket.close()

    def subscribe(self, destination, **headers):
        """Asks for a receipt and does not wait for it; gives its id."""
        number = f"s{next(self._numbers)}"
        self._write("SUBSCRIBE", {"id": number, "destination": destination, "receipt": number,
                                  **{name.replace("_", "-"): value for name, value in headers.items()}})
        return number

    def subscribed(self, destination, **headers):
        number = self.subscribe(destination, **headers)
        self.expect_receipt(number)
        return number

    def unsubscribe(self, number):
        self._write("UNSUBSCRIBE", {"id": number, "receipt": "u" + number})

    def send(self, destination, body, **headers):
        number = f"m{next(self._numbers)}"
        self._write("SEND", {"destination": destination, "receipt": number, **headers}, body)
        return number

    def sent(self, destination, body, **headers):
        self.expect_receipt(self.send(destination, body, **headers))

    def ack(self, message):
        self._write("ACK", {"id": message.headers["ack"]})

    def nack(self, message):
        self._write("NACK", {"id": message.headers["ack"]})

    def expect(self, command, within=DEADLINE):
        frame = self.next(within)
        assert frame is not None and frame.command == command, f"{command} was expected, not {frame}"
        return frame

    def expect_receipt(self, number, within=DEADLINE):
        frame = self.expect("RECEIPT", within)
        assert frame.headers["receipt-id"] == number, frame
        return frame

    def next(self, within):
        """The next frame; None when there is none in time. A closed connection is a ConnectionError."""
        self._socket.settimeout(within)
        while (frame := self._take()) is None:
            try:
                got = self._socket.recv(65536)
            except TimeoutError:
                return None
            if not got:
                raise ConnectionError("closed by the server")
            self._unread += got
        return frame

    def _take(self):
        self._unread = self._unread.lstrip(b"\n")
        head = self._unread.find(b"\n\n")
        if head < 0:
            return None
        end = self._unread.find(b"\0", head)
        for line in self._unread[:head].split(b"\n"):
            if line.startswith(b"content-length:"):
                end = head + 2 + int(line.split(b":")[1])
                if end >= len(self._unread):
                    return None
        if end < 0:
            return None
        frame, self._unread = Frame(self._unread[:end]), self._unread[end + 1:]
        return frame

    def _write(self, command, headers, body=""):
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        self._socket.sendall(f"{command}\n{lines}\n{body}\0".encode())
