"""A private Apache Kafka, one broker in KRaft mode. The jars are fetched to build/kafka by `scripts/setup --tests`."""

import os
import pathlib
import socket
import struct

from broker_process import BrokerProcess

JARS = pathlib.Path(os.environ.get("KAFKA_JARS", pathlib.Path(__file__).parents[2] / "build/kafka"))
CLUSTER = "c3RlbnRvci10ZXN0cy1rZg"
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


class Kafka(BrokerProcess):
    name = "Kafka"

    def __init__(self, auto_create=False, advertised=None):
        """advertised: the port that clients are told, if they are to go by something between."""
        super().__init__(ports=2)
        self.address = f"127.0.0.1:{self.port}"
        (self.folder / "server.properties").write_text(CONFIG.format(
            port=self.port, advertised=advertised or self.port, controller=self.ports[1], folder=self.folder,
            auto_create=str(auto_create).lower()))
        (self.folder / "log4j.properties").write_text(LOGGING)
        (self.folder / "data").mkdir()  # formatted, as its storage tool does
        (self.folder / "data/meta.properties").write_text(f"version=1\ncluster.id={CLUSTER}\nnode.id=1\n")

    def launch(self):
        self.run(*self.java("-Xss512k", f"-Dlog4j.configuration=file:{self.folder}/log4j.properties", "-cp", f"{JARS}/*",
                            "kafka.Kafka", self.folder / "server.properties"))

    def create_topic(self, name, partitions):
        """By CreateTopics, version 0, as its command does in more time than all the tests have."""
        text = name.encode()
        topic = struct.pack(f">h{len(text)}sihii", len(text), text, partitions, 1, 0, 0)
        request = struct.pack(">hhih", 19, 0, 1, -1) + struct.pack(">i", 1) + topic + struct.pack(">i", self.deadline * 1000)
        with socket.create_connection(("127.0.0.1", self.port), self.deadline) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(4096)
        error = struct.unpack(">h", answer[-2:])[0]
        assert error == 0, f"topic {name}: error {error}"
