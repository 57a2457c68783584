"""ACK, NACK and transactions as the unmodified stomp.py (Debian's python3-stomp) sees them, over TCP."""

import unittest

from program import Program
from stomp_peer import CONNECTIONS, Peer


class StompPyAcknowledging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("conformance", "--shards", "2")

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()

    def open(self, version, **options):
        return Peer(self, version, "guest", "guest", **options)

    def consume(self, version, name, ack, *texts):
        """A session that has got these messages from a queue of that name and acknowledged none."""
        peer = self.open(version)
        peer.subscribe(f"/queue/{name}-{version[-1]}", ack=ack)
        for text in texts:
            peer.receipt(peer.connection.send, f"/queue/{name}-{version[-1]}", text)
        messages = [peer.message() for _ in texts]
        self.assertEqual([message.body for message in messages], list(texts))
        return peer, messages

    def next_for_another(self, version, name):
        """What the sessions before have not acknowledged."""
        peer = self.open(version)
        peer.subscribe(f"/queue/{name}-{version[-1]}")
        return peer.message()

    def for_versions(self, act, versions=CONNECTIONS):
        for version in versions:
            with self.subTest(stomp=version):
                act(version)

    @staticmethod
    def end(verb, version, message, **headers):
        """ACK or NACK as each version names the message."""
        if version == "1.2":
            verb(message.headers["ack"], **headers)
        elif version == "1.1":
            verb(message.headers["message-id"], message.headers["subscription"], **headers)
        else:
            verb(message.headers["message-id"], **headers)

    def test_what_is_not_acknowledged_goes_to_another_redelivered(self):
        def act(version):
            leaves, (one, _) = self.consume(version, "returned", "client", "one", "two")
            self.assertNotEqual(one.headers.get("redelivered"), "true")
            self.end(leaves.connection.ack, version, one)
            leaves.connection.disconnect(receipt="leaving")
            again = self.next_for_another(version, "returned")
            self.assertEqual((again.body, again.headers["redelivered"]), ("two", "true"))
        self.for_versions(act)

    def test_an_ack_in_the_mode_client_is_for_all_before_it_too(self):
        def act(version):
            leaves, messages = self.consume(version, "cumulative", "client", "one", "two", "three", "four")
            self.end(leaves.connection.ack, version, messages[2])
            leaves.connection.disconnect(receipt="leaving")
            self.assertEqual(self.next_for_another(version, "cumulative").body, "four")
        self.for_versions(act)

    def test_an_ack_in_the_mode_client_individual_is_for_one(self):
        def act(version):
            leaves, (one, _, three) = self.consume(version, "individual", "client-individual", "one", "two", "three")
            self.end(leaves.connection.ack, version, three)
            self.end(leaves.connection.ack, version, one)
            leaves.connection.disconnect(receipt="leaving")
            self.assertEqual(self.next_for_another(version, "individual").body, "two")
        self.for_versions(act, ("1.1", "1.2"))

    def test_after_a_nack_the_message_comes_again_redelivered(self):
        def act(version):
            peer, (message,) = self.consume(version, "nack", "client-individual", "once more")
            self.end(peer.connection.nack, version, message)
            again = peer.message()
            self.assertEqual((again.body, again.headers["redelivered"]), ("once more", "true"))
            peer.receipt(self.end, peer.connection.ack, version, again)
            peer.connection.disconnect(receipt="leaving")
            stays = self.open(version)
            stays.subscribe(f"/queue/nack-{version[-1]}")
            stays.connection.send(f"/queue/nack-{version[-1]}", "next")
            self.assertEqual(stays.message().body, "next")
        self.for_versions(act, ("1.1", "1.2"))

    def test_a_transaction_is_sent_at_commit_in_order(self):
        def act(version):
            peer = self.open(version)
            peer.subscribe(f"/topic/committed-{version[-1]}")
            transaction = peer.connection.begin()
            for text in ("one", "two"):
                peer.connection.send(f"/topic/committed-{version[-1]}", text, transaction=transaction)
            peer.receipt(peer.connection.send, f"/topic/committed-{version[-1]}", "outside")
            peer.receipt(peer.connection.commit, transaction)
            self.assertEqual([peer.message().body for _ in range(3)], ["outside", "one", "two"])
        self.for_versions(act)

    def test_an_aborted_transaction_is_not_sent(self):
        def act(version):
            peer = self.open(version)
            peer.subscribe(f"/topic/aborted-{version[-1]}")
            transaction = peer.connection.begin()
            peer.connection.send(f"/topic/aborted-{version[-1]}", "inside", transaction=transaction)
            peer.receipt(peer.connection.abort, transaction)
            peer.receipt(peer.connection.send, f"/topic/aborted-{version[-1]}", "outside")
            self.assertEqual(peer.message().body, "outside")
            self.assertTrue(peer.heard.messages.empty())
        self.for_versions(act)

    def test_an_ack_in_an_aborted_transaction_does_not_count(self):
        def act(version):
            leaves, (one, two) = self.consume(version, "transaction", "client", "one", "two")
            for message, end in ((one, leaves.connection.commit), (two, leaves.connection.abort)):
                transaction = leaves.connection.begin()
                self.end(leaves.connection.ack, version, message, transaction=transaction)
                leaves.receipt(end, transaction)
            leaves.connection.disconnect(receipt="leaving")
            self.assertEqual(self.next_for_another(version, "transaction").body, "two")
        self.for_versions(act)


if __name__ == "__main__":
    unittest.main()
