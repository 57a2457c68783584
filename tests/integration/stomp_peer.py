"""A connection of the unmodified stomp.py with queues instead of callbacks."""

import queue
import time
import uuid

import stomp

DEADLINE = 30
CONNECTIONS = {"1.0": stomp.Connection10, "1.1": stomp.Connection11, "1.2": stomp.Connection12}


class Listener(stomp.ConnectionListener):
    """What stomp.py reports, each kind in a queue of its own."""

    def __init__(self):
        self.connected, self.messages, self.receipts = queue.Queue(), queue.Queue(), queue.Queue()
        self.errors, self.beats, self.ends = queue.Queue(), queue.Queue(), queue.Queue()
        self.lost = queue.Queue()

    def on_connected(self, frame):
        self.connected.put(frame)

    def on_message(self, frame):
        self.messages.put(frame)

    def on_receipt(self, frame):
        self.receipts.put(frame.headers["receipt-id"])

    def on_error(self, frame):
        self.errors.put(frame)

    def on_heartbeat(self):
        self.beats.put(time.monotonic())

    def on_heartbeat_timeout(self):
        self.lost.put(time.monotonic())

    def on_disconnected(self):
        self.ends.put(time.monotonic())


class Peer:
    """A connected stomp.py connection of one version."""

    def __init__(self, test, version, login=None, passcode=None, **options):
        self.version, self.heard = version, Listener()
        self.connection = CONNECTIONS[version]([test.program.stomp_address], **options)
        self.connection.set_listener("test", self.heard)
        test.addCleanup(self._drop)
        self.connection.connect(login, passcode, wait=True)
        self.connected = self.heard.connected.get(timeout=DEADLINE)

    def _drop(self):
        if self.connection.is_connected():
            self.connection.disconnect()
            self.heard.ends.get(timeout=DEADLINE)

    def receipt(self, act, *arguments, **headers):
        """Performs `act` with a receipt header and waits for the RECEIPT."""
        wanted = str(uuid.uuid4())
        act(*arguments, receipt=wanted, **headers)
        assert self.heard.receipts.get(timeout=DEADLINE) == wanted

    def subscribe(self, destination, identity="1", ack="auto"):
        self.receipt(self.connection.subscribe, destination, id=identity, ack=ack)

    def message(self):
        return self.heard.messages.get(timeout=DEADLINE)
