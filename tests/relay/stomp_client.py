"""A STOMP 1.2 client over TCP, as small as the tests need."""

import itertools
import socket

DEADLINE = 30


class Frame:
    def __init__(self, text):
        head, self.body = text.split("\n\n", 1)
        self.command, *lines = head.split("\n")
        self.headers = {}
        for line in lines:
            name, value = line.split(":", 1)
            self.headers.setdefault(name, value.replace("\\c", ":"))

    def __repr__(self):
        return f"{self.command} {self.headers} {self.body!r}"


class Client:
    def __init__(self, address, **headers):
        self._numbers = itertools.count(1)
        self._socket = socket.create_connection(address, DEADLINE)
        self._unread = b""
        self._write("CONNECT", {"accept-version": "1.2", "host": "/", **headers})
        self.session = self.expect("CONNECTED").headers.get("session")

    def close(self):
        self._socket.close()

    def subscribe(self, destination, **headers):
        """Asks for a receipt and does not wait for it; gives its id, which is the subscription's too."""
        number = f"s{next(self._numbers)}"
        self._write("SUBSCRIBE", {"id": number, "destination": destination, "receipt": number, **headers})
        return number

    def subscribed(self, destination, **headers):
        self.expect_receipt(self.subscribe(destination, **headers))

    def ask(self, command, **headers):
        """Any frame, with a receipt; gives its id."""
        number = f"f{next(self._numbers)}"
        self._write(command, {"receipt": number, **headers})
        return number

    def asked(self, command, **headers):
        self.expect_receipt(self.ask(command, **headers))

    def settle(self, command, message, **headers):
        """ACK or NACK."""
        self._write(command, {"id": message.headers["ack"], **headers})

    def send(self, destination, body, **headers):
        number = f"m{next(self._numbers)}"
        self._write("SEND", {"destination": destination, "receipt": number, **headers}, body)
        return number

    def send_only(self, destination, body):
        self._write("SEND", {"destination": destination}, body)

    def sent(self, destination, body, **headers):
        self.expect_receipt(self.send(destination, body, **headers))

    def expect(self, command, within=DEADLINE):
        frame = self.next(within)
        assert frame is not None and frame.command == command, f"{command} was expected, not {frame}"
        return frame

    def expect_any(self, *commands, within=DEADLINE):
        frame = self.next(within)
        assert frame is not None and frame.command in commands, f"{commands} were expected, not {frame}"
        return frame

    def expect_receipt(self, number, within=DEADLINE):
        frame = self.expect("RECEIPT", within)
        assert frame.headers["receipt-id"] == number, frame
        return frame

    def next(self, within):
        """The next frame; None when there is none in time. A closed connection is a ConnectionError."""
        self._socket.settimeout(within)
        while b"\0" not in self._unread.lstrip(b"\n"):
            try:
                got = self._socket.recv(65536)
            except TimeoutError:
                return None
            if not got:
                raise ConnectionError("closed by the server")
            self._unread += got
        frame, self._unread = self._unread.lstrip(b"\n").split(b"\0", 1)
        return Frame(frame.decode())

    def _write(self, command, headers, body=""):
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        self._socket.sendall(f"{command}\n{lines}\n{body}\0".encode())
