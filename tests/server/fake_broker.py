"""A small STOMP broker and WebSocket echo whose behaviour can be wrong, for clients that have to notice."""

import base64
import hashlib
import socket
import struct
import threading

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload, opcode=1, final=True):
    """A server's WebSocket frame."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | opcode])
    if size < 126:
        return head + bytes([size]) + payload
    return head + (struct.pack("!BH", 126, size) if size < 65536 else struct.pack("!BQ", 127, size)) + payload


class Session:
    """One client: a thread that reads, and whoever publishes writes."""

    def __init__(self, broker, connection):
        self.broker, self.connection = broker, connection
        self.file = connection.makefile("rb")
        self.subscribed = {}  # destination -> id
        self.delivered = 0
        self.state = None  # the behaviour's own
        self.lock = threading.Lock()

    def write(self, data):
        with self.lock:
            self.connection.sendall(data)

    def say(self, command, headers="", body=b""):
        self.write(frame(f"{command}\n{headers}\n".encode() + body + b"\0"))

    def run(self):
        try:
            path = self.shake_hands()
            while True:
                opcode, payload = self.receive()
                if opcode == 10:
                    self.broker.pongs.append(payload)
                elif path == "/echo":
                    self.delivered += 1
                    for data in self.broker.behaviour(self, self.delivered, payload):
                        self.write(data)
                else:
                    self.stomp(payload)
        except (OSError, EOFError, struct.error):
            self.connection.close()
            with self.broker.lock:
                if self in self.broker.sessions:
                    self.broker.sessions.remove(self)

    def shake_hands(self):
        path, key = self.file.readline().split()[1].decode(), b""
        while (line := self.file.readline().strip()):
            if line.lower().startswith(b"sec-websocket-key:"):
                key = line.split(b":", 1)[1].strip()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        self.write(self.broker.answer or b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        return path

    def receive(self):
        head = self.file.read(2)
        if len(head) < 2:
            raise EOFError
        size = head[1] & 0x7F
        if size > 125:
            size = struct.unpack("!H" if size == 126 else "!Q", self.file.read(2 if size == 126 else 8))[0]
        mask, payload = self.file.read(4), self.file.read(size)
        if any(mask):
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        return head[0] & 0x0F, payload

    def stomp(self, message):
        if message == b"\n":
            self.broker.beats += 1
            return
        head, _, body = message.partition(b"\n\n")
        command, *lines = head.decode().split("\n")
        headers = dict(line.split(":", 1) for line in reversed(lines))
        if command == "CONNECT":
            if self.broker.refuses:
                return self.say("ERROR", "message:go away\n", b"because of this\nand that")
            self.say("CONNECTED", f"version:1.2\nheart-beat:{self.broker.heart_beat}\n")
        elif command == "SUBSCRIBE":
            with self.broker.lock:
                self.subscribed[headers["destination"]] = headers["id"]
            if self.broker.receipts and "receipt" in headers:
                self.say("RECEIPT", f"receipt-id:{headers['receipt']}\n")
        elif command == "SEND":
            self.broker.publish(headers["destination"], body[:-1])


class FakeBroker:
    """behaviour(session, number, payload) gives the bytes to write for the number-th delivery to a session."""

    def __init__(self, behaviour, receipts=True, refuses=False, heart_beat="0,0", answer=b""):
        self.behaviour, self.receipts, self.refuses = behaviour, receipts, refuses
        self.heart_beat, self.answer = heart_beat, answer
        self.sessions, self.pongs, self.beats, self.lock = [], [], 0, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = Session(self, connection)
            with self.lock:
                self.sessions.append(session)
            threading.Thread(target=session.run, daemon=True).start()

    def publish(self, destination, body):
        with self.lock:
            receivers = [session for session in self.sessions if destination in session.subscribed]
            for session in receivers:
                session.delivered += 1
                message = (f"MESSAGE\nsubscription:{session.subscribed[destination]}\nmessage-id:{session.delivered}\n"
                           f"destination:{destination}\ncontent-length:{len(body)}\n\n").encode() + body + b"\0"
                try:
                    for data in self.behaviour(session, session.delivered, message):
                        session.write(data)
                except OSError:
                    pass

    def close(self):
        self.listener.close()
        for session in list(self.sessions):
            try:
                session.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
