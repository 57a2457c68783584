"""Two servers with a relay share one RabbitMQ, which also goes away and comes back."""

import collections
import json
import unittest

from ports import free_ports
from promises import Promises
from rabbitmq import RabbitMq
from servers import SHARDS, SILENCE, Servers
from program import Program
from stomp_client import Client
from wildcards import Wildcards


class RabbitMqTest(Servers, Promises, Wildcards, unittest.TestCase):
    make_broker = RabbitMq

    def test_a_topic_reaches_subscribers_of_both_servers_once(self):
        listeners = [self.client(server) for server in (0, 0, 0, 1, 1, 1)]
        for listener in listeners:
            listener.subscribed("/topic/chat/lobby")
        self.client(0).sent("/topic/chat/lobby", "hello", room="7", persistent="true")
        for listener in listeners:
            message = listener.expect("MESSAGE")
            self.assertEqual(message.body, "hello")
            self.assertEqual(message.headers["destination"], "/topic/chat/lobby")
            self.assertEqual(message.headers["room"], "7")
            self.assertEqual(set(message.headers), {"destination", "message-id", "subscription", "room",
                                                    "content-length"})
        self.assert_silent(*listeners)

    def test_a_controllers_answer_reaches_subscribers_of_the_other_server(self):
        listener = self.client(1)
        listener.subscribed("/topic/greeting")
        self.client(0).sent("/app/hello", json.dumps({"name": "World"}))
        self.assertEqual(json.loads(listener.expect("MESSAGE").body), {"content": "Hello, World!"})

    def test_a_controller_answers_to_a_temporary_queue(self):
        client = self.client(0)
        receipt = client.send("/app/hello", json.dumps({"name": "World"}),
                              **{"reply-to": "/temp-queue/r", "correlation-id": "7"})
        answer = client.expect("MESSAGE")
        client.expect_receipt(receipt)
        self.assertEqual(json.loads(answer.body), {"content": "Hello, World!"})
        self.assertEqual(answer.headers["subscription"], "/temp-queue/r")
        self.assertEqual(answer.headers["correlation-id"], "7")

    def test_consumers_of_the_broker_cannot_answer_to_a_temporary_queue(self):
        client = self.client(0)
        client.send("/queue/jobs", "", **{"reply-to": "/temp-queue/r"})
        self.assertEqual(client.expect("ERROR").headers["code"], "unsupported")

    def test_order_is_kept(self):
        listener, publisher = self.client(1), self.client(0)
        listener.subscribed("/topic/order")
        for number in range(500):
            publisher.send("/topic/order", str(number))
        self.assertEqual([listener.expect("MESSAGE").body for _ in range(500)], [str(n) for n in range(500)])

    def test_a_queues_messages_go_to_exactly_one_of_both_servers(self):
        listeners = [self.client(server) for server in (0, 0, 0, 0, 1, 1, 1, 1)]
        for listener in listeners:
            listener.subscribed("/queue/work/items")
        publisher = self.client(0)
        for number in range(80):
            publisher.sent("/queue/work/items", str(number))
        got = collections.Counter()
        by_server = [0, 0]
        for index, listener in enumerate(listeners):
            while (message := listener.next(SILENCE)) is not None:
                got[message.body] += 1
                by_server[index // 4] += 1
        self.assertEqual(got, collections.Counter(str(n) for n in range(80)))
        self.assertGreater(min(by_server), 0)

    def test_what_waits_in_a_queue_comes_to_who_subscribes_later(self):
        self.client(0).sent("/queue/later", "waited")
        listener = self.client(1)
        listener.subscribe("/queue/later")
        frames = {frame.command: frame for frame in (listener.next(30), listener.next(30))}
        self.assertEqual(frames["MESSAGE"].body, "waited")

    def test_two_hundred_subscribers_cost_one_connection_a_shard(self):
        listeners = [self.client(number % 2) for number in range(200)]
        for listener in listeners:
            listener.subscribed("/topic/many")
        self.assertEqual(self.broker.connections(), SHARDS * len(self.servers))
        self.client(1).sent("/topic/many", "to all")
        for listener in listeners:
            self.assertEqual(listener.expect("MESSAGE").body, "to all")

    def test_leaving_what_is_busy_disturbs_nobody(self):
        """RabbitMQ answers ERROR for what it gives when the subscription has just ended."""
        program, client = self.broker_client(), self.client(0)
        lost = self.servers[0].errors_text().count("broker_lost")
        published, got = 0, set()
        for destination in ("/topic/busy", "/queue/busy"):
            for _ in range(6):
                id = client.subscribe(destination, **({"ack": "client-individual"} if "queue" in destination else {}))
                self.receipt(client, id)
                for _ in range(300):
                    program.send_only(destination, str(published))
                    published += 1
                for message in self.messages(client, 20):
                    if "ack" in message.headers:
                        client.settle("ACK", message)
                        got.add(message.body)
                self.receipt(client, client.ask("UNSUBSCRIBE", id=id))
        program.sent("/topic/busy", "end")
        heir = self.consumer(1, "/queue/busy")
        while len(got) < published // 2:
            message, = self.messages(heir, 1)
            heir.settle("ACK", message)
            got.add(message.body)
        self.assertEqual(self.servers[0].errors_text().count("broker_lost"), lost)

    def test_other_programs_of_the_broker_are_reached_by_dotted_names(self):
        program, browser = self.broker_client(), self.client(0)
        browser.subscribed("/topic/prices/eur/usd")
        program.sent("/topic/prices.eur.usd", "1.16")
        self.assertEqual(browser.expect("MESSAGE").body, "1.16")
        program.subscribed("/topic/prices.eur.usd")
        browser.send("/topic/prices/eur/usd", "1.17")
        self.assertEqual(program.expect("MESSAGE").body, "1.17")

    def test_names_and_bodies_may_be_of_any_language(self):
        listener = self.client(1)
        listener.subscribed("/topic/caf\u00e9/\u65e5\u672c")
        self.client(0).sent("/topic/caf\u00e9/\u65e5\u672c", "\u3053\u3093\u306b\u3061\u306f")
        self.assertEqual(listener.expect("MESSAGE").body, "\u3053\u3093\u306b\u3061\u306f")

    def test_patterns_of_the_broker_are_refused_to_clients(self):
        for destination in ("/topic/#", "/queue/*", "/topic/a.b", "/queue/a,b", "/topic/%23"):
            client = self.client(0)
            client.subscribe(destination)
            self.assertEqual(client.expect("ERROR").headers["code"], "unsupported", destination)

    def test_a_destination_that_the_broker_refuses_ends_that_client_and_nobody_else(self):
        neighbour = self.client(0)
        neighbour.subscribed("/topic/neighbour")
        stranger = self.client(0)  # on either shard; the other one is the neighbour's or not
        stranger.subscribe("/queue/forbidden")
        self.assertEqual(stranger.expect("ERROR").headers["code"], "forbidden")
        self.wait_until_available()
        self.client(1).sent("/topic/neighbour", "still here")
        self.assertEqual(neighbour.expect("MESSAGE").body, "still here")

    def test_a_server_starts_without_its_broker(self):
        server = Program("greeting", "--shards", "1", "--relay", f"127.0.0.1:{free_ports(1)[0]}")
        self.addCleanup(server.stop)
        client = Client(server.stomp_address)
        self.addCleanup(client.close)
        client.subscribe("/topic/news")
        self.assert_silent(client)
        client.send("/topic/news", "x")
        self.assertEqual(client.expect("ERROR").headers["code"], "unavailable")

    def test_clients_outlive_the_broker(self):
        listeners = [self.client(server) for server in (0, 0, 1, 1)]
        for listener in listeners:
            listener.subscribed("/topic/news")
        self.broker.kill()
        self.addCleanup(self.broker_is_back)

        publisher = self.client(0)
        number = publisher.send("/topic/news", "lost")
        error = publisher.expect("ERROR")
        self.assertEqual((error.headers["receipt-id"], error.headers["code"]), (number, "unavailable"))
        patient = self.client(1)
        waiting = patient.subscribe("/topic/news")
        self.assert_silent(patient, *listeners)

        self.broker_is_back()
        self.wait_until_available()
        patient.expect_receipt(waiting)
        self.client(0).sent("/topic/news", "again")
        for listener in (patient, *listeners):
            self.assertEqual(listener.expect("MESSAGE").body, "again")
        self.assert_silent(patient, *listeners)
        self.assertEqual(self.broker.connections(), SHARDS * len(self.servers))


if __name__ == "__main__":
    unittest.main(verbosity=2)
