"""Three servers on one RabbitMQ are one: for users who have sessions here and there, while servers die and the broker
goes away and comes back."""

import time
import unittest

from program import Program
from rabbitmq import RabbitMq
from stomp_client import Client

SHARDS = 2
SILENCE = 0.3  # after which nothing more is expected
DEADLINE = 120  # the servers try the broker again after up to 30 s, which may fail once on a busy machine


class User(Client):
    """Somebody who is logged in, hears news, and may command the server."""

    def __init__(self, address, name):
        super().__init__(address, login=name, passcode="x")
        self.subscribed("/user/queue/news")
        self.subscribed("/user/queue/answers")
        self.heard = []

    def ask(self, command, body=""):
        """What the server answers; what else came meanwhile is in `heard`."""
        self.send(f"/app/{command}", body)
        answer = receipt = None
        while answer is None or receipt is None:
            frame = self.next(DEADLINE)
            assert frame is not None, f"no answer to {command}"
            if frame.command == "RECEIPT":
                receipt = frame
            elif frame.command == "MESSAGE" and frame.headers["destination"] == "/user/queue/answers":
                answer = frame.body
            else:
                self.heard.append(frame)
        return answer

    def news(self):
        return self.heard.pop(0).body if self.heard else self.expect("MESSAGE").body


class Servers:
    """Three of them on a broker of the kind BROKER, for tests of several kinds."""

    OPTION = "--relay"

    @classmethod
    def setUpClass(cls):
        cls.broker = cls.BROKER()
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()
        cls.servers = [cls.start() for _ in range(3)]

    def setUp(self):
        self.admins = [self.log_in(server, f"admin{number}") for number, server in enumerate(self.servers)]
        self.wait_until_whole(3)

    @classmethod
    def start(cls, *arguments):
        server = Program("nodes_server", "--shards", str(SHARDS), cls.OPTION, f"127.0.0.1:{cls.broker.port}",
                         *arguments)
        cls.addClassCleanup(lambda: server.process.poll() is None and server.stop())
        return server

    def log_in(self, server, name):
        user = User(server.stomp_address, name)
        self.addCleanup(user.close)
        return user

    def wait_for(self, question, wanted, admins=None):
        """Until every server answers so."""
        end = time.monotonic() + DEADLINE
        for admin in self.admins if admins is None else admins:
            while (answer := admin.ask(question)) != wanted:
                assert time.monotonic() < end, f"{question}: {answer}, not {wanted}"
                time.sleep(0.05)

    def wait_until_whole(self, nodes, admins=None):
        self.wait_for("nodes", str(nodes), admins)

    def test_a_user_is_reached_on_all_servers(self):
        bobs = [self.log_in(self.servers[0], "bob"), self.log_in(self.servers[1], "bob")]
        alice = self.log_in(self.servers[1], "alice")
        self.wait_for("users", "admin0:1 admin1:1 admin2:1 alice:1 bob:2")
        self.assertEqual(self.admins[2].ask("tell/bob", "hello"), "2")
        for bob in bobs:
            self.assertEqual(bob.news(), "hello")
        self.assertEqual(self.admins[2].ask("tell/nobody", "hello"), "0")
        alice.sent("/user/bob/queue/news", "from alice")
        for bob in bobs:
            self.assertEqual(bob.news(), "from alice")
        self.assertIsNone(alice.next(SILENCE))
        self.assertEqual(self.admins[0].ask("sessions"), "6 silent 0")

    def test_a_user_is_closed_from_another_server(self):
        bobs = [self.log_in(self.servers[0], "bob"), self.log_in(self.servers[1], "bob")]
        self.assertEqual(self.admins[2].ask("close/bob"), "2")
        for bob in bobs:
            self.assertEqual(bob.expect("ERROR").headers["code"], "closed")
        self.wait_for("users", "admin0:1 admin1:1 admin2:1")


