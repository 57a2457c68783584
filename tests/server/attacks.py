"""Rows of docs/hostile_peers.md as bytes, for scripts/hostile-mix: what an attacker sends to which port, and how it goes on.

ROWS maps a row to a function that gets a random.Random and gives an Attack.
"""

import dataclasses
import random
import struct

SITE = b"Host: localhost\r\n"
UPGRADE = (b"GET /stomp/websocket HTTP/1.1\r\n" + SITE + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n")
CONNECT = b"CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0"


@dataclasses.dataclass
class Attack:
    port: str  # "http" or "stomp"
    data: bytes
    piece: int = 0  # bytes of each write; 0: all at once
    reads: bool = True
    stays: float = 0.2  # seconds after the last byte
    resets: bool = False


def frame(payload, opcode=1, first=0x80, masked=0x80):
    size = len(payload)
    length = bytes([masked | size]) if size < 126 else \
        bytes([masked | 126]) + struct.pack("!H", size) if size < 65536 else bytes([masked | 127]) + struct.pack("!Q", size)
    return bytes([first | opcode]) + length + (bytes(4) if masked else b"") + payload


def request(line, headers=b"", body=b""):
    return line + b" HTTP/1.1\r\n" + SITE + headers + b"\r\n" + body


def http(data, **how):
    return Attack("http", data, **how)


def websocket(data, **how):
    return Attack("http", UPGRADE + data, **how)


def in_session(data, **how):
    """Behind a login, by TCP."""
    return Attack("stomp", CONNECT + data, **how)


def stomp(data, **how):
    return Attack("stomp", data, **how)


def send(destination, body=b"x", more=b""):
    return b"SEND\ndestination:" + destination + b"\n" + more + b"\n" + body + b"\0"


ROWS = {
    "T01": lambda r: Attack(r.choice(["http", "stomp"]), b"", stays=0, resets=r.random() < 0.5),
    "T02": lambda r: Attack(r.choice(["http", "stomp"]), b"", stays=12),
    "T03": lambda r: http(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", piece=1, stays=12),
    "T08": lambda r: http(request(b"GET /stomp/info"), stays=0),
    "T10": lambda r: in_session(b"SUBSCRIBE\nid:1\ndestination:/topic/hostile\n\n\0" +
                                send(b"/topic/hostile", b"x" * 60_000) * 40, reads=False, stays=3),
    "T17": lambda r: Attack(r.choice(["http", "stomp"]), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + r.randbytes(500)),
    "T22": lambda r: http(b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + request(b"GET /")),
    "T23": lambda r: http(request(b"GET /stomp/info", b"X-Forwarded-For: " + b"127.0.0.1, " * r.randrange(700) + b"\r\n")),
    "H01": lambda r: http(request(b"POST /stomp/0/abcdefgh/xhr", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")),
    "H04": lambda r: http(request(b"POST /stomp/0/abcdefgh/xhr", b"Content-Length: " + r.choice([b"-1", b"1e3", b"9" * 40]) + b"\r\n")),
    "H05": lambda r: http(request(b"POST /stomp/0/abcdefgh/xhr", b"Transfer-Encoding: chunked\r\n", r.choice([b"-1\r\n", b"0x3\r\n", b"f" * 40 + b"\r\n"]))),
    "H06": lambda r: http(request(b"POST /stomp/0/abcdefgh/xhr", b"Transfer-Encoding: chunked\r\n", b"1;" + b"x" * 100_000)),
    "H08": lambda r: http(r.randbytes(r.randrange(1, 2000))),
    "H11": lambda r: http(request(b"GET /", b"X: y\r\n" * 5000), piece=r.choice([0, 1000])),
    "H12": lambda r: http(b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n"),
    "H15": lambda r: http(request(b"GET /" + r.choice([b"../../etc/passwd", b"%2e%2e/%2e%2e/etc/passwd", b"%c0%af", b"\\..\\"]))),
    "H17": lambda r: http(UPGRADE + request(b"GET /stomp/info")),
    "H25": lambda r: http(UPGRADE.replace(b"A" * 22 + b"==", r.choice([b"", b"AAAA", b"!" * 24]))),
    "W01": lambda r: websocket(frame(CONNECT, masked=0)),
    "W02": lambda r: websocket(frame(CONNECT, first=r.choice([0xC0, 0xA0, 0x90]))),
    "W03": lambda r: websocket(frame(b"", opcode=r.choice([3, 7, 11, 15]))),
    "W04": lambda r: websocket(b"\x81\xff" + b"\xff" * 8 + bytes(4)),
    "W06": lambda r: websocket(b"\x81\xff" + struct.pack("!Q", 1 << 40) + bytes(4)),
    "W08": lambda r: websocket(frame(b"", first=0) + frame(b"", opcode=0, first=0) * 3000),
    "W09": lambda r: websocket(frame(CONNECT), piece=1),
    "W13": lambda r: websocket(frame(b"p" * 125, opcode=9) * 2000, reads=False, stays=1),
    "W15": lambda r: websocket(frame(r.choice([b"\x01", b"\x03\xed", b"\xff\xff", b"\x03\xe8\xff"]), opcode=8)),
    "W19": lambda r: websocket(frame(b"\xc3\x28" + r.randbytes(100))),
    "W22": lambda r: websocket(frame(CONNECT) + frame(b"\n") * 10_000),
    "D01": lambda r: websocket(frame(r.randbytes(1000), first=0xC0)),
    "S06": lambda r: http(request(b"POST /stomp/000/abcdefgh/xhr_send", b"Origin: https://evil.example.com\r\nContent-Length: 2\r\n", b"[]")),
    "S12": lambda r: http(request(b"POST /stomp/000/%016x/xhr_send" % r.getrandbits(64), b"Content-Length: 2\r\n", b"[]")),
    "S18": lambda r: http(request(b"POST /stomp/000/%016x/xhr" % r.getrandbits(64), b"Content-Length: 0\r\n")),
    "S21": lambda r: http(request(b"POST /stomp/000/%016x/xhr_streaming" % r.getrandbits(64), b"Content-Length: 0\r\n"), reads=False, stays=2),
    "F01": lambda r: stomp(b"x" * r.randrange(100, 100_000)),
    "F02": lambda r: stomp(b"CONNECT\n" + b"a:b\n" * 20_000),
    "F03": lambda r: in_session(send(b"/topic/x", more=b"content-length:" + r.choice([b"-1", b"x", b"9" * 40]) + b"\n")),
    "F04": lambda r: in_session(send(b"/topic/x", more=b"content-length:60000\n")[:-1], stays=5),
    "F08": lambda r: in_session(send(b"/topic/hostile") * 5, piece=1),
    "F09": lambda r: in_session(send(b"/topic/x", more=b"a:\\q\n")),
    "F16": lambda r: in_session(r.choice([b"HELLO\n\n\0", b"MESSAGE\n\n\0", b"ERROR\n\n\0", b"RECEIPT\n\n\0"])),
    "F18": lambda r: in_session(send(r.choice([b"", b"/", b"/topic/" + b"a/" * 100, b"/topic/" + b"x" * 300, b"/topic/../x"]))),
    "F23": lambda r: in_session(b"".join(b"BEGIN\ntransaction:%d\n\n\0" % i for i in range(20))),
    "F25": lambda r: in_session(b"DISCONNECT\nreceipt:1\n\n\0" + send(b"/topic/hostile") * 100),
    "A01": lambda r: stomp(send(b"/topic/hostile")),
    "A03": lambda r: in_session(CONNECT),
    "A17": lambda r: in_session(b"".join(b"SUBSCRIBE\nid:%d\ndestination:/topic/hostile/%d\n\n\0" % (i, i) for i in range(300))),
    "A18": lambda r: in_session(b"".join(b"SUBSCRIBE\nid:%d\ndestination:/topic/**/%d/*\n\n\0" % (i, i) for i in range(30))),
    "A19": lambda r: in_session(b"".join(send(b"/topic/n/%016x" % r.getrandbits(64)) for _ in range(200))),
    "A20": lambda r: in_session(b"SUBSCRIBE\nid:1\ndestination:/topic/hostile\nack:client\n\n\0" + send(b"/topic/hostile") * 300),
    "A21": lambda r: in_session(b"ACK\nid:%d\n\n\0" % r.getrandbits(40)),
    "J08": lambda r: http(b"GET /\x1b[2J%n\r\xe2\x80\xae HTTP/1.1\r\n\r\n"),
    "garbage": lambda r: Attack(r.choice(["http", "stomp"]), r.randbytes(r.randrange(1, 20_000)), piece=r.choice([0, 1, 100])),
    "garbage behind a handshake": lambda r: websocket(r.randbytes(r.randrange(1, 20_000))),
    "garbage behind a login": lambda r: in_session(r.randbytes(r.randrange(1, 20_000))),
}


def draw(r: random.Random):
    """A row and its attack, sometimes ended by a reset."""
    row = r.choice(list(ROWS))
    attack = ROWS[row](r)
    attack.resets = attack.resets or r.random() < 0.2
    return row, attack
