"""Rows of docs/hostile_peers.md as bytes, for scripts/hostile-mix: what an attacker sends to which port, and how it goes on.

ROWS maps a row to a function that gets a random.Random and gives an Attack. They are meant for a server with SETTINGS, and the
files of files().
"""

import base64
import dataclasses
import hashlib
import hmac
import json
import random
import struct
import time

SITE = b"Host: localhost\r\n"
UPGRADE = (b"GET /stomp/websocket HTTP/1.1\r\n" + SITE + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n")
OWN_ORIGIN = b"Origin: http://localhost\r\n"

PASSCODE = "secret"
PASSCODE_HASH = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"  # cheap: what is tried is not bcrypt
USERS = ["attacker", "victim", *(f"client-{i}" for i in range(20))]
SECRETS = {"https://id.example.com": b"k" * 32, "https://other.example.com": b"o" * 32}
SETTINGS = """
[users]
file = "users"
""" + "".join(f"""
[[jwt]]
issuer = "{issuer}"
audience = ["chat"]
algorithms = ["HS256"]
secret_file = "secret-{number}"
cookie = "token-{number}"
""" for number, issuer in enumerate(SECRETS))


def files():
    """Their names, beside the configuration's, and what is in them."""
    return {"users": "".join(f"{user}:{PASSCODE_HASH}\n" for user in USERS).encode(),
            **{f"secret-{number}": secret for number, secret in enumerate(SECRETS.values())}}


def connect(headers):
    return b"CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n" + headers + b"\n\0"


def login(user, passcode=PASSCODE):
    return connect(f"login:{user}\npasscode:{passcode}\n".encode())


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(header, payload, secret=SECRETS["https://id.example.com"]):
    text = base64url(json.dumps(header).encode()) + b"." + base64url(payload)
    return text + b"." + base64url(hmac.new(secret, text, hashlib.sha256).digest())


def claims(**more):
    """As the first issuer says them for half a minute; None: without it."""
    all_of_them = {"iss": "https://id.example.com", "aud": "chat", "sub": "victim", "exp": int(time.time()) + 30, **more}
    return json.dumps({name: value for name, value in all_of_them.items() if value is not None}).encode()


def token(user, **more):
    return signed({"alg": "HS256"}, claims(sub=user, **more))


def bearer(shown):
    return connect(b"Authorization:Bearer " + shown + b"\n")


def basic(pair):
    return b"Authorization: Basic " + base64.b64encode(pair) + b"\r\n"


CONNECT = login("attacker")


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


def handshake(fields=b"", query=b""):
    return UPGRADE.replace(b"/websocket HTTP", b"/websocket" + query + b" HTTP").replace(b"\r\n\r\n", b"\r\n" + fields + b"\r\n")


def subscribe(destination, more=b""):
    return b"SUBSCRIBE\nid:1\ndestination:" + destination + b"\n" + more + b"\n\0"


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
    # Who clients are: from one address, that of this machine, which is everybody's.
    "A02": lambda r: stomp(login("victim", "guess") + send(b"/topic/hostile") * 10),
    "A04": lambda r: http(handshake(basic(b"attacker:secret") + OWN_ORIGIN) + frame(connect(r.choice([b"", b"X-CSRF-TOKEN:" + b"0" * 64 + b"\n"])))),
    "A05": lambda r: stomp(login(r.choice(["victim", "root", "client-1"]), "guess%d" % r.getrandbits(40)), stays=r.choice([0.2, 7])),
    "A06": lambda r: stomp(connect(r.choice([b"", b"login:victim\n", b"login:victim\npasscode:\n", b"login:guest\npasscode:guest\n",
                                             b"passcode:secret\n", b"login:admin\npasscode:admin\n"]))),
    "A10": lambda r: stomp(login(r.choice(["a/b", "*", "**", "#", ">", "%61ttacker", "../victim", "victim%2Fqueue", "x" * 4096, "\u0430ttacker"]))),
    "A11": lambda r: in_session(send(r.choice([b"/topic/../hostile", b"/topic/./x", b"//topic/x", b"/topic%2fx", b"/TOPIC/x", b"/topic/x;a=b"]))),
    "A12": lambda r: in_session(subscribe(r.choice([b"/queue/a,/queue/b", b"/exchange/amq.topic/#", b"/topic/>", b"/amq/queue/x", b"/temp-queue/**"]))),
    "A13": lambda r: in_session(send(b"/queue/hostile", more=b"reply-to:" + r.choice(
        [b"/user/victim/queue/x", b"/topic/../x", b"/reply-queue/1-x", b"/app/x", b"x" * 300]) + b"\n")),
    "A14": lambda r: in_session(subscribe(b"/topic/hostile", more=b"durable:true\nclient-id:victim\nactivemq.subscriptionName:s\n") +
                                send(b"/reply-queue/%d-%032x" % (r.randrange(3), r.getrandbits(128)))),
    "A16": lambda r: in_session(subscribe(b"/topic/hostile", more=b"selector:" + r.choice(
        [b"T(java.lang.Runtime)", b"a = 1 OR " * 2000 + b"a = 1", b"(" * 500 + b"a = 1", b"a LIKE '%a%a%a%a%a%a%a%b'"]) + b"\n")),
    "A24": lambda r: stomp(bearer(token("attacker", exp=int(time.time()) - 29)), stays=4),
    "A25": lambda r: stomp(bearer(base64url(json.dumps({"alg": r.choice(["none", "None", "nOnE", ""])}).encode()) + b"." +
                                  base64url(claims()) + b"." + r.choice([b"", b"c2ln"]))),
    "A26": lambda r: stomp(bearer(signed({"alg": r.choice(["HS384", "HS512", "RS256", "ES256", "EdDSA"])}, claims()))),
    "A27": lambda r: stomp(bearer(signed({"alg": "HS256", "kid": r.choice(["../../dev/null", "' OR 1=1", "k" * 4000, "", ["k"]])}, claims()))),
    "A28": lambda r: stomp(bearer(signed({"alg": "HS256", "jku": "http://127.0.0.1:1/", "jwk": {"kty": "oct", "k": base64url(b"a" * 32).decode()}},
                                         claims(), b"a" * 32))),
    "A29": lambda r: stomp(bearer(signed({"alg": "HS256"}, claims(), SECRETS["https://other.example.com"]))),
    "A30": lambda r: stomp(bearer(signed({"alg": "HS256"}, claims(**r.choice(
        [{"exp": None}, {"exp": -1}, {"exp": "soon"}, {"exp": int(time.time()) * 1000}, {"nbf": int(time.time()) + 1000},
         {"aud": "other"}, {"iss": "https://evil.example.com"}, {"sub": None}, {"sub": ""}, {"sub": 1}]))))),
    "A31": lambda r: stomp(bearer(token("victim")[:-r.randrange(1, 43)] + r.choice([b"", b"==", b"AA", r.randbytes(4).hex().encode()]))),
    "A32": lambda r: stomp(bearer(r.choice([b"e30.e30.e30.e30.e30", b"." * 1000, token("victim", x="x" * 9000), b"e30"]))),
    "A33": lambda r: http(handshake(query=b"?access_token=" + token("victim")) + frame(connect(b""))),
    "A34": lambda r: http(handshake(r.choice([basic(b"victim"), basic(b"vic\0tim:secret"), basic(b"victim:" + b"x" * 2000), b"Authorization: Basic !\r\n",
                                              basic(b"attacker:secret") * 2]) + OWN_ORIGIN)),
    "A35": lambda r: http(handshake(b"Cookie: " + r.choice([b"token-0=x; token-0=y", b"c=x; " * 4000, b"token-0=" + r.randbytes(30).hex().encode()]) +
                                    b"\r\n" + OWN_ORIGIN)),
    "A36": lambda r: http(request(b"GET /" + r.choice([b"metrics", b"actuator/env", b"admin", b"api/jolokia", b"debug/pprof/", b".env"]))),
    "A37": lambda r: in_session(send(b"/app/x", b'{"@class":"java.lang.Runtime"}', b"content-type:application/x-java-serialized-object\n_type:x\n")),
    "A41": lambda r: stomp(login(r.choice(["victim", f"nobody{r.getrandbits(30)}"]), "guess")),
    "a renewal as another": lambda r: in_session(send(b"/stentor/renew", more=b"Authorization:Bearer " + token("victim") + b"\n")),
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
