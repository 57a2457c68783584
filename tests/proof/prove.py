"""Uses a broker with Stentor's servers in front of it while they are broken, and counts what was lost, repeated or reordered.
scripts/prove-brokers runs it; docs/testing.md says what it counts."""

import argparse
import copy
import json
import pathlib
import random
import signal
import sys
import time
from dataclasses import asdict

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / folder) for folder in ("integration", "relay", "kafka")]
import activemq  # noqa: E402
from actors import Consumer, Producer, Subscriber  # noqa: E402
from plant import DEADLINE, Plant  # noqa: E402
from verdict import Seen, is_up_to_date, judge_queue, judge_topic  # noqa: E402

QUEUES = ("/queue/proof/a", "/queue/proof/b")
TOPICS = ("/topic/proof/a", "/topic/proof/b")
PRODUCERS, LISTENERS = 2, 2  # of each destination: so many in all, and so many a server
QUIET = 3  # seconds without a message, after which no more are expected
LATE = 60  # the same, while something is missing
RECENT = 100  # messages of a connection, among which each producer has one
SKIPPED = 77
KINDS = ("restart", "stop", "slow", "kill-node")


def faults(text):
    """"restart*20,stop" -> twenty times the one, once the other."""
    found = []
    for part in text.split(",") if text else ():
        kind, _, times = part.partition("*")
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind} is none of {', '.join(KINDS)}")
        found += [kind] * int(times or 1)
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", choices=("rabbitmq", "activemq", "kafka"), default="rabbitmq")
    parser.add_argument("--nodes", type=int, default=2, help="servers (2)")
    parser.add_argument("--faults", type=faults, default=faults("restart,kill-node,restart"), metavar="KIND[*TIMES],...",
                        help=f"of {', '.join(KINDS)}; one after the other (restart,kill-node,restart)")
    parser.add_argument("--seconds", type=float, default=0, help="begins with the first fault again until so many are over")
    parser.add_argument("--calm", type=float, default=4, metavar="SECONDS",
                        help="between faults (4); after three quarters of that a topic's message is late")
    parser.add_argument("--rate", type=float, default=25, help="messages a second of each producer (25); there are 8")
    parser.add_argument("--seed", type=int, help="of how long faults last")
    parser.add_argument("--log", metavar="FOLDER", help="what everybody did and saw, and what the servers said, whatever comes out")
    return parser.parse_args()


