"""Who a client is by a JSON Web Token or another server's session cookie: the server with a real issuer beside it."""

import http.server
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import unittest

from server import DEADLINE, ServerTest, run


class Backend:
    """Answers every GET with what `answers` has for its path; `asked` keeps the requests' paths and headers."""

    def __init__(self, context=None):
        self.answers, self.asked = {}, []
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                backend.asked.append((self.path, dict(self.headers)))
                status, body = backend.answers.get(self.path, (404, b""))
                if callable(body):
                    status, body = body(self.headers)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Identity(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        assert shutil.which("jose"), "the jose program is needed"

    def backend(self, context=None):
        made = Backend(context)
        self.addCleanup(made.close)
        return made

    def jose(self, *arguments, text=None):
        done = subprocess.run(["jose", *arguments], cwd=self.folder, input=text, check=True, capture_output=True,
                              text=True)
        return done.stdout.strip()

    def key(self, kid):
        """Makes a key, and returns its public half."""
        self.jose("jwk", "gen", "-i", json.dumps({"alg": "ES256", "kid": kid}), "-o", f"{kid}.jwk")
        return json.loads(self.jose("jwk", "pub", "-i", f"{kid}.jwk", "-o", "-"))

    def token(self, kid, **claims):
        given = {"sub": "alice", "iss": "https://id.example", "exp": int(time.time()) + 300, **claims}
        return self.jose("jws", "sig", "-I", "-", "-k", f"{kid}.jwk", "-c", "-s", json.dumps({"protected": {"kid": kid}}),
                         text=json.dumps(given))

    def publish(self, backend, *keys):
        backend.answers["/keys"] = (200, json.dumps({"keys": keys}).encode())

    def start(self, tables):
        file = self.write("port = 0\nstomp_port = 0\nshards = 2\n[[endpoint]]\npath = \"/stomp\"\n" + tables)
        return self.serve("--config", str(file), stomp=True)

    def jwt(self, url, more=""):
        return f'[[jwt]]\nissuer = "https://id.example"\nalgorithms = ["ES256"]\njwks_url = "{url}"\n{more}\n'

    def connect(self, server, header=""):
        """The first line, and the headers, of what a CONNECT over TCP is answered with."""
        with socket.create_connection(server.stomp, DEADLINE) as wire:
            wire.sendall(f"CONNECT\naccept-version:1.2\nhost:localhost\n{header}\n\0".encode())
            return self.read_until(wire, b"\0")

    def upgrade(self, server, header="", query="", frame=b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0"):
        """The status of an opening handshake, or what a CONNECT behind it is answered with."""
        with socket.create_connection(server.http, DEADLINE) as wire:
            wire.sendall(f"GET /stomp{query} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n"
                         f"Origin: http://localhost\r\n{header}\r\n".encode())
            head = self.read_until(wire, b"\r\n\r\n").decode()
            status = int(head.split()[1])
            if status != 101:
                return str(status)
            wire.sendall(bytes([0x81, 0x80 | len(frame), 0, 0, 0, 0]) + frame)
            return self.read_until(wire, b"\0")

    def read_until(self, wire, mark):
        data = b""
        while mark not in data:
            piece = wire.recv(65536)
            if not piece:
                break
            data += piece
        return data

    def assert_is(self, name, answer):
        self.assertIn(b"CONNECTED\n", answer)
        self.assertIn(f"\nuser-name:{name}\n".encode(), answer)

    def test_a_token_of_connect_says_who(self):
        backend = self.backend()
        self.publish(backend, self.key("k1"))
        server = self.start(self.jwt(f"http://127.0.0.1:{backend.port}/keys"))
        self.assert_is("alice", self.connect(server, f"Authorization:Bearer {self.token('k1')}\n"))
        for bad in ("x", self.token("k1", exp=1), self.token("k1", iss="https://other.example"),
                    self.token("k1")[:-4] + "AAAA"):
            answer = self.connect(server, f"Authorization:Bearer {bad}\n")
            self.assertTrue(answer.startswith(b"ERROR\n"), answer)
        self.assertTrue(self.connect(server).startswith(b"ERROR\n"))

    def test_keys_rotate_and_an_unknown_one_is_asked_for_once(self):
        backend = self.backend()
        first = self.key("k1")
        self.publish(backend, first)
        server = self.start(self.jwt(f"http://127.0.0.1:{backend.port}/keys"))
        old = f"Authorization:Bearer {self.token('k1')}\n"
        self.assert_is("alice", self.connect(server, old))
        self.publish(backend, first, self.key("k2"))
        self.assert_is("bob", self.connect(server, f"Authorization:Bearer {self.token('k2', sub='bob')}\n"))
        self.assert_is("alice", self.connect(server, old))
        self.key("k3")
        stranger = f"Authorization:Bearer {self.token('k3')}\n"
        for _ in range(50):
            self.assertTrue(self.connect(server, stranger).startswith(b"ERROR\n"))
        self.assertEqual(len(backend.asked), 2)

    def test_an_issuer_that_is_gone_does_not_end_what_is_known(self):
        backend = self.backend()
        self.publish(backend, self.key("k1"))
        server = self.start(self.jwt(f"http://127.0.0.1:{backend.port}/keys", 'refresh = "100ms"'))
        token = f"Authorization:Bearer {self.token('k1')}\n"
        self.assert_is("alice", self.connect(server, token))
        backend.close()
        self.assert_is("alice", self.connect(server, token))

    def test_a_token_of_a_query_is_taken_where_told_to_and_never_logged(self):
        backend = self.backend()
        self.publish(backend, self.key("k1"))
        server = self.start(self.jwt(f"http://127.0.0.1:{backend.port}/keys", 'query_parameter = "access_token"'))
        good, bad = self.token("k1"), self.token("k1", exp=1)
        self.assert_is("alice", self.upgrade(server, query=f"?access_token={good}"))
        self.assertEqual(self.upgrade(server, query=f"?access_token={bad}"), "401")
        self.upgrade(server, query=f"?access_token={bad}", header="X-Bad\r\n")
        said = server.said + server._errors()
        self.assertIn("exp is over", said)
        for token in (good, bad):
            for part in token.split("."):
                self.assertNotIn(part, said)

    def test_keys_by_tls_are_those_of_who_they_say_they_are(self):
        subprocess.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=id "
                       "-addext subjectAltName=DNS:localhost -keyout id.key -out id.pem".split(), cwd=self.folder,
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "id.pem", self.folder / "id.key")
        backend = self.backend(context)
        self.publish(backend, self.key("k1"))
        token = f"Authorization:Bearer {self.token('k1')}\n"
        for host, more, is_alice in (("localhost", 'jwks_ca = "id.pem"', True), ("localhost", "", False),
                                     ("127.0.0.1", 'jwks_ca = "id.pem"', False)):
            with self.subTest(host=host, more=more):
                server = self.start(self.jwt(f"https://{host}:{backend.port}/keys", more))
                answer = self.connect(server, token)
                if is_alice:
                    self.assert_is("alice", answer)
                else:
                    self.assertTrue(answer.startswith(b"ERROR\n"), answer)

    def test_a_session_of_another_server(self):
        backend = self.backend()

        def session(headers):
            if headers.get("Cookie") != "SID=abc":
                return 401, b""
            return 200, b'{"name":"alice","authorities":["ROLE_USER"],"expires_in":60}'

        backend.answers["/session"] = (0, session)
        server = self.start("[security]\ncsrf = false\n[session_cookie]\nname = \"SID\"\n"
                            f'url = "http://127.0.0.1:{backend.port}/session"\n')
        self.assert_is("alice", self.upgrade(server, "Cookie: other=1; SID=abc\r\n"))
        self.assertEqual(self.upgrade(server, "Cookie: SID=abd\r\n"), "401")
        asked = len(backend.asked)
        self.assertEqual(self.upgrade(server, "Cookie: SID=abc; SID=abd\r\n"), "401")
        self.assert_is("alice", self.upgrade(server, "Cookie: SID=abc\r\n"))
        self.assertEqual(len(backend.asked), asked)  # the verdict counts for a while
        self.assertEqual(backend.asked[0][1]["X-Forwarded-For"], "127.0.0.1")

    def test_what_is_wrong_is_said_at_the_start(self):
        for tables, said in (
                ("[[jwt]]\n", "algorithms"),
                ('[[jwt]]\nalgorithms = ["none"]\njwks_url = "https://a/b"\n', "none"),
                ('[[jwt]]\nalgorithms = ["RS256"]\n', "jwks_url"),
                ('[[jwt]]\nalgorithms = ["RS256"]\njwks_url = "http://example.com/"\n', "https"),
                ('[[jwt]]\nalgorithms = ["RS256"]\nkey_file = "nowhere.pem"\n', "nowhere.pem"),
                ('[session_cookie]\nname = "SID"\n', "session_cookie.url")):
            with self.subTest(tables=tables):
                done = run("serve", "--config", str(self.write("port = 0\n" + tables)))
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
