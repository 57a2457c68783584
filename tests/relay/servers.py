"""Servers with a relay that share one broker."""

import time

from program import Program
from stomp_client import Client

SHARDS = 2
SILENCE = 0.3  # after which nothing more is expected
AVAILABLE = 120  # seconds: a busy machine keeps a broker away until servers try it again after 30 s, and that may fail once


class Servers:
    """For a TestCase: two servers and the broker behind them, which `make_broker` gives."""

    make_broker = None

    @classmethod
    def setUpClass(cls):
        cls.broker = cls.make_broker()
        cls.addClassCleanup(cls.broker.remove)
        cls.broker.start()
        cls.servers = []
        for host in ("127.0.0.1", "localhost"):
            server = cls.start_server(host)
            cls.addClassCleanup(server.stop)
            cls.servers.append(server)
        cls.wait_until_available()

    @classmethod
    def start_server(cls, host="127.0.0.1"):
        return Program("greeting", "--shards", str(SHARDS), "--relay", f"{host}:{cls.broker.port}")

    @classmethod
    def wait_until_available(cls, servers=None):
        """Every shard of the servers takes messages again. Connections are dealt out to the shards in turn."""
        for server in servers or cls.servers:
            end, taken = time.monotonic() + AVAILABLE, 0
            while taken < 2 * SHARDS:
                assert time.monotonic() < end, "the relay does not find the broker"
                taken = taken + 1 if cls.is_taken(server) else 0

    @classmethod
    def is_taken(cls, server):
        client = Client(server.stomp_address)
        client.send("/topic/are-you-there", "")
        answer = client.next(30)
        client.close()
        return answer.command == "RECEIPT"

    def client(self, server):
        """A client of that server, a number or a program."""
        program = self.servers[server] if isinstance(server, int) else server
        client = Client(program.stomp_address)
        self.addCleanup(client.close)
        return client

    def broker_client(self):
        client = Client(("127.0.0.1", self.broker.port), login="guest", passcode="guest")
        self.addCleanup(client.close)
        return client

    def assert_silent(self, *clients):
        for client in clients:
            self.assertIsNone(client.next(SILENCE))

    def broker_is_back(self):
        if not self.broker.is_running():
            self.broker.start()