class Proof:
    def __init__(self, options):
        self._options = options
        self._began = time.monotonic()
        self._patience = 0.75 * options.calm
        self.plant = Plant(options.broker, options.nodes, "slow" in options.faults, random.Random(options.seed), self.say)
        nodes = self.plant.nodes
        self.producers = {d: [self._producer(d, n) for n in range(PRODUCERS)] for d in (*QUEUES, *TOPICS)}
        self.listeners = {d: [kind(f"{d[1:]}-{node + 1}.{n + 1}", nodes, node, d)
                              for node in range(len(nodes)) for n in range(LISTENERS)]
                          for kind, all_ in ((Consumer, QUEUES), (Subscriber, TOPICS)) for d in all_}

    def _producer(self, destination, number):
        name = f"{destination[1:].replace('/', '-')}-{number + 1}"
        headers = {"kafka-key": name} if self._options.broker == "kafka" else {}
        return Producer(name, self.plant.nodes, number % len(self.plant.nodes), destination, self._options.rate, headers)

    def say(self, text):
        print(f"{time.monotonic() - self._began:7.1f} s  {text}", flush=True)

    def run(self):
        self.plant.start(QUEUES)
        self.say(f"{self._options.broker} and {len(self.plant.nodes)} servers are up")
        listeners = [one for some in self.listeners.values() for one in some]
        producers = [one for some in self.producers.values() for one in some]
        for actor in listeners:
            actor.start()
        self._wait(lambda: all(a.connections and a.connections[-1].subscribed < 1e18 for a in listeners), "subscriptions")
        for actor in producers:
            actor.start()
        begin = time.monotonic()
        self._rest()
        while True:
            for kind in self._options.faults:
                self.plant.inject(kind, self._is_well)
                self._rest()
            if time.monotonic() - begin >= self._options.seconds:
                break
        for actor in producers:
            actor.leave()
        for actor in producers:
            actor.join(DEADLINE)
        self._wait_until_quiet(listeners)
        for actor in listeners:
            actor.leave()
        for actor in listeners:
            actor.join(DEADLINE)
        return [f for actor in (*producers, *listeners) if (f := actor.failure or (actor.is_alive() and f"{actor.name} hangs"))]

    def _rest(self):
        """Until the next fault, which comes to subscribers that are up to date: what they miss then is lost, not late."""
        time.sleep(self._options.calm)
        self._wait(lambda: self._are_up_to_date(time.monotonic() - self._patience), "what subscribers are late with")

    def _are_up_to_date(self, since):
        return all(is_up_to_date({producer.name: producer.sent for producer in self.producers[topic]},
                                 listener.connections[-1].seen[-RECENT:], since)
                   for topic in TOPICS for listener in self.listeners[topic])

    def _is_well(self, since):
        """Every subscriber is subscribed since then, or saw what was sent since then: the shards that they are at have their
        topics again. Every consumer has its subscription."""
        for destination, listeners in self.listeners.items():
            for listener in listeners:
                connection = listener.connections[-1]
                if connection.subscribed > 1e18 or connection.ended < 1e18:
                    return False
                is_topics = destination in TOPICS
                if is_topics and connection.subscribed < since and not self._saw_something_sent(connection, since, destination):
                    return False
        return True

    def _saw_something_sent(self, connection, since, destination):
        streams = {producer.name: producer.sent for producer in self.producers[destination]}
        return bool(connection.seen) and streams[connection.seen[-1].stream][connection.seen[-1].number - 1].at >= since

    def _wait(self, is_so, what):
        end = time.monotonic() + DEADLINE
        while not is_so():
            assert time.monotonic() < end, f"{what} did not come"
            time.sleep(0.05)

    def _wait_until_quiet(self, listeners):
        """Everything has come that comes, if it takes its time."""
        silence = 0
        while silence < LATE:
            time.sleep(0.5)
            silence = time.monotonic() - max(a.last_seen for a in listeners)
            if silence >= QUIET and not any(judge.wrong["lost"] for judge in map(self.judge, (*QUEUES, *TOPICS))):
                return

    def judge(self, destination, tamper=None):
        sent = [copy.copy(one) for producer in self.producers[destination] for one in list(producer.sent)]
        connections = [copy.copy(c) for listener in self.listeners[destination] for c in list(listener.connections)]
        for connection in connections:
            connection.seen = list(connection.seen)
        if tamper:
            tamper(connections)
        if destination in QUEUES:
            return judge_queue(sent, connections, self._breaks())
        return judge_topic(sent, connections, self.plant.faults, self._patience)

    def _breaks(self):
        """ActiveMQ deals out ahead to connections; what did not leave it before one was lost says nothing when it comes later."""
        if self._options.broker != "activemq":
            return ()
        return [fault for fault in self.plant.faults if fault.loses] + self.plant.kills

    def check_the_checker(self):
        """With these very records: each thing that is made wrong in them is found."""
        for destination in (*QUEUES, *TOPICS):
            true = self.judge(destination)
            for kind, tamper in TAMPERS.items():
                found = self.judge(destination, lambda connections: tamper(connections, true.kept))
                assert found.wrong[kind] > true.wrong[kind], f"{kind} at {destination} was not found"

    def refusals(self):
        total = {}
        for actor in (a for some in (*self.producers.values(), *self.listeners.values()) for a in some):
            for code, count in actor.refusals.items():
                total[code] = total.get(code, 0) + count
        return total

    def write(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        records = {"faults": [asdict(f) for f in self.plant.faults],
                   "sent": {d: [asdict(s) for p in some for s in p.sent] for d, some in self.producers.items()},
                   "connections": {d: [asdict(c) for a in some for c in a.connections] for d, some in self.listeners.items()}}
        (folder / "records.json").write_text(json.dumps(records, indent=1))
        for number, node in enumerate(self.plant.nodes, 1):
            if node.program:
                (folder / f"server{number}.log").write_text(node.said())
        if (output := self.plant.broker.folder / "output").exists():
            (folder / "broker.log").write_bytes(output.read_bytes())
        self.say(f"the records are in {folder}")


def lose(connections, kept):
    for connection in connections:
        connection.seen = [seen for seen in connection.seen if (seen.stream, seen.number) != kept]


def repeat(connections, kept):
    connection, place = next((c, n) for c in connections for n, seen in enumerate(c.seen) if (seen.stream, seen.number) == kept)
    connection.seen[place:place] = 2 * [Seen(*kept)]


def reorder(connections, kept):
    """The first message of each connection comes again after all others."""
    for connection in connections:
        first = next((seen for seen in connection.seen if not seen.redelivered), None)
        if first:
            connection.seen.append(Seen(first.stream, first.number))


TAMPERS = {"lost": lose, "repeated": repeat, "reordered": reorder}


def report(proof):
    """-> whether all is right"""
    right = True
    for destination in (*QUEUES, *TOPICS):
        verdict = proof.judge(destination)
        wrong = {kind: verdict.wrong[kind] for kind in ("lost", "repeated", "reordered", "foreign")}
        print(f"{destination}: {verdict.receipted} receipted, {verdict.promised} promised, {verdict.seen} seen, "
              f"{verdict.redelivered} redelivered; " + ", ".join(f"{count} {kind}" for kind, count in wrong.items()))
        for kind, examples in verdict.examples.items():
            for example in examples:
                print(f"    {kind}: {example}")
        right = right and not any(wrong.values()) and verdict.promised > 0
    kinds = [fault.kind for fault in proof.plant.faults] + ["kill-node"] * len(proof.plant.kills)
    print("faults: " + ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds))
    print(f"refused: {proof.refusals() or 'nothing'}")
    return right


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # taking broker and servers along
    if options.broker == "activemq" and (why := activemq.missing()):
        print(why)
        return SKIPPED
    options.seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {options.seed}")
    proof, right, failures = Proof(options), False, []
    try:
        failures = proof.run()
        right = report(proof)
        proof.check_the_checker()
    finally:
        if options.log or failures or not right:
            proof.write(options.log or f"/tmp/stentor-proof-{options.seed}")
        if right:
            proof.plant.stop_nodes()
        proof.plant.close()
    for failure in failures:
        print(f"failed: {failure}")
    print("right" if right and not failures else "WRONG")
    return 0 if right and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