class NodesTest(Servers, unittest.TestCase):
    BROKER = RabbitMq

    def test_a_session_is_reached_by_its_id(self):
        bob = self.log_in(self.servers[0], "bob")
        self.assertEqual(self.admins[1].ask(f"tell-session/{bob.session}", "you"), "1")
        self.assertEqual(bob.news(), "you")

    def test_order_is_kept(self):
        bob = self.log_in(self.servers[1], "bob")
        self.wait_for("users", "admin0:1 admin1:1 admin2:1 bob:1")
        for number in range(300):
            self.admins[0].send("/user/bob/queue/news", str(number))
        self.assertEqual([bob.news() for _ in range(300)], [str(number) for number in range(300)])
        for _ in range(300):
            self.admins[0].expect("RECEIPT")

    def test_a_server_that_is_killed_is_forgotten(self):
        victim = self.start()
        self.log_in(victim, "bob")
        self.wait_for("users", "admin0:1 admin1:1 admin2:1 bob:1")
        victim.process.kill()
        victim.process.wait()
        self.assertEqual(self.admins[0].ask("tell/bob", "are you there"), "0")
        self.wait_for("users", "admin0:1 admin1:1 admin2:1")
        self.admins[0].sent("/user/bob/queue/news", "nobody is there")

    def test_a_server_that_ends_says_so(self):
        leaving = self.start()
        self.log_in(leaving, "bob")
        self.wait_until_whole(4)
        leaving.stop()
        self.wait_until_whole(3)
        self.wait_for("users", "admin0:1 admin1:1 admin2:1")

    def test_groups_do_not_know_of_each_other(self):
        other = self.start("--group", "other")
        admin = self.log_in(other, "stranger")
        self.wait_for("users", "stranger:1", [admin])
        self.wait_for("users", "admin0:1 admin1:1 admin2:1")

    def test_the_directory_is_whole_again_after_the_broker(self):
        bob = self.log_in(self.servers[1], "bob")
        self.wait_for("users", "admin0:1 admin1:1 admin2:1 bob:1")
        self.broker.kill()
        try:
            sender = self.log_in(self.servers[0], "sender")
            end = time.monotonic() + DEADLINE
            while (answer := self.send_to_bob(sender)) == "RECEIPT":  # until the loss is noticed
                assert time.monotonic() < end
            self.assertEqual(answer, "unavailable")
            carol = self.log_in(self.servers[2], "carol")
        finally:
            self.broker.start()
        self.wait_until_whole(3)
        self.wait_for("users", "admin0:1 admin1:1 admin2:1 bob:1 carol:1")
        self.assertEqual(self.admins[0].ask("tell/carol", "welcome"), "1")
        self.assertEqual(carol.news(), "welcome")
        self.assertEqual(self.admins[2].ask("tell/bob", "still here"), "1")
        while (news := bob.news()) == "lost":  # it had come before the broker went
            pass
        self.assertEqual(news, "still here")

    @staticmethod
    def send_to_bob(sender):
        sender.send("/user/bob/queue/news", "lost")
        frame = sender.expect_any("RECEIPT", "ERROR")
        return frame.headers["code"] if frame.command == "ERROR" else frame.command

    def test_clients_do_not_reach_what_servers_say_to_each_other(self):
        for destination in ("/topic/stentor-nodes/stentor", "/topic/stentor-nodes.stentor", "/topic/stentor-nodes/*",
                            "/topic/stentor-nodes", "/topic/#", "/exchange/amq.topic/stentor-nodes.stentor"):
            for spy in (self.log_in(self.servers[0], "spy"), self.log_in(self.servers[1], "spy")):
                spy.subscribe(destination)
                self.assertIn(spy.expect("ERROR").headers["code"], ("unsupported", "forbidden", "not-found"))
                forger = self.log_in(self.servers[0], "forger")
                forger.send(destination, "SN\x01")
                self.assertIn(forger.expect("ERROR").headers["code"], ("unsupported", "forbidden", "not-found"))
        self.wait_until_whole(3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
