"""What a queue and a transaction promise, whatever broker is behind."""

import collections

from servers import SHARDS, SILENCE

INDIVIDUAL = {"ack": "client-individual"}


class Promises:
    """For a TestCase with Servers."""

    def consumer(self, server, queue, **headers):
        client = self.client(server)
        client.subscribe(queue, **{**INDIVIDUAL, **headers})
        return client

    def publish(self, queue, *bodies):
        publisher = self.client(0)
        for body in bodies:
            publisher.sent(queue, body)

    def messages(self, client, count):
        """So many of them, whatever receipts come between."""
        found = []
        while len(found) < count:
            frame = client.next(30)
            self.assertIsNotNone(frame, f"{len(found)} messages of {count}")
            self.assertIn(frame.command, ("MESSAGE", "RECEIPT"), frame)
            if frame.command == "MESSAGE":
                found.append(frame)
        return found

    def bodies(self, client, count, acknowledge=True):
        """In order; with '!' where the message may have been given before."""
        found = self.messages(client, count)
        for message in found if acknowledge else ():
            client.settle("ACK", message)
        return [m.body + ("!" if m.headers.get("redelivered") == "true" else "") for m in found]

    def assert_redelivered(self, message):
        self.assertEqual(message.headers.get("redelivered"), "true")

    def receipt(self, client, number):
        """Whatever messages come before it."""
        while (frame := client.next(30)).command != "RECEIPT":
            self.assertEqual(frame.command, "MESSAGE", frame)
        self.assertEqual(frame.headers["receipt-id"], number)

    def let_arrive(self, server):
        """What a server told the broker has arrived there: what each shard sends behind it is confirmed."""
        for _ in range(2 * SHARDS):
            self.client(server).sent("/topic/behind", "")

    def assert_empty(self, queue):
        """Also at the broker."""
        client = self.client(1)
        client.subscribed(queue, **INDIVIDUAL)
        self.assert_silent(client)
        client.close()

    def test_acknowledged_messages_of_two_servers_are_consumed_once(self):
        consumers = [self.consumer(server, "/queue/once", **{"prefetch-count": "2"}) for server in (0, 0, 1, 1)]
        for client in consumers:
            self.assertEqual(client.next(30).command, "RECEIPT")
        self.publish("/queue/once", *(str(n) for n in range(40)))
        got = collections.Counter()
        while sum(got.values()) < 40:
            before = sum(got.values())
            for client in consumers:
                while (message := client.next(SILENCE)) is not None:
                    self.assertNotIn("redelivered", message.headers)
                    got[message.body] += 1
                    client.settle("ACK", message)
            self.assertGreater(sum(got.values()), before, got)
        self.assertEqual(got, collections.Counter(str(n) for n in range(40)))
        for client in consumers:
            client.close()
        self.assert_empty("/queue/once")

    def test_ack_mode_client_acknowledges_all_before(self):
        self.publish("/queue/cumulative", "a", "b", "c")
        client = self.consumer(0, "/queue/cumulative", ack="client")
        _, second, _ = self.messages(client, 3)
        client.asked("ACK", id=second.headers["ack"])
        client.close()
        self.assertEqual(self.bodies(self.consumer(1, "/queue/cumulative"), 1), ["c!"])

    def test_what_a_killed_server_had_comes_to_the_other(self):
        server = self.start_server()
        self.wait_until_available([server])
        self.publish("/queue/killed", *"abcde")
        victim = self.consumer(server, "/queue/killed")
        first, *_ = self.messages(victim, 5)
        victim.asked("ACK", id=first.headers["ack"])
        self.let_arrive(server)
        heir = self.consumer(0, "/queue/killed")
        self.assertEqual(heir.next(30).command, "RECEIPT")
        self.assert_silent(heir)
        server.kill()
        bodies = self.bodies(heir, 4)
        self.assertEqual(bodies, ["b!", "c!", "d!", "e!"])
        heir.close()
        self.assert_empty("/queue/killed")

    def test_what_a_consumer_leaves_comes_to_the_next_in_order(self):
        self.publish("/queue/left", *"abcdef")
        client = self.client(0)
        id = client.subscribe("/queue/left", **INDIVIDUAL, **{"prefetch-count": "3"})
        first, *_ = self.messages(client, 3)
        client.settle("ACK", first)
        self.receipt(client, client.ask("UNSUBSCRIBE", id=id))
        self.assertEqual([body.rstrip("!") for body in self.bodies(self.consumer(1, "/queue/left"), 5)], list("bcdef"))
        self.assert_silent(client)

    def test_a_page_that_is_loaded_again_gets_them_in_order(self):
        self.publish("/queue/again", *"abcd")
        for _ in range(3):
            client = self.consumer(0, "/queue/again")
            self.assertEqual([body.rstrip("!") for body in self.bodies(client, 4, acknowledge=False)], list("abcd"))
            client.close()
        self.assertEqual(self.bodies(self.consumer(0, "/queue/again"), 4), ["a!", "b!", "c!", "d!"])

    def test_a_rejected_message_comes_again(self):
        self.publish("/queue/rejected", "a", "b")
        client = self.consumer(0, "/queue/rejected", **{"prefetch-count": "1"})
        first, = self.messages(client, 1)
        client.settle("NACK", first)
        rest = []
        while len(rest) < 2:
            message, = self.messages(client, 1)
            rest.append(message.body + ("!" if message.headers.get("redelivered") == "true" else ""))
            client.settle("ACK", message)
        self.assertEqual(sorted(rest), ["a!", "b"])
        self.assert_silent(client)

    def test_rejecting_for_ever_does_not_spin(self):
        self.publish("/queue/poison", "a")
        client = self.consumer(1, "/queue/poison")
        times = 0
        while (frame := client.next(0.6)) is not None and times < 50:
            if frame.command == "MESSAGE":
                times += 1
                client.settle("NACK", frame)
        self.assertIn(times, range(2, 20))

    def test_a_transaction_is_sent_whole_and_in_order(self):
        consumer = self.consumer(1, "/queue/transaction")
        self.assertEqual(consumer.next(30).command, "RECEIPT")
        client = self.client(0)
        for name, end in (("t", "ABORT"), ("u", "COMMIT")):
            client.asked("BEGIN", transaction=name)
            for body in "abc":
                client.sent("/queue/transaction", name + body, transaction=name)
            self.assert_silent(consumer)
            client.asked(end, transaction=name)
        self.assertEqual(self.bodies(consumer, 3), ["ua", "ub", "uc"])
        self.assert_silent(consumer)

    def test_the_broker_goes_and_comes_back(self):
        """One restart for all that is about it."""
        self.publish("/queue/durable", *"abcde")
        holder = self.consumer(0, "/queue/durable", **{"prefetch-count": "3"})
        held = self.messages(holder, 3)
        self.receipt(holder, holder.ask("ACK", id=held[0].headers["ack"]))
        sender = self.client(1)
        sender.asked("BEGIN", transaction="t")
        for body in "xyz":
            sender.sent("/queue/atomic", body, transaction="t")
        neighbour = self.client(0)
        neighbour.subscribed("/topic/after")
        self.let_arrive(0)
        self.broker.kill()
        self.addCleanup(self.broker_is_back)
        commit = sender.ask("COMMIT", transaction="t")
        error = sender.expect("ERROR")
        self.assertEqual((error.headers["receipt-id"], error.headers["code"]), (commit, "unavailable"))
        for message in held[1:]:
            self.receipt(holder, holder.ask("ACK", id=message.headers["ack"]))  # too late: they come again
        self.broker_is_back()
        self.wait_until_available()
        again = self.messages(holder, 3)
        if again[0].body == "a":  # RabbitMQ may forget in a crash what was acknowledged just before
            holder.settle("ACK", again.pop(0))
            again += self.messages(holder, 1)
        self.assertEqual([message.body for message in again], ["b", "c", "d"])
        for message in again[:2]:
            self.assert_redelivered(message)
        holder.close()
        self.assertEqual([b.rstrip("!") for b in self.bodies(self.consumer(1, "/queue/durable"), 4)], list("bcde"))
        self.assert_empty("/queue/atomic")
        self.client(1).sent("/topic/after", "still here")
        self.assertEqual(neighbour.expect("MESSAGE").body, "still here")
