"""The relay speaks TLS with a real RabbitMQ, and only with the one it was meant for."""

import pathlib
import sys
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "server"))
from certificates import Certificates  # noqa: E402
from ports import free_ports, is_open  # noqa: E402
from rabbitmq import RabbitMq  # noqa: E402
from server import Server  # noqa: E402
from stomp_client import Client  # noqa: E402

CONFIG = """
port = 0
stomp_port = 0
shards = 1
[broker]
type = "stomp-relay"
[broker.relay]
host = "{host}"
port = {port}
[broker.relay.tls]
enabled = true
ca = "{ca}"
"""
BROKER = """
stomp.listeners.ssl.1 = 127.0.0.1:{port}
ssl_options.cacertfile = {folder}/ca.pem
ssl_options.certfile = {folder}/broker.pem
ssl_options.keyfile = {folder}/broker.key
"""


class RelayTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = Certificates()
        cls.addClassCleanup(certificates.remove)
        cls.folder = certificates.folder
        broker = RabbitMq()
        cls.addClassCleanup(broker.remove)
        cls.port = free_ports(1)[0]
        with open(broker.folder / "rabbitmq.conf", "a") as config:
            config.write(BROKER.format(port=cls.port, folder=cls.folder))
        broker.start()
        while not is_open(cls.port):
            time.sleep(0.1)

    def serve(self, host="localhost", ca="ca"):
        file = self.folder / "stentor.toml"
        file.write_text(CONFIG.format(host=host, port=self.port, ca=f"{self.folder}/{ca}.pem"))
        server = Server("--config", str(file), stomp=True)
        self.addCleanup(server.kill)
        return server

    def client(self, server):
        client = Client(server.stomp)
        self.addCleanup(client.close)
        return client

    def test_messages_go_both_ways(self):
        server = self.serve()
        client = self.client(server)
        client.subscribed("/topic/a")
        self.client(server).sent("/topic/a", "hello")
        self.assertEqual(client.expect("MESSAGE").body, "hello")

    def test_another_host_or_issuer_is_refused(self):
        for host, ca in (("127.0.0.1", "ca"), ("localhost", "stranger")):
            with self.subTest(host=host, ca=ca):
                server = self.serve(host, ca)
                client = self.client(server)
                end = time.monotonic() + 30
                while "tls_failed" not in server._errors():
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.05)
                client.send("/topic/a", "secret")
                self.assertEqual(client.expect("ERROR").headers["code"], "unavailable")


if __name__ == "__main__":
    unittest.main()
