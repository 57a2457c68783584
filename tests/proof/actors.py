"""Who uses the servers while they are broken: each a thread with one STOMP connection after the other, to its own server or,
while that one is away, to another. They write down what they did and saw."""

import collections
import random
import threading
import time

from stomp_client import Client
from verdict import Connection, Seen, Sent

WINDOW = 16  # messages of a producer whose RECEIPT is awaited
PAD = "." * 64
RECONNECT = 0.2


class Actor(threading.Thread):
    def __init__(self, name, nodes, home):
        super().__init__(name=name, daemon=True)
        self._nodes, self._home = nodes, home
        self._leave = threading.Event()
        self.refusals = collections.Counter()  # codes of ERRORs
        self.failure = None

    def run(self):
        try:
            while not self._leave.is_set():
                try:
                    self._live()
                except OSError:  # the connection ended, or there is none to be had
                    pass
                self._leave.wait(RECONNECT)
        except Exception as error:  # a mistake here must not look like silence
            self.failure = f"{self.name}: {error!r}"

    def _live(self):
        raise NotImplementedError

    def _connect(self):
        turn = self._nodes[self._home:] + self._nodes[:self._home]
        for node in turn:
            if address := node.address:
                try:
                    return Client(address)
                except (OSError, AssertionError):
                    continue
        raise ConnectionError("no server is there")

    def _refused(self, frame):
        self.refusals[frame.headers.get("code", frame.headers.get("message", "?"))] += 1
        raise ConnectionError("ERROR ends a session")

    def leave(self):
        self._leave.set()


class Producer(Actor):
    """Sends what is numbered, some a second; what is not receipted when a session ends is not sent again."""

    def __init__(self, name, nodes, home, destination, rate, headers):
        super().__init__(name, nodes, home)
        self._destination, self._interval, self._headers = destination, 1 / rate, headers
        self._sessions = 0
        self.sent = []

    def _live(self):
        client, waiting, next_at = self._connect(), {}, time.monotonic()
        self._sessions += 1
        try:
            while waiting or not self._leave.is_set():
                now = time.monotonic()
                may_send = len(waiting) < WINDOW and not self._leave.is_set()
                if may_send and now >= next_at:
                    one = Sent(self.name, len(self.sent) + 1, self._sessions, now)
                    self.sent.append(one)
                    body = f"{self.name} {one.number} {PAD}"
                    waiting[client.send(self._destination, body, **self._headers)] = one
                    next_at = max(next_at + self._interval, now - 1)
                    continue
                if frame := client.next(max(0.001, next_at - now) if may_send else 0.1):
                    if frame.command == "ERROR":
                        self._refused(frame)
                    waiting.pop(frame.headers["receipt-id"]).receipted = time.monotonic()
        finally:
            client.close()


class Listener(Actor):
    """Is subscribed, and writes down what it sees."""

    HEADERS = {}

    def __init__(self, name, nodes, home, destination):
        super().__init__(name, nodes, home)
        self._destination = destination
        self.connections = []
        self.last_seen = time.monotonic()

    def _live(self):
        client = self._connect()
        connection = Connection(self.name)
        self.connections.append(connection)
        life = self.life()
        try:
            client.subscribe(self._destination, **self.HEADERS)
            while not self._leave.is_set() and len(connection.seen) < life:
                frame = client.next(0.2)
                if frame is None:
                    self.idle(client)
                elif frame.command == "MESSAGE":
                    stream, number, _ = frame.body.split(" ")
                    self.last_seen = time.monotonic()
                    connection.seen.append(
                        Seen(stream, int(number), frame.headers.get("redelivered") == "true", self.last_seen))
                    self.message(client, frame)
                elif frame.command == "RECEIPT":
                    connection.subscribed = time.monotonic()
                else:
                    self._refused(frame)
        finally:
            self.gone()
            if not self._leave.is_set() or len(connection.seen) >= life:
                connection.ended = time.monotonic()
            client.close()

    def life(self):
        """After so many messages it comes anew."""
        return random.randrange(400, 4000)

    def idle(self, client):
        pass

    def message(self, client, frame):
        pass

    def gone(self):
        pass


class Consumer(Listener):
    """Of a queue. Acknowledges in no order, rejects one in a hundred, and leaves now and then without a word."""

    HEADERS = {"ack": "client-individual", "prefetch-count": "10"}
    held_back = 5

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._held = []

    def life(self):
        return random.randrange(100, 1000)

    def message(self, client, frame):
        self._held.append(frame)
        if len(self._held) > self.held_back:
            message = self._held.pop(random.randrange(len(self._held)))
            client.settle("NACK" if random.random() < 0.01 else "ACK", message)

    def idle(self, client):
        while self._held:
            client.settle("ACK", self._held.pop())

    def gone(self):
        self._held.clear()


class Subscriber(Listener):
    """Of a topic."""
