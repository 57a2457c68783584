"""J10: what clients say in confidence is in nothing the server writes: neither in its log nor in an answer to anybody.

Each row is a way for things to go wrong with secrets at hand; a new one is a method of Rows.
"""

import signal
import socket
import unittest

from server import DEADLINE, ServerTest

SECRETS = {name: f"s3cr3t-{name}-0c6f2a" for name in
           ("passcode", "token", "cookie", "authorization", "query", "payload", "header")}
SITE = b"Host: localhost\r\n"
HIDDEN = (f"Cookie: JSESSIONID={SECRETS['cookie']}; token={SECRETS['token']}\r\n"
          f"Authorization: Bearer {SECRETS['authorization']}\r\nX-Api-Key: {SECRETS['header']}\r\n").encode()
UPGRADE = (b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
           b"Sec-WebSocket-Version: 13\r\n")
QUERY = f"?access_token={SECRETS['query']}&token={SECRETS['token']}".encode()
LOGIN = f"login:alice\npasscode:{SECRETS['passcode']}\nAuthorization:Bearer {SECRETS['token']}\n".encode()
PAYLOAD = SECRETS["payload"].encode()


def http(method, path, more=b"", body=b""):
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return method + b" " + path + b" HTTP/1.1\r\n" + SITE + HIDDEN + more + length + b"\r\n" + body


def stomp(command, headers, body=b""):
    return command + b"\n" + headers + b"\n" + body + b"\0"


