"""A private RabbitMQ with its STOMP plugin: own node, folders, cookie, port mapper and free loopback ports, so that it
neither needs nor disturbs one that runs already. Its data live as long as the object, over stops and starts."""

import atexit
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SERVER = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # Debian's own wrapper would change to another user
DEADLINE = 60
CONFIG = """
listeners.tcp.1 = 127.0.0.1:{amqp}
stomp.listeners.tcp.1 = 127.0.0.1:{stomp}
vm_memory_high_watermark.absolute = 256MB
disk_free_limit.absolute = 10MB
default_permissions.configure = ^(?!forbidden).*
default_permissions.read = .*
default_permissions.write = .*
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


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def established(port):
    """How many clients are connected to a port."""
    count = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        count += state == "01" and int(local.split(":")[1], 16) == port
    return count


class RabbitMq:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="stentor-rabbitmq-"))
        self.port, self._amqp, self._dist, self._epmd_port = free_ports(4)
        (self.folder / "rabbitmq.conf").write_text(CONFIG.format(amqp=self._amqp, stomp=self.port))
        (self.folder / "enabled_plugins").write_text("[rabbitmq_stomp].\n")
        (self.folder / "rabbitmq-env.conf").write_text("")
        self._environment = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "stentor-test@localhost",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"), "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"), "RABBITMQ_DIST_PORT": str(self._dist),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
        }
        self._epmd = self._server = None
        atexit.register(self.remove)  # whatever happens to the tests

    def start(self):
        """Returns when STOMP connections are accepted."""
        self._epmd = self._run("epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1")
        self._wait(lambda: is_open(self._epmd_port), "epmd")
        self._server = self._run(SERVER)
        self._wait(lambda: is_open(self.port), "RabbitMQ")

    def is_running(self):
        return self._server is not None

    def kill(self):
        """As by a power cut."""
        for process in filter(None, (self._server, self._epmd)):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait(DEADLINE)
        end = time.monotonic() + DEADLINE
        while self._server and is_open(self.port) and time.monotonic() < end:  # Erlang may outlive its script
            time.sleep(0.05)
        self._server = self._epmd = None

    def stop(self):
        """As an operator does."""
        os.killpg(self._server.pid, signal.SIGTERM)
        self._server.wait(DEADLINE)
        self.kill()

    def pause(self):
        os.killpg(self._server.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self._server.pid, signal.SIGCONT)

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connections(self):
        """How many STOMP clients are connected."""
        return established(self.port)

    def _run(self, *command):
        with open(self.folder / "output", "ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=self._environment, stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log, start_new_session=True)

    def _wait(self, is_there, what):
        end = time.monotonic() + DEADLINE
        while not is_there():
            ended = [p.returncode for p in (self._epmd, self._server) if p and p.poll() is not None]
            if ended or time.monotonic() > end:
                raise AssertionError(f"{what} did not start {ended}:\n{(self.folder / 'output').read_text()}")
            time.sleep(0.1)
