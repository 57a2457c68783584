"""A STOMP client over WebSocket that writes what it is told, right or wrong, and keeps what it gets."""

import base64
import os
import select
import socket
import struct
import time

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


class Connection:
    def __init__(self, port, protocols="v12.stomp"):
        self.events = []  # ("text", str), ("binary", bytes), ("closed", code), ("handshake", text)
        self.ended = False
        self._input = b""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._handshake(port, protocols)

    def _handshake(self, port, protocols):
        key = base64.b64encode(os.urandom(16)).decode()
        head = (f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n")
        if protocols:
            head += f"Sec-WebSocket-Protocol: {protocols}\r\n"
        self._socket.sendall(f"{head}\r\n".encode())
        while b"\r\n\r\n" not in self._input:
            more = self._socket.recv(65536)
            if not more:
                raise ConnectionError("no handshake")
            self._input += more
        answer, _, self._input = self._input.partition(b"\r\n\r\n")
        lines = answer.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.protocol = fields.get("sec-websocket-protocol", "")

    def send(self, data, opcode=None):
        if isinstance(data, str):
            data, opcode = data.encode(), opcode or TEXT
        opcode = opcode or BINARY
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        try:
            self._socket.sendall(head + b"\0\0\0\0" + data)  # a mask of zeros
        except OSError:
            pass  # the server has ended it; that is in the events

    def fileno(self):
        return self._socket.fileno()

    def receive(self):
        """What is there now. The socket must be readable."""
        try:
            more = self._socket.recv(1 << 20)
        except OSError:
            more = b""
        self._input += more
        while (frame := self._take()) is not None:
            self._on_frame(*frame)
        if not more:
            self._end(1006)

    def _take(self):
        if len(self._input) < 2:
            return None
        opcode, size = self._input[0] & 15, self._input[1] & 127
        start = 2
        if size == 126:
            start, size = 4, struct.unpack("!H", self._input[2:4].ljust(2, b"\0"))[0]
        elif size == 127:
            start, size = 10, struct.unpack("!Q", self._input[2:10].ljust(8, b"\0"))[0]
        if len(self._input) < start + size:
            return None
        payload, self._input = self._input[start:start + size], self._input[start + size:]
        return opcode, payload

    def _on_frame(self, opcode, payload):
        if opcode == TEXT:
            self.events.append(("text", payload))
        elif opcode == BINARY:
            self.events.append(("binary", payload))
        elif opcode == PING:
            self.send(payload, 10)
        elif opcode == CLOSE:
            self.send(payload[:2], CLOSE)
            self._end(struct.unpack("!H", payload[:2])[0] if len(payload) > 1 else 1005)

    def _end(self, code):
        if not self.ended:
            self.ended = True
            self.events.append(("closed", code))

    def close(self):
        self._socket.close()


def settle(connections, quiet):
    """Returns once nothing has come for `quiet` seconds."""
    end = time.monotonic() + quiet
    while True:
        listening = [c for c in connections if not c.ended]
        left = end - time.monotonic()
        if left <= 0 or not listening:
            return
        ready, _, _ = select.select(listening, [], [], left)
        for connection in ready:
            connection.receive()
        if ready:
            end = time.monotonic() + quiet
