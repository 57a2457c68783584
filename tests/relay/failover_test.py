"""`stentor serve` with a relay of several addresses, told by a configuration file: what is subscribed moves with it from one
broker to the other, of another make where there is one."""

import os
import pathlib
import socket
import sys
import tempfile
import threading
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "server"))
import activemq  # noqa: E402
from activemq import ActiveMq  # noqa: E402
from ports import free_ports  # noqa: E402
from rabbitmq import RabbitMq  # noqa: E402
from server import Server  # noqa: E402
from stomp_client import Client  # noqa: E402

SHARDS = 2
SILENCE = 0.3
CONFIG = """
port = 0
stomp_port = 0
shards = {shards}

[broker]
type = "stomp-relay"

[broker.relay]
addresses = [{addresses}]
passcode = "wrong"
passcode_file = "passcode"
"""


class RefusingBroker:
    """Takes connections and answers every CONNECT by ERROR, as one does that is not ready or knows no such login."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.recv(4096)
            self.asked += 1
            connection.sendall(b"ERROR\nmessage:Bad CONNECT\n\n\0")
            connection.close()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class FailoverTest(unittest.TestCase):
    def serve(self, *addresses):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        listed = ", ".join(f'"{address}"' for address in addresses)
        config = pathlib.Path(folder.name, "stentor.toml")
        config.write_text(CONFIG.format(shards=SHARDS, addresses=listed))
        pathlib.Path(folder.name, "passcode").write_text("guest\n")
        server = Server("--config", config, stomp=True)
        self.addCleanup(server.kill)
        return server

    def client(self, server):
        client = Client(server.stomp)
        self.addCleanup(client.close)
        return client

    def wait_until_available(self, server):
        """On every shard: connections are dealt out to them in turn."""
        end, taken = time.monotonic() + 60, 0
        while taken < 2 * SHARDS:
            self.assertLess(time.monotonic(), end, "the relay does not find a broker")
            client = Client(server.stomp)
            client.send("/topic/are-you-there", "")
            taken = taken + 1 if client.next(30).command == "RECEIPT" else 0
            client.close()

    def said(self, server):
        size = os.fstat(server.errors.fileno()).st_size
        return os.pread(server.errors.fileno(), size, 0).decode()

    def test_subscriptions_move_to_the_broker_that_is_there(self):
        first = RabbitMq()
        second = RabbitMq() if activemq.missing() else ActiveMq()
        for broker in (first, second):
            self.addCleanup(broker.remove)
        names = [f"127.0.0.1:{first.port}", f"localhost:{second.port}"]
        first.start()
        server = self.serve(*names)
        self.wait_until_available(server)
        listeners = [self.client(server) for _ in range(4)]
        for listener in listeners:
            listener.subscribed("/topic/news")
        for broker, name in ((second, names[1]), (first, names[0])):
            other = first if broker is second else second
            broker.is_running() or broker.start()
            other.kill()
            self.wait_until_available(server)
            self.assertEqual(broker.connections(), SHARDS)
            self.client(server).sent("/topic/news", name)
            for listener in listeners:
                self.assertEqual(listener.expect("MESSAGE").body, name)
                self.assertIsNone(listener.next(SILENCE))
            self.assertIn(f"broker_available broker={name}", self.said(server))
        self.assertNotIn("guest", self.said(server))

    def test_a_broker_that_refuses_connect_is_passed_over(self):
        refusing = RefusingBroker()
        self.addCleanup(refusing.close)
        broker = RabbitMq()
        self.addCleanup(broker.remove)
        broker.start()
        unused, = free_ports(1)
        server = self.serve(f"127.0.0.1:{refusing.port}", f"127.0.0.1:{unused}", f"localhost:{broker.port}")
        self.wait_until_available(server)
        broker.kill()
        end = time.monotonic() + 30
        while refusing.asked == 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        broker.start()
        self.wait_until_available(server)


if __name__ == "__main__":
    unittest.main(verbosity=2)
