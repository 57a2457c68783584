"""What a server of configuration alone serves, and how it ends."""

import base64
import json
import os
import signal
import socket
import struct
import unittest
import urllib.error
import urllib.request

from server import DEADLINE, ServerTest, run


class WebSocket:
    """As much of a client as it takes to open a session and to see it close (RFC 6455)."""

    def __init__(self, address, path):
        self.socket = socket.create_connection(address, DEADLINE)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Protocol: v12.stomp\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline() != b"\r\n":
            pass

    def send(self, opcode, payload):
        """A masked frame."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(struct.pack("!BB", 0x80 | opcode, 0x80 | len(payload)) + mask + masked)

    def receive(self):
        """The next frame's opcode and payload."""
        opcode, size = struct.unpack("!BB", self.file.read(2))
        if size == 126:
            size = struct.unpack("!H", self.file.read(2))[0]
        return opcode & 0x0F, self.file.read(size)

    def close(self):
        self.file.close()
        self.socket.close()


def get(server, path):
    with urllib.request.urlopen(f"http://{server.http[0]}:{server.http[1]}{path}", timeout=DEADLINE) as response:
        return response.read()


class Serving(ServerTest):
    def ends_sessions_by(self, number):
        server = self.serve("--port", "0")
        client = WebSocket(server.http, "/stomp/websocket")
        self.assertEqual(client.status, 101)
        client.send(1, b"CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\x00")
        self.assertTrue(client.receive()[1].startswith(b"CONNECTED\n"))
        server.process.send_signal(number)
        opcode, payload = client.receive()
        while opcode == 1:  # a STOMP session is told in its own words first
            opcode, payload = client.receive()
        self.assertEqual((opcode, struct.unpack("!H", payload[:2])[0]), (8, 1001))
        client.send(8, payload[:2])
        self.assertEqual(client.file.read(), b"")
        client.close()
        self.assertEqual(server.ended(), 0)

    def test_sigterm_closes_sessions_with_1001_and_exits_with_0(self):
        self.ends_sessions_by(signal.SIGTERM)

    def test_sigint_does_too(self):
        self.ends_sessions_by(signal.SIGINT)

    def test_without_a_file_stomp_is_served_to_sockjs_clients_too(self):
        server = self.serve("--port", "0")
        self.assertTrue(json.loads(get(server, "/stomp/info"))["websocket"])
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_endpoints_and_files_of_the_configuration(self):
        (self.folder / "web").mkdir()
        self.write("<p>hello", "web/index.html")
        server = self.serve("--config", self.write("""
port = 0
[[endpoint]]
path = "/one"
sockjs = true
[[endpoint]]
path = "/two"
[[resources]]
path = "/"
folder = "web"
"""))
        self.assertIn(b"entropy", get(server, "/one/info"))
        for path in ("/two/info", "/stomp/info"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                get(server, path)
            with refused.exception as response:
                self.assertEqual(response.code, 404)
        two = WebSocket(server.http, "/two")
        self.assertEqual(two.status, 101)
        two.close()
        self.assertEqual(get(server, "/"), b"<p>hello")
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            for arguments in (["--port", port], ["--port", "0", "--stomp-port", port]):
                done = run("serve", *arguments)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(f"cannot listen on 127.0.0.1:{port}: Address already in use", done.stderr)

    def test_an_address_that_is_none_of_this_machine(self):
        done = run("serve", "--port", "0", "--address", "192.0.2.1", variables={"STENTOR_SECURITY_ANONYMOUS": "true"})
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("cannot listen on 192.0.2.1", done.stderr)


if __name__ == "__main__":
    unittest.main()
