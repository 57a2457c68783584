"""What is put to the proof: a broker, servers on it, and a way between that can be made slow; and what can be done to them."""

import os
import pathlib
import re
import subprocess
import sys
import time

from activemq import ActiveMq
from broker_process import BrokerProcess
from kafka import Kafka
from ports import free_ports
from program import Program
from rabbitmq import RabbitMq
from verdict import Fault

SHARDS = 2
PARTITIONS = 4
DEADLINE = 300  # seconds to start, and to be of use again, on a busy machine
SLOW = 8 * 1024  # bytes a second and connection
PROXY = pathlib.Path(__file__).resolve().parent / "slow_proxy.py"

BrokerProcess.deadline = DEADLINE

BROKERS = {"rabbitmq": RabbitMq, "activemq": ActiveMq}


class Way:
    """Between the servers and the broker."""

    def __init__(self, port, to_port):
        self._process = subprocess.Popen([sys.executable, PROXY, str(port), str(to_port)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "ready\n"

    def tell(self, command):
        print(command, file=self._process.stdin, flush=True)

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


class Node:
    def __init__(self, arguments):
        self._arguments = arguments
        self.program = self.address = None

    def start(self):
        self.program = Program("greeting", "--shards", str(SHARDS), *self._arguments, deadline=DEADLINE)
        self.address = self.program.stomp_address

    def kill(self):
        self.address = None
        self.program.kill()
        self.program = None

    def said(self):
        """In its log; os.pread leaves the place alone at which it writes."""
        file = self.program.errors
        return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")


class Plant:
    """A broker of this kind with so many servers; `log` is told what is done to them."""

    def __init__(self, kind, nodes, with_way, random, log):
        self.kind, self._random, self._log = kind, random, log
        self._first_restart = random.randrange(2)
        self.faults, self.kills = [], []
        self._way = None
        self._way_port, = free_ports(1) if with_way else (None,)
        self.broker = Kafka(advertised=self._way_port) if kind == "kafka" else BROKERS[kind]()
        port = self._way_port or self.broker.port
        option = "--kafka" if kind == "kafka" else "--relay"
        self.nodes = [Node((option, f"127.0.0.1:{port}")) for _ in range(nodes)]

    def start(self, queues):
        self.broker.start()
        if self._way_port:
            self._way = Way(self._way_port, self.broker.port)
        for queue in queues if self.kind == "kafka" else ():
            self.broker.create_topic(queue.strip("/").replace("/", "."), PARTITIONS)
        for node in self.nodes:
            node.start()

    def close(self):
        for node in self.nodes:
            if node.program:
                node.program.kill()
        if self._way:
            self._way.close()
        self.broker.remove()

    def stop_nodes(self):
        """As a service manager does; says what a sanitizer found."""
        for node in self.nodes:
            program, node.program, node.address = node.program, None, None
            program.stop()

    def said(self):
        return "\n".join(node.said()[-2000:] for node in self.nodes)

    def lost_the_broker(self):
        """How often the servers say so."""
        return sum(len(re.findall(r" broker_lost ", node.said())) for node in self.nodes)

    def inject(self, kind, is_well):
        """Returns when `is_well`, which is told since when nothing is wrong any more; in seconds of time.monotonic()."""
        what = {"restart": self._restart, "stop": self._stop, "slow": self._slow, "kill-node": self._kill_node}[kind]
        begin, lost = time.monotonic(), self.lost_the_broker()
        description = what()
        mended = time.monotonic()
        while not is_well(mended):
            assert time.monotonic() < mended + DEADLINE, "nobody mends what the servers have:\n" + self.said()
            time.sleep(0.05)
        end = time.monotonic()
        self._log(f"{kind} ({description}): mended after {mended - begin:.1f} s, all is well after {end - mended:.1f} s more")
        if kind == "kill-node":
            self.kills.append(Fault(kind, begin, end, False))
            return
        # With Kafka nothing is missed that it still has; elsewhere nothing while the connection stays.
        loses = self.kind != "kafka" and (kind == "restart" or self.lost_the_broker() > lost)
        self.faults.append(Fault(kind, begin, end, loses))

    def _restart(self):
        by_force = (self._first_restart + sum(fault.kind == "restart" for fault in self.faults)) % 2 == 0
        self.broker.kill() if by_force else self.broker.stop()
        time.sleep(self._random.uniform(0, 2))
        self.broker.start()
        return "killed" if by_force else "stopped by an operator"

    def _stop(self):
        seconds = self._random.uniform(1, 10)
        self.broker.pause()
        try:
            time.sleep(seconds)
        finally:
            self.broker.resume()
        return f"SIGSTOP for {seconds:.1f} s"

    def _slow(self):
        seconds, cut = self._random.uniform(2, 8), len(self.faults) % 2 == 0
        self._way.tell(f"slow {SLOW}")
        time.sleep(seconds)
        if cut:
            self._way.tell("cut")
        self._way.tell("fast")
        return f"{SLOW} B/s for {seconds:.1f} s" + (", then cut" if cut else "")

    def _kill_node(self):
        node = self.nodes[len(self.kills) % len(self.nodes)]
        node.kill()
        time.sleep(self._random.uniform(0.5, 3))
        node.start()
        return f"server {self.nodes.index(node) + 1}"
