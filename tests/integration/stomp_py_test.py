"""The unmodified stomp.py (Debian's python3-stomp) speaks STOMP 1.0, 1.1 and 1.2 over TCP to the greeting program."""

import json
import socket
import unittest

from program import Program
from stomp_peer import CONNECTIONS, DEADLINE, Peer


class StompPyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("greeting", "--shards", "2")

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()

    def for_each_version(self, act):
        for version in CONNECTIONS:
            with self.subTest(stomp=version):
                act(version)

    def test_connect_agrees_on_the_version_asked_for(self):
        def act(version):
            self.assertEqual(Peer(self, version).connected.headers["version"], version)
        self.for_each_version(act)

    def test_send_reaches_the_subscriber_with_its_headers(self):
        def act(version):
            peer = Peer(self, version)
            peer.subscribe(f"/topic/send-{version[-1]}")
            peer.connection.send(f"/topic/send-{version[-1]}", "Grüße".encode(), content_type="text/plain", kind="greeting")
            message = peer.message()
            self.assertEqual(message.body, "Grüße")
            self.assertEqual(message.headers["content-type"], "text/plain")
            self.assertEqual(message.headers["kind"], "greeting")
            self.assertEqual(message.headers["destination"], f"/topic/send-{version[-1]}")
            self.assertEqual(message.headers["subscription"], "1")
            self.assertTrue(message.headers["message-id"])
        self.for_each_version(act)

    def test_versions_talk_to_each_other(self):
        peers = [Peer(self, version) for version in CONNECTIONS]
        for peer in peers:
            peer.subscribe("/topic/all-versions")
        for sender in peers:
            sender.connection.send("/topic/all-versions", sender.version)
            for peer in peers:
                self.assertEqual(peer.message().body, sender.version)

    def test_a_controller_answers(self):
        def act(version):
            peer = Peer(self, version)
            peer.subscribe("/topic/greeting")
            peer.connection.send("/app/hello", json.dumps({"name": f"stomp.py {version}"}))
            wanted = {"content": f"Hello, stomp.py {version}!"}
            while json.loads(peer.message().body) != wanted:
                pass
        self.for_each_version(act)

    def test_every_frame_asked_to_is_receipted(self):
        def act(version):
            peer = Peer(self, version)
            peer.subscribe("/topic/receipts")
            peer.receipt(peer.connection.send, "/topic/receipts", "body")
            self.assertEqual(peer.message().body, "body")
            peer.receipt(peer.connection.unsubscribe, id="1")
        self.for_each_version(act)

    def test_escaped_headers_come_back_the_same(self):
        escapes = {"1.1": "a:b\nc\\d", "1.2": "a:b\nc\\d\re"}
        for version, value in escapes.items():
            with self.subTest(stomp=version):
                peer = Peer(self, version)
                peer.subscribe("/topic/escapes")
                peer.connection.send("/topic/escapes", "x", headers={"x-value": value})
                self.assertEqual(peer.message().headers["x-value"], value)

    def test_a_body_with_nuls_comes_back_the_same(self):
        def act(version):
            peer = Peer(self, version)
            peer.subscribe("/topic/nul")
            peer.connection.send("/topic/nul", "a\0b\0\n")
            self.assertEqual(peer.message().body, "a\0b\0\n")
        self.for_each_version(act)

    def test_after_unsubscribe_nothing_comes(self):
        def act(version):
            peer = Peer(self, version)
            peer.subscribe("/topic/left", "left")
            peer.subscribe("/topic/kept", "kept")
            peer.receipt(peer.connection.unsubscribe, id="left")
            peer.connection.send("/topic/left", "unheard")
            peer.connection.send("/topic/kept", "heard")
            self.assertEqual(peer.message().body, "heard")
            self.assertTrue(peer.heard.messages.empty())
        self.for_each_version(act)

    def test_disconnect_is_receipted_and_the_connection_ends(self):
        def act(version):
            peer = Peer(self, version)
            peer.connection.disconnect(receipt="bye")
            self.assertEqual(peer.heard.receipts.get(timeout=DEADLINE), "bye")
            peer.heard.ends.get(timeout=DEADLINE)
        self.for_each_version(act)

    def test_an_error_ends_the_connection(self):
        def act(version):
            peer = Peer(self, version, reconnect_attempts_max=1)
            peer.connection.send("/app/nowhere", "{}", receipt="r")
            error = peer.heard.errors.get(timeout=DEADLINE)
            self.assertEqual(error.headers["receipt-id"], "r")
            self.assertTrue(error.headers["message"])
            peer.heard.ends.get(timeout=DEADLINE)
        self.for_each_version(act)

    def test_heart_beats_keep_a_session(self):
        peers = [Peer(self, version, heartbeats=(1000, 1000)) for version in ("1.1", "1.2")]
        for peer in peers:
            for _ in range(2):
                peer.heard.beats.get(timeout=2 * DEADLINE)
            peer.receipt(peer.connection.send, "/topic/alive", "still here")
            self.assertTrue(peer.heard.lost.empty())

    def test_a_thousand_short_connections(self):
        for _ in range(1000):
            with socket.create_connection(self.program.stomp_address, timeout=DEADLINE) as peer:
                peer.sendall(b"CONNECT\naccept-version:1.2\nhost:localhost\n\n\0")
                self.assertTrue(peer.recv(4096).startswith(b"CONNECTED\n"))


if __name__ == "__main__":
    unittest.main()
