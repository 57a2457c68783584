"""The server with certificates: HTTPS, WSS and STOMP by TLS, who may connect, and new certificates while it runs."""

import http.client
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest

from server import DEADLINE, ServerTest, run

CONFIG = """
port = 0
stomp_port = 0
shards = 2
[[tls.certificate]]
file = "{folder}/server.pem"
key = "{folder}/server.key"
{more}
"""


class Tls(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        assert shutil.which("openssl"), "the openssl program is needed"

    def setUp(self):
        super().setUp()
        self.openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca "
                     "-keyout ca.key -out ca.pem")
        self.issue("server", "DNS:localhost,IP:127.0.0.1")

    def openssl(self, arguments):
        subprocess.run(["openssl", *arguments.split()], cwd=self.folder, check=True, capture_output=True)

    def issue(self, name, alternatives, serial=None):
        self.openssl(f"req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name} "
                     f"-addext subjectAltName={alternatives} -keyout {name}.key -out {name}.csr")
        number = f"-set_serial {serial}" if serial else "-CAcreateserial"
        self.openssl(f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key {number} -days 2 "
                     f"-copy_extensions copy -out {name}.pem")

    def start(self, more=""):
        file = self.write(CONFIG.format(folder=self.folder, more=more))
        return self.serve("--config", str(file), stomp=True)

    def context(self, own=None):
        made = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if own:
            made.load_cert_chain(self.folder / f"{own}.pem", self.folder / f"{own}.key")
        return made

    def connect(self, place, context=None, host="localhost"):
        plain = socket.create_connection(place, DEADLINE)
        self.addCleanup(plain.close)
        sealed = (context or self.context()).wrap_socket(plain, server_hostname=host)
        self.addCleanup(sealed.close)
        return sealed

    def read_until(self, wire, mark):
        data = b""
        while mark not in data:
            piece = wire.recv(65536)
            self.assertTrue(piece, f"ended after {data!r}")
            data += piece
        return data

    def stomp(self, wire, frames):
        wire.sendall(b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0")
        self.assertTrue(self.read_until(wire, b"\0").startswith(b"CONNECTED\n"))
        wire.sendall(frames)

    def number(self, wire):
        return ssl.DER_cert_to_PEM_cert(wire.getpeercert(True))

    def test_stomp_by_tls(self):
        server = self.start()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = self.context()
            context.minimum_version = context.maximum_version = version
            wire = self.connect(server.stomp, context)
            body = b"x" * 60_000
            self.stomp(wire, b"SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0SEND\ndestination:/topic/a\n\n" + body + b"\0")
            self.assertIn(body, self.read_until(wire, b"x\0"))

    def test_sessions_by_websocket_on_both_shards(self):
        server = self.start()
        for _ in range(4):
            wire = self.connect(server.http)
            wire.sendall(b"GET /stomp/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                         b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                         b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n")
            self.assertIn(b" 101 ", self.read_until(wire, b"\r\n\r\n"))

    def test_a_sockjs_session_goes_on_over_other_connections(self):
        """Which may begin on another shard than its own: the connection moves there."""
        server = self.start()
        origin = {"Origin": f"https://localhost:{server.http[1]}"}
        for number in range(6):
            path = f"/stomp/000/session{number}00"
            opened = http.client.HTTPSConnection("localhost", server.http[1], context=self.context(), timeout=DEADLINE)
            opened.request("POST", f"{path}/xhr", headers=origin)
            answer = opened.getresponse()
            self.assertEqual((answer.status, answer.read()), (200, b"o\n"))
            cookie = {"Cookie": (answer.headers["Set-Cookie"] or "").split(";")[0]}
            sender = http.client.HTTPSConnection("localhost", server.http[1], context=self.context(), timeout=DEADLINE)
            sender.request("POST", f"{path}/xhr_send", '["CONNECT\\naccept-version:1.2\\nhost:x\\n\\n\\u0000"]',
                           {**origin, **cookie})
            self.assertEqual(sender.getresponse().status, 204)
            opened.request("POST", f"{path}/xhr", headers={**origin, **cookie})
            self.assertTrue(opened.getresponse().read().startswith(b'a["CONNECTED'))
            opened.close()
            sender.close()

    def test_new_certificates_are_taken_and_nobody_is_dropped(self):
        for how in ("hang up", "the files"):
            with self.subTest(how=how):
                self.issue("server", "DNS:localhost")
                server = self.start("" if how == "hang up" else "[tls]\ncheck_interval = 50")
                old = self.connect(server.stomp)
                self.stomp(old, b"")
                before = self.number(old)
                self.issue("server", "DNS:localhost")
                if how == "hang up":
                    server.process.send_signal(signal.SIGHUP)
                end = time.monotonic() + DEADLINE
                while self.number(self.connect(server.stomp)) == before:
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.02)
                old.sendall(b"SEND\ndestination:/topic/a\nreceipt:r\n\n\0")
                self.assertIn(b"receipt-id:r", self.read_until(old, b"\0"))
                self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_broken_files_do_not_replace_good_ones(self):
        server = self.start()
        before = self.number(self.connect(server.stomp))
        (self.folder / "server.pem").write_text("garbage")
        server.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + DEADLINE
        while "tls_certificates_kept" not in server._errors():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        self.assertEqual(self.number(self.connect(server.stomp)), before)

    def test_certificates_that_cannot_be_opened_do_not_replace_good_ones(self):
        """T6: no descriptor is left when new ones are asked for."""
        server = self.start()
        wire = self.connect(server.stomp)
        self.stomp(wire, b"")
        before = self.number(wire)
        end = time.monotonic() + DEADLINE
        (self.folder / "server.pem").write_text("garbage")
        configuration = (self.folder / "stentor.toml").rename(self.folder / "gone.toml")
        server.process.send_signal(signal.SIGHUP)  # UBSan opens a pipe for the first object of a type that it meets
        while not all(said in server._errors() for said in ("tls_certificates_kept", "not reloaded")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        configuration.rename(self.folder / "stentor.toml")
        self.issue("server", "DNS:localhost")
        limit = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (3, limit[1]))
        server.process.send_signal(signal.SIGHUP)
        while server._errors().count("tls_certificates_kept") < 2:
            self.assertLess(time.monotonic(), end, server._errors())
            time.sleep(0.02)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, limit)
        self.assertEqual(self.number(self.connect(server.stomp)), before)
        server.process.send_signal(signal.SIGHUP)
        while self.number(self.connect(server.stomp)) == before:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def test_the_name_of_a_required_certificate_is_the_user(self):
        server = self.start(f'[tls]\nclient_certificates = "required"\nclient_ca = "{self.folder}/ca.pem"')
        self.issue("alice", "DNS:alice")
        wire = self.connect(server.stomp, self.context("alice"))
        wire.sendall(b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0")
        connected = self.read_until(wire, b"\0")
        self.assertIn(b"user-name:alice\n", connected)
        left = int(connected.split(b"\nx-expires-in:")[1].split(b"\n")[0])  # the session's end is the certificate's
        self.assertTrue(0 < left <= 2 * 24 * 3600 * 1000, left)
        with self.assertRaises((ssl.SSLError, ConnectionError, AssertionError)):
            nobody = self.connect(server.stomp)
            nobody.sendall(b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0")
            self.read_until(nobody, b"\0")

    def test_browsers_are_told_to_come_by_tls_from_now_on(self):
        """RFC 6797"""
        for more, expected in (("", "max-age=31536000"), ('[tls]\nstrict_transport_security = "max-age=60; includeSubDomains"',
                                                          "max-age=60; includeSubDomains"),
                               ('[tls]\nstrict_transport_security = ""', None)):
            server = self.start(more)
            for path in ("/nothing", "/stomp/info", "/stomp/websocket"):
                asked = http.client.HTTPSConnection("localhost", server.http[1], context=self.context(), timeout=DEADLINE)
                asked.request("GET", path)
                self.assertEqual(asked.getresponse().headers["Strict-Transport-Security"], expected)
                asked.close()

    def test_plain_clients_are_answered_or_dropped(self):
        server = self.start()
        with socket.create_connection(server.http, DEADLINE) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertTrue(plain.recv(4096).startswith(b"HTTP/1.1 400 "))
        with socket.create_connection(server.stomp, DEADLINE) as plain:
            plain.sendall(b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0")
            self.assertNotIn(b"CONNECTED", plain.recv(4096))

    def test_what_is_wrong_with_the_files_is_said_at_the_start(self):
        for text, said in (('file = "/nowhere.pem"\nkey = "/nowhere.key"', "/nowhere.pem"),
                           (f'file = "{self.folder}/server.pem"\nkey = "{self.folder}/ca.key"', "ca.key"),
                           (f'file = "{self.folder}/server.pem"', "key")):
            file = self.write(f"port = 0\n[[tls.certificate]]\n{text}\n")
            done = run("serve", "--config", str(file))
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