def frame(opcode, payload):
    """A masked WebSocket frame, by a mask of zeros."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + b"\0\0\0\0" + payload


CONNECT = stomp(b"CONNECT", b"accept-version:1.2\nhost:localhost\n" + LOGIN)
WEBSOCKET = http(b"GET", b"/stomp/websocket" + QUERY, UPGRADE)


class Rows:
    """What is sent, each over a connection of its own, by the port it is for."""

    to_http = {
        "not found": http(b"GET", b"/nothing" + QUERY),
        "not found below an endpoint": http(b"GET", b"/stomp/a/b/c/d" + QUERY),
        "a foreign origin": http(b"GET", b"/stomp/websocket" + QUERY, UPGRADE + b"Origin: https://evil.example.com\r\n"),
        "a broken handshake": http(b"GET", b"/stomp/websocket" + QUERY, b"Upgrade: websocket\r\nConnection: Upgrade\r\n"),
        "a broken header line": http(b"GET", b"/", b"no colon here\r\n"),
        "a broken secret": b"GET / HTTP/1.1\r\n" + SITE + b"Authorization : Bearer " + PAYLOAD + b"\r\n\r\n",
        "a control character in a secret": b"GET / HTTP/1.1\r\n" + SITE + b"Cookie: " + PAYLOAD + b"\x01\r\n\r\n",
        "a broken request line": b"GET /" + QUERY + b" nonsense HTTP/1.1\r\n" + SITE + b"\r\n",
        "a broken target": http(b"GET", b"/%zz" + QUERY),
        "a target that is too long": http(b"GET", b"/" + QUERY + b"x" * 5000),
        "a header that is too long": http(b"GET", b"/", b"Cookie: " + PAYLOAD + b"x" * 9000 + b"\r\n"),
        "another method": http(b"DELETE", b"/stomp/info" + QUERY),
        "a trace": http(b"TRACE", b"/stomp" + QUERY),
        "a session that is not there": http(b"POST", b"/stomp/000/abcdefgh1/xhr_send" + QUERY, body=PAYLOAD),
        "a broken body": http(b"POST", b"/stomp/000/abcdefgh2/xhr" + QUERY, b"Connection: close\r\n") +
                         http(b"POST", b"/stomp/000/abcdefgh2/xhr_send", body=b'["' + PAYLOAD),
        "a broken chunk": http(b"POST", b"/stomp/000/abcdefgh3/xhr", b"Transfer-Encoding: chunked\r\n") + PAYLOAD,
        "two lengths": http(b"POST", b"/stomp/000/abcdefgh4/xhr", b"Content-Length: 1\r\n", PAYLOAD),
        "a login over WebSocket, and then no frame": WEBSOCKET + frame(1, CONNECT) + frame(1, PAYLOAD + b"\0"),
        "an unmasked frame": WEBSOCKET + frame(1, CONNECT) + b"\x81" + bytes([len(PAYLOAD)]) + PAYLOAD,
        "text that is not UTF-8": WEBSOCKET + frame(1, CONNECT) + frame(1, PAYLOAD + b"\xff"),
        "a close with a reason": WEBSOCKET + frame(1, CONNECT) + frame(8, b"\x03\xe8" + PAYLOAD),
    }
    to_stomp = {
        "a second login": CONNECT + CONNECT,
        "a login of no version": stomp(b"CONNECT", b"accept-version:9\nhost:localhost\n" + LOGIN),
        "a login that is none": stomp(b"CONNECTED", LOGIN),
        "a login that is too long": stomp(b"CONNECT", b"accept-version:1.2\nhost:localhost\n" + LOGIN + b"x:y\n" * 200),
        "a passcode that is too long": stomp(b"CONNECT", b"accept-version:1.2\npasscode:" + PAYLOAD + b"x" * 9000 + b"\n"),
        "a passcode with a control character": stomp(b"CONNECT", b"accept-version:1.2\nhost:x\npasscode:" + PAYLOAD +
                                                     b"\x01\n"),
        "a passcode that is not UTF-8": stomp(b"CONNECT", b"accept-version:1.2\nhost:x\npasscode:" + PAYLOAD + b"\xff\n"),
        "a login that is not finished": b"CONNECT\n" + LOGIN,
        "a login with a body": stomp(b"CONNECT", b"accept-version:1.2\nhost:x\n" + LOGIN, PAYLOAD),
        "an unknown command": CONNECT + stomp(PAYLOAD, b"a:b\n"),
        "an unknown escape": CONNECT + stomp(b"SEND", b"destination:/topic/a\ntoken:" + PAYLOAD + b"\\q\n"),
        "no header": CONNECT + stomp(b"SEND", b"destination:/topic/a\n" + PAYLOAD + b"\n"),
        "no destination": CONNECT + stomp(b"SEND", b"token:" + PAYLOAD + b"\n", PAYLOAD),
        "a message to nowhere": CONNECT + stomp(b"SEND", b"destination:/nowhere/a\n", PAYLOAD),
        "a message to no controller": CONNECT + stomp(b"SEND", b"destination:/app/nothing\n", PAYLOAD),
        "a wrong length": CONNECT + stomp(b"SEND", b"destination:/topic/a\ncontent-length:3\n", PAYLOAD),
        "a body that is too long": CONNECT + stomp(b"SEND", b"destination:/topic/a\n", PAYLOAD + b"x" * 70_000),
        "an acknowledgement of nothing": CONNECT + stomp(b"ACK", b"id:" + PAYLOAD + b"\n"),
        "HTTP": http(b"GET", b"/" + QUERY),
    }


class Secrets(ServerTest):
    def say(self, place, data):
        """All that is answered until the end, or until nothing more comes to our end."""
        answer = b""
        with socket.create_connection(place, DEADLINE) as wire:
            try:
                wire.sendall(data)
                wire.shutdown(socket.SHUT_WR)
                while piece := wire.recv(65536):
                    answer += piece
            except ConnectionError:
                pass
        return answer

    def find(self, said, where):
        for name, secret in SECRETS.items():
            self.assertNotIn(secret, said, f"{name} {where}")

    def check(self, server, place, rows):
        for row, data in rows.items():
            with self.subTest(row=row):
                before = len(server._errors())
                self.find(self.say(place, data).decode(errors="replace"), "in the answer")
                self.find(server._errors()[before:], "in the log")

    def test_of_http_and_websocket(self):
        server = self.serve("--port", "0")
        self.check(server, server.http, Rows.to_http)
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        self.find(server._errors() + server.said, "in the log")

    def test_of_stomp(self):
        server = self.serve("--port", "0", "--stomp-port", "0", stomp=True)
        self.check(server, server.stomp, Rows.to_stomp)
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        self.find(server._errors() + server.said, "in the log")

    def test_what_the_rows_say_has_the_secrets_in_it(self):
        """Else they would prove nothing."""
        everything = b"".join([*Rows.to_http.values(), *Rows.to_stomp.values()]).decode(errors="replace")
        for secret in SECRETS.values():
            self.assertIn(secret, everything)


if __name__ == "__main__":
    unittest.main()
