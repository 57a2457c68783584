"""One case's connections to one server, and what came of what they said."""

import re

from traces import event_lines
from wire import Connection, settle


class Talk:
    def __init__(self, port, quiet, looks_at, keeps_order):
        self._port, self._quiet, self._looks_at, self._keeps_order = port, quiet, looks_at, keeps_order
        self._connections = {}
        self.lines = []

    def open(self, name, protocols="v12.stomp"):
        connection = self._connections[name] = Connection(self._port, protocols)
        if "handshake" in self._looks_at:
            self.lines.append(f"{name} {connection.status} {connection.protocol or '(no protocol)'}")

    def connect(self, *names, login=None):
        """Of no interest to the case, but it has to succeed."""
        for name in names:
            self.open(name)
            login_headers = f"login:{login}\npasscode:x\n" if login else ""
            self._connections[name].send(f"CONNECT\naccept-version:1.2\nhost:x\nheart-beat:0,0\n{login_headers}\n\0")
        for name in names:
            connection = self._connections[name]
            if not self._wait(connection):
                raise ConnectionError(f"{name} got no CONNECTED")
            kind, what = connection.events.pop(0)
            if kind != "text" or not what.startswith(b"CONNECTED\n"):
                raise ConnectionError(f"{name} got {what!r}")

    def _wait(self, connection):
        for _ in range(100):
            if connection.events:
                return True
            settle([connection], 0.05)
        return False

    def say(self, name, *texts, as_bytes=False):
        """A text goes in a message of its own, with ^ for NUL. Then whatever comes of it."""
        for text in texts:
            text = text.replace("^", "\0")
            self._connections[name].send(text.encode() if as_bytes else text)
        self._note()

    def subscribe(self, name, id, destination, headers=""):
        self.say(name, f"SUBSCRIBE\nid:{id}\ndestination:{destination}\n{headers}\n^")

    def send(self, name, destination, body, headers=""):
        self.say(name, f"SEND\ndestination:{destination}\n{headers}\n{body}^")

    def leave(self, name):
        self._connections.pop(name).close()
        self._note()

    def _note(self):
        settle(list(self._connections.values()), self._quiet)
        for name, connection in self._connections.items():
            for line in event_lines(connection.events, self._looks_at):
                self.lines.append(f"{name} {line}")
            connection.events.clear()

    def end(self):
        """The trace. Of a case about order, whether the numbers came as they should: Spring promises no order."""
        for connection in self._connections.values():
            connection.close()
        if "order" not in self._looks_at:
            return self.lines
        numbers = [int(found[1]) for found in (re.search(r"\| (\d+)$", line) for line in self.lines) if found]
        return [f"{len(set(numbers))} messages", *(["out of order"] if self._keeps_order and numbers != sorted(numbers) else [])]
