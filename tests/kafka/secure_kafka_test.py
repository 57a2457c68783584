"""Kafka over TLS, with a login and a password: librdkafka's own settings, given by `[[broker.kafka.properties]]`."""

import pathlib
import sys
import tempfile
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "server"))
from certificates import Certificates  # noqa: E402
from kafka import Kafka  # noqa: E402
from kafka_client import Client  # noqa: E402
from ports import free_ports  # noqa: E402
from server import Server  # noqa: E402

PASSWORD, WRONG = "s3cr3t-of-kafka-0c6f2a", "wr0ng-0c6f2a"
REBALANCE = 30
BROKER = """
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},SECURE://127.0.0.1:{secure}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SECURE://localhost:{secure}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL
sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_stentor="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker-with-key.pem
"""
CONFIG = """
port = 0
stomp_port = 0
shards = 1
[broker]
type = "kafka"
[broker.kafka]
bootstrap_servers = ["{host}:{port}"]
create_topics = true
delivery_timeout = "2s"
"""
PROPERTY = """
[[broker.kafka.properties]]
name = "{name}"
value = "{value}"
"""


class SecureKafka(Kafka):
    def __init__(self, certificates):
        super().__init__()
        self.secure_port, = free_ports(1)
        self.ports.append(self.secure_port)
        pem = "".join((certificates / name).read_text() for name in ("broker.key", "broker.pem"))
        (self.folder / "broker-with-key.pem").write_text(pem)
        with open(self.folder / "server.properties", "a") as config:  # of two lines the later one counts
            config.write(BROKER.format(plain=self.port, controller=self.ports[1], secure=self.secure_port,
                                       password=PASSWORD, folder=self.folder))


class SecureKafkaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = Certificates()
        cls.addClassCleanup(certificates.remove)
        cls.folder = certificates.folder
        cls.broker = SecureKafka(cls.folder)
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()

    def serve(self, host="localhost", ca="ca", password=PASSWORD, protocol="SASL_SSL"):
        properties = {"security.protocol": protocol, "sasl.mechanism": "PLAIN", "sasl.username": "stentor",
                      "sasl.password": password, "ssl.ca.location": self.folder / f"{ca}.pem"}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "stentor.toml")
            file.write_text(CONFIG.format(host=host, port=self.broker.secure_port) + "".join(
                PROPERTY.format(name=name, value=value) for name, value in properties.items()))
            server = Server("--config", file, stomp=True)
        self.addCleanup(server.kill)
        return server

    def client(self, server):
        client = Client(server.stomp)
        self.addCleanup(client.close)
        return client

    def test_topics_and_queues_pass(self):
        server = self.serve()
        listener = self.client(server)
        listener.subscribed("/topic/secure")
        self.client(server).sent("/topic/secure", "to all")
        self.assertEqual(listener.expect("MESSAGE").text, "to all")
        consumer = self.client(server)
        consumer.subscribed("/queue/secure", ack="client-individual")
        self.client(server).sent("/queue/secure", "to one")
        message = consumer.expect("MESSAGE", REBALANCE)
        self.assertEqual(message.text, "to one")
        consumer.ack(message)
        self.assertNotIn(PASSWORD, server._errors())

    def test_what_is_wrong_is_said_and_nothing_is_sent(self):
        for wrong, said in (({"password": WRONG}, "Authentication failed"),
                            ({"ca": "stranger"}, "certificate verify failed"),
                            ({"host": "127.0.0.1"}, "certificate verify failed"),
                            ({"protocol": "SASL_PLAINTEXT"}, "kafka_client")):
            with self.subTest(**wrong):
                server = self.serve(**wrong)
                client = self.client(server)
                end = time.monotonic() + 60
                while said not in server._errors():
                    self.assertLess(time.monotonic(), end, server._errors())
                    time.sleep(0.05)
                client.send("/topic/secure", "")
                self.assertEqual(client.expect("ERROR").headers["code"], "unavailable")
                for secret in (PASSWORD, WRONG):
                    self.assertNotIn(secret, server._errors())


if __name__ == "__main__":
    unittest.main(verbosity=2)
