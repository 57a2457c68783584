"""A private Apache Kafka, one broker in KRaft mode: own folders and free loopback ports, so that it neither needs nor
disturbs one that runs already. Its data live as long as the object, over stops and starts. The jars are fetched to
build/kafka by `scripts/setup --tests`."""

import atexit
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

JARS = pathlib.Path(os.environ.get("KAFKA_JARS", pathlib.Path(__file__).parents[2] / "build/kafka"))
CLUSTER = "c3RlbnRvci10ZXN0cy1rZg"
DEADLINE = 60
CONFIG = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
num.partitions=1
auto.create.topics.enable={auto_create}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=2
log.cleaner.enable=false
controlled.shutdown.enable=false
"""
LOGGING = """
log4j.rootLogger=WARN, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d{ISO8601} %p %m (%c)%n
"""


def free_ports(count):
    """Below those that the system gives to connecting sockets: they stay free while the broker is away."""
    ports = []
    while len(ports) < count:
        port = random.randrange(20000, 32000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        if port not in ports:
            ports.append(port)
    return ports


class Kafka:
    def __init__(self, auto_create=False, advertised=None):
        """advertised: the port that clients are told, if they are to go by something between."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="stentor-kafka-"))
        self.port, controller = free_ports(2)
        self.address = f"127.0.0.1:{self.port}"
        (self.folder / "server.properties").write_text(CONFIG.format(
            port=self.port, advertised=advertised or self.port, controller=controller, folder=self.folder, auto_create=str(auto_create).lower()))
        (self.folder / "log4j.properties").write_text(LOGGING)
        self._server = None
        atexit.register(self.remove)  # whatever happens to the tests
        (self.folder / "data").mkdir()  # formatted, as its storage tool does
        (self.folder / "data/meta.properties").write_text(f"version=1\ncluster.id={CLUSTER}\nnode.id=1\n")

    def start(self):
        """Returns when it answers."""
        with open(self.folder / "output", "ab") as log:
            self._server = subprocess.Popen(
                self._command("kafka.Kafka", self.folder / "server.properties"), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + DEADLINE
        while not self._is_open():
            if self._server.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"Kafka did not start:\n{(self.folder / 'output').read_text()}")
            time.sleep(0.1)

    def kill(self):
        """As by a power cut."""
        self._signal(signal.SIGKILL)
        self._end()

    def stop(self):
        self._signal(signal.SIGTERM)
        self._end()

    def pause(self):
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)

    def is_running(self):
        return self._server is not None

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_topic(self, name, partitions):
        """By CreateTopics, version 0, as its command does in more time than all the tests have."""
        text = name.encode()
        topic = struct.pack(f">h{len(text)}sihii", len(text), text, partitions, 1, 0, 0)
        request = struct.pack(">hhih", 19, 0, 1, -1) + struct.pack(">i", 1) + topic + struct.pack(">i", DEADLINE * 1000)
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(4096)
        error = struct.unpack(">h", answer[-2:])[0]
        assert error == 0, f"topic {name}: error {error}"

    def _signal(self, number):
        if self._server is not None:
            try:
                os.killpg(self._server.pid, number)
            except ProcessLookupError:
                pass

    def _end(self):
        if self._server is not None:
            self._server.wait(DEADLINE)
        self._server = None

    def _is_open(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def _command(self, main, *arguments):
        return ["java", "-Xmx256m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                f"-Dlog4j.configuration=file:{self.folder}/log4j.properties", "-cp", f"{JARS}/*", main,
                *map(str, arguments)]
