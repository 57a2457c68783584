"""The unmodified stomp.py (Debian's python3-stomp) over TCP at the program `conformance`: logins, bodies, queues.

What needs no login is in tests/integration/stomp_py_test.py."""

import unittest

import stomp.exception

from program import Program
from stomp_peer import CONNECTIONS, DEADLINE, Peer

BODIES = {
    "text": b"Hello, World!",
    "beyond-ascii": "Grüße, 世界 \N{GRINNING FACE}".encode(),
    "nothing": b"",
    "64-kib": b"0123456789abcdef" * 4096,
    "octets": bytes(range(256)) * 4,
}


class StompPyAtConformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("conformance", "--shards", "2")

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()

    def open(self, version, **options):
        return Peer(self, version, "guest", "guest", **options)

    def for_each_version(self, act):
        for version in CONNECTIONS:
            with self.subTest(stomp=version):
                act(version)

    def test_bodies_come_back_the_same(self):
        def act(version):
            peer = self.open(version, auto_decode=False)
            for name, body in BODIES.items():
                peer.subscribe(f"/topic/{name}-{version[-1]}", name)
                peer.connection.send(f"/topic/{name}-{version[-1]}", body, content_type="application/octet-stream")
                message = peer.message()
                self.assertEqual(message.body, body)
                self.assertEqual(message.headers["subscription"], name)
                self.assertEqual(message.headers["content-type"], "application/octet-stream")
        self.for_each_version(act)

    def test_each_message_of_a_queue_reaches_one_of_two_consumers(self):
        def act(version):
            consumers = [self.open(version), self.open(version)]
            for consumer in consumers:
                consumer.subscribe(f"/queue/share-{version[-1]}")
            sent = [f"message {number}" for number in range(20)]
            for text in sent:
                consumers[0].connection.send(f"/queue/share-{version[-1]}", text)
            seen = [consumer.message().body for consumer in consumers for _ in range(len(sent) // 2)]
            self.assertEqual(sorted(seen), sorted(sent))
        self.for_each_version(act)

    def test_a_wrong_login_is_refused(self):
        def act(version):
            for login, passcode in (("guest", "wrong"), ("nobody", "guest"), (None, None)):
                heard = []
                with self.assertRaises(stomp.exception.ConnectFailedException):
                    Refused(self, version, heard, login, passcode)
                self.assertEqual([frame.headers["message"] for frame in heard], ["Bad credentials"])
        self.for_each_version(act)

    def test_a_send_to_no_destination_is_an_error_that_ends_the_session(self):
        def act(version):
            peer = self.open(version, reconnect_attempts_max=1)
            peer.connection.send("/nowhere/at/all", "lost")
            self.assertIn("destination", peer.heard.errors.get(timeout=DEADLINE).headers["message"])
            peer.heard.ends.get(timeout=DEADLINE)
        self.for_each_version(act)

    def test_what_was_sent_before_disconnect_arrives(self):
        def act(version):
            stays, leaves = self.open(version), self.open(version)
            stays.subscribe(f"/topic/last-words-{version[-1]}")
            leaves.connection.send(f"/topic/last-words-{version[-1]}", "bye")
            leaves.connection.disconnect(receipt="leaving")
            self.assertEqual(leaves.heard.receipts.get(timeout=DEADLINE), "leaving")
            self.assertEqual(stays.message().body, "bye")
        self.for_each_version(act)


class Refused:
    """A connection that the server does not want; `heard` gets its ERROR frames."""

    def __init__(self, test, version, heard, login, passcode):
        class Listener(stomp.ConnectionListener):
            def on_error(self, frame):
                heard.append(frame)

        connection = CONNECTIONS[version]([test.program.stomp_address], reconnect_attempts_max=1)
        connection.set_listener("test", Listener())
        connection.connect(login, passcode, wait=True)


if __name__ == "__main__":
    unittest.main()
