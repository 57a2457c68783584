#!/usr/bin/env python3
"""What TLS costs, beside the same in the clear: memory of an idle STOMP session, and CPU of a delivery.

    cmake --build --preset release --target stentor_server
    tests/bench/tls_cost.py [--sessions 500] [--messages 2000]
"""

import argparse
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("STENTOR_BIN", str(ROOT / "build/release/bin"))
sys.path.insert(0, str(ROOT / "tests/server"))
from server import Server  # noqa: E402

CONNECT = b"CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0"
PLAIN = "port = 0\nstomp_port = 0\nshards = 1\n"
BODY = b"x" * 128


def resident(server):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1]) * 1024


def cpu(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Session:
    def __init__(self, place, context):
        self.wire = socket.create_connection(place)
        if context:
            self.wire = context.wrap_socket(self.wire, server_hostname="localhost")
        self.wire.sendall(CONNECT)
        self.read(b"\0")

    def read(self, mark, times=1):
        data = b""
        while data.count(mark) < times:
            piece = self.wire.recv(1 << 20)
            assert piece, data
            data += piece


def measure(server, context, chosen):
    warm = [Session(server.stomp, context) for _ in range(50)]
    before = resident(server)
    sessions = [Session(server.stomp, context) for _ in range(chosen.sessions)]
    memory = (resident(server) - before) / chosen.sessions
    listeners = sessions[:100]
    for each in listeners:
        each.wire.sendall(b"SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:r\n\n\0")
        each.read(b"\0")
    sender = warm[0]
    readers = [threading.Thread(target=each.read, args=(b"MESSAGE\n", chosen.messages)) for each in listeners]
    for reader in readers:
        reader.start()
    begin = cpu(server)
    for _ in range(chosen.messages):
        sender.wire.sendall(b"SEND\ndestination:/topic/a\nreceipt:r\n\n" + BODY + b"\0")
        sender.read(b"RECEIPT\n")
    for reader in readers:
        reader.join()
    return memory, (cpu(server) - begin) / chosen.messages / len(listeners) * 1e6


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sessions", type=int, default=500)
    options.add_argument("--messages", type=int, default=2000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
                       "-keyout key.pem -out certificate.pem".split(), cwd=folder, check=True, capture_output=True)
        (folder / "plain.toml").write_text(PLAIN)
        (folder / "tls.toml").write_text(f'{PLAIN}[[tls.certificate]]\nfile = "{folder}/certificate.pem"\nkey = "{folder}/key.pem"\n')
        context = ssl.create_default_context(cafile=folder / "certificate.pem")
        for how, by in (("plain", None), ("tls", context)):
            server = Server("--config", str(folder / f"{how}.toml"), stomp=True)
            try:
                memory, cost = measure(server, by, chosen)
                print(f"{how:6} {memory / 1024:6.1f} KiB a session, {cost:5.2f} us of CPU a delivery", flush=True)
            finally:
                server.kill()


if __name__ == "__main__":
    main()
