"""Two servers share one Apache Kafka, which also goes away and comes back."""

import collections
import pathlib
import signal
import sys
import tempfile
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "server"))
from kafka import Kafka
from program import Program
from kafka_client import Client
from server import Server

SHARDS = 2
SILENCE = 0.5  # after which nothing more is expected
REBALANCE = 30
CONFIG = """
port = 0
stomp_port = 0
shards = 1

[broker]
type = "kafka"

[broker.kafka]
bootstrap_servers = ["{address}"]
create_topics = true

[[broker.kafka.topics]]
destination = "/topic/written/{{id}}"
topic = "prices"
key = "{{id}}"

[[broker.kafka.properties]]
name = "client.id"
value = "file"
"""


class KafkaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Kafka()
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()
        cls.servers = [cls.server() for _ in range(2)]
        cls.wait_until_available()

    @classmethod
    def server(cls):
        server = Program("greeting", "--shards", str(SHARDS), "--kafka", cls.broker.address)
        cls.addClassCleanup(cls.end, server)
        return server

    @staticmethod
    def end(server):
        if server.process.poll() is None:
            server.stop()

    @classmethod
    def wait_until_available(cls, within=60):
        """Every shard of both servers takes messages again. Connections are dealt out to the shards in turn."""
        for server in cls.servers:
            end, taken = time.monotonic() + within, 0
            while taken < 2 * SHARDS:
                assert time.monotonic() < end, f"Kafka is not found:\n{server._errors()}"
                taken = taken + 1 if cls.is_taken(server) else 0

    @staticmethod
    def is_taken(server):
        client = Client(server.stomp_address)
        client.send("/topic/are-you-there", "")
        answer = client.next(30)
        client.close()
        return answer.command == "RECEIPT"

    def client(self, server):
        client = Client(self.servers[server].stomp_address)
        self.addCleanup(client.close)
        return client

    def publish(self, destination, *bodies, server=0, **headers):
        """Each is confirmed by the broker."""
        publisher = Client(self.servers[server].stomp_address)
        for body in bodies:
            publisher.sent(destination, body, **headers)
        publisher.close()

    def bodies(self, client, count):
        return [client.expect("MESSAGE").text for _ in range(count)]

    def test_a_topic_reaches_subscribers_of_both_servers_once(self):
        listeners = [self.client(server) for server in (0, 0, 0, 1, 1, 1)]
        for listener in listeners:
            listener.subscribed("/topic/chat/lobby")
        self.publish("/topic/chat/lobby", "hello", **{"content-type": "text/plain", "secret": "s"})
        for listener in listeners:
            message = listener.expect("MESSAGE")
            self.assertEqual(message.text, "hello")
            self.assertEqual(message.headers["destination"], "/topic/chat/lobby")
            self.assertEqual(message.headers["kafka-topic"], "topic.chat.lobby")
            self.assertEqual(message.headers["kafka-partition"], "0")
            self.assertEqual(message.headers["content-type"], "text/plain")
            self.assertEqual(message.headers["message-id"], "topic.chat.lobby-0-" + message.headers["kafka-offset"])
            self.assertLess(abs(int(message.headers["kafka-timestamp"]) / 1000 - time.time()), 60)
            self.assertNotIn("secret", message.headers)
        for listener in listeners:
            self.assertIsNone(listener.next(SILENCE / 5))

    def test_a_configuration_file_names_kafka(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "stentor.toml")
            file.write_text(CONFIG.format(address=self.broker.address))
            server = Server("--config", file, stomp=True)
        self.addCleanup(server.kill)
        client = Client(server.stomp)
        self.addCleanup(client.close)
        client.subscribed("/topic/written/here")
        self.publish("/topic/prices/here", "by another name")
        self.assertEqual(client.expect("MESSAGE").text, "by another name")

    def test_each_key_has_its_destination_and_keeps_its_order(self):
        listeners = {symbol: self.client(index % 2) for index, symbol in enumerate(("EUR", "USD", "JPY"))}
        for symbol, listener in listeners.items():
            listener.subscribed(f"/topic/prices/{symbol}")
        every = self.client(1)
        every.subscribed("/topic/prices/*")
        publisher = self.client(0)
        for number in range(100):
            for symbol in listeners:
                publisher.send(f"/topic/prices/{symbol}", f"{symbol}{number}")
        for symbol, listener in listeners.items():
            self.assertEqual(self.bodies(listener, 100), [f"{symbol}{number}" for number in range(100)])
        by_key = collections.defaultdict(list)
        for _ in range(300):
            message = every.expect("MESSAGE")
            by_key[message.headers["kafka-key"]].append(message.text)
        self.assertEqual(by_key, {symbol: [f"{symbol}{n}" for n in range(100)] for symbol in listeners})

    def test_a_page_resumes_where_it_stopped(self):
        self.publish("/topic/log", *map(str, range(10)))
        first = self.client(0)
        first.subscribed("/topic/log", offset="earliest")
        stopped = [first.expect("MESSAGE") for _ in range(4)][-1]
        first.close()
        again = self.client(1)
        again.subscribed("/topic/log", offset=str(int(stopped.headers["kafka-offset"]) + 1),
                         partition=stopped.headers["kafka-partition"])
        self.publish("/topic/log", "10", "11")
        self.assertEqual(self.bodies(again, 8), [str(number) for number in range(4, 12)])
        self.publish("/topic/log", "12")
        self.assertEqual(self.bodies(again, 1), ["12"])
        self.assertIsNone(again.next(SILENCE))

    def test_a_time_is_a_place_to_begin_at(self):
        self.publish("/topic/times", "early")
        time.sleep(0.05)
        now = int(time.time() * 1000)
        self.publish("/topic/times", "late")
        listener = self.client(0)
        listener.subscribed("/topic/times", timestamp=str(now))
        self.assertEqual(self.bodies(listener, 1), ["late"])
        self.assertIsNone(listener.next(SILENCE))

    def test_who_resumes_while_a_topic_is_busy_misses_and_repeats_nothing(self):
        count = 600
        self.publish("/topic/busy", "first")
        publisher = self.client(0)
        live = self.client(1)
        live.subscribed("/topic/busy")
        late = []
        for number in range(count):
            publisher.send("/topic/busy", str(number))
            if number % 60 == 0:
                late.append(self.client(number % 2))
                late[-1].subscribe("/topic/busy", offset="earliest")
        wanted = [str(number) for number in range(count)]
        self.assertEqual(self.bodies(live, count), wanted)
        for listener in late:
            frames = [listener.next(30) for _ in range(count + 2)]
            got = [frame.text for frame in frames if frame.command == "MESSAGE"]
            self.assertEqual(got, ["first", *wanted])

    def test_a_wrong_position_is_refused(self):
        self.publish("/topic/positions", "x")
        for headers, code in (({"offset": "x"}, "malformed"), ({"offset": "0", "partition": "9"}, "not-found")):
            client = self.client(0)
            client.subscribe("/topic/positions", **headers)
            self.assertEqual(client.expect("ERROR").headers["code"], code)

    def test_names_that_are_none_to_kafka_are_refused(self):
        for destination in ("/topic/a.b", "/topic/caf\u00e9", "/topic/**", "/topic/" + "x" * 245):
            client = self.client(0)
            client.subscribe(destination)
            self.assertEqual(client.expect("ERROR").headers["code"], "unsupported", destination)

    def test_a_queues_messages_go_to_exactly_one_of_both_servers(self):
        self.broker.create_topic("queue.work.items", 4)
        listeners = [self.client(server) for server in (0, 0, 1, 1)]
        for listener in listeners:
            listener.subscribed("/queue/work/items", ack="client-individual", prefetch_count="10")
        got, by_server, sent = collections.Counter(), [0, 0], 0
        publisher = self.client(0)
        end = time.monotonic() + REBALANCE
        while min(by_server) == 0 or len(got) < sent:
            self.assertLess(time.monotonic(), end, (got, by_server))
            if min(by_server) == 0 or sent < 200:
                for _ in range(20):
                    publisher.sent("/queue/work/items", str(sent))
                    sent += 1
            for index, listener in enumerate(listeners):
                while (message := listener.next(0.05)) is not None:
                    got[message.text] += "redelivered" not in message.headers
                    by_server[index // 2] += 1
                    listener.ack(message)
        self.assertEqual(set(got), {str(number) for number in range(sent)})
        self.assertLessEqual(max(got.values()), 1)
        for listener in listeners:
            self.assertIsNone(listener.next(SILENCE / 5))

    def test_what_is_not_acknowledged_comes_again_and_at_last_is_a_dead_letter(self):
        self.publish("/queue/poison", "bad", "good")
        client = self.client(0)
        client.subscribed("/queue/poison", ack="client-individual", prefetch_count="1")
        deliveries = collections.Counter()
        end = time.monotonic() + 120
        while deliveries["good"] == 0 or deliveries["bad"] < 5:
            self.assertLess(time.monotonic(), end)
            message = client.expect("MESSAGE")
            self.assertEqual("redelivered" in message.headers, deliveries[message.text] > 0)
            deliveries[message.text] += 1
            if message.text == "bad":
                client.nack(message)
            else:
                client.ack(message)
        self.assertEqual(deliveries["good"], 1)
        letters = self.client(1)
        letters.subscribed("/queue/poison/dlq")
        letter = letters.expect("MESSAGE", REBALANCE)
        self.assertEqual((letter.text, letter.headers["kafka-topic"]), ("bad", "queue.poison.dlq"))
        self.assertIsNone(client.next(SILENCE))

    def test_a_server_that_is_killed_loses_nothing_that_was_not_acknowledged(self):
        self.broker.create_topic("queue.kill", 4)
        doomed = self.server()
        there = Client(doomed.stomp_address)
        there.subscribed("/queue/kill", ack="client-individual", prefetch_count="100")
        bodies = {str(number) for number in range(60)}
        self.publish("/queue/kill", *bodies)
        seen = set()
        while len(seen) < 60:
            message = there.expect("MESSAGE", REBALANCE)
            seen.add(message.text)
            if len(seen) <= 20:
                there.ack(message)
                acked = set(seen)
        time.sleep(SILENCE)  # the acknowledgements are on their way
        doomed.process.send_signal(signal.SIGKILL)
        doomed.process.wait()
        there.close()
        heir = self.client(0)
        heir.subscribed("/queue/kill", ack="client-individual", prefetch_count="100")
        again = {}
        while not (bodies - acked) <= set(again):
            message = heir.expect("MESSAGE", REBALANCE)
            again[message.text] = "redelivered" in message.headers
            heir.ack(message)
        self.assertTrue(all(again.values()), "all of them had been given before")
        self.assertIsNone(heir.next(SILENCE))

    def test_binary_bodies_pass(self):
        listener = self.client(1)
        listener.subscribed("/topic/binary")
        publisher = self.client(0)
        body = bytes(range(256))
        publisher._socket.sendall(b"SEND\ndestination:/topic/binary\ncontent-length:256\n\n" + body + b"\0")
        self.assertEqual(listener.expect("MESSAGE").body, body)

    def test_z_the_broker_goes_and_comes_back_and_no_client_notices_but_by_errors(self):
        listener = self.client(1)
        listener.subscribed("/topic/outage")
        self.publish("/topic/outage", "before")
        self.broker.kill()
        end = time.monotonic() + 30
        refused = False
        while not refused:
            self.assertLess(time.monotonic(), end, "publishes have to fail in a bounded time")
            publisher = self.client(0)
            publisher.send("/topic/outage", "lost")
            refused = publisher.expect("ERROR").headers["code"] == "unavailable"
        waiting = self.client(0)
        waiting.subscribe("/topic/outage")
        self.broker.start()
        self.wait_until_available()
        waiting.expect("RECEIPT")
        self.publish("/topic/outage", "after")
        got = []
        while "after" not in got:  # "lost" may have been written after all, though never with a receipt
            got.append(listener.expect("MESSAGE").text)
        self.assertEqual(got[0], "before")
        self.assertEqual(got.count("after"), 1)

    def test_z_a_broker_that_hangs_is_felt_by_publishers_for_a_bounded_time(self):
        listener = self.client(1)
        listener.subscribed("/topic/frozen")
        self.broker.pause()
        try:
            publisher = self.client(0)
            began = time.monotonic()
            publisher.send("/topic/frozen", "stuck")
            self.assertEqual(publisher.expect("ERROR", 30).headers["code"], "unavailable")
            self.assertLess(time.monotonic() - began, 30)
        finally:
            self.broker.resume()
        self.wait_until_available()
        self.publish("/topic/frozen", "thawed")
        got = []
        while "thawed" not in got:
            got.append(listener.expect("MESSAGE").text)
        self.assertLessEqual(got.count("stuck"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
