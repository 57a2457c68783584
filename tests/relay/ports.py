"""Loopback ports of brokers, which the brokers leave and come back to."""

import pathlib
import random
import socket
import time


def free_ports(count):
    """Below those that the system gives to connecting sockets: they stay free while the broker is away."""
    ports = []
    while len(ports) < count:
        port = random.randrange(20000, 32000)
        if port not in ports and is_free(port):
            ports.append(port)
    return ports


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait_until_free(ports, within):
    """What ended may hold them a moment longer."""
    end = time.monotonic() + within
    while taken := [port for port in ports if not is_free(port)]:
        assert time.monotonic() < end, f"ports {taken} are still in use"
        time.sleep(0.05)


def established(port):
    """How many clients are connected to a port."""
    count = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        count += state == "01" and int(local.split(":")[1], 16) == port
    return count
