"""The servers that are compared: each started with data of its own below one temporary folder, on loopback ports that the
system chose, and ended with all its processes. `missing()` says why one cannot be started here."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CACHE = ROOT / "build/peers"  # what scripts/bench-peers --install puts there
PROGRAMS = pathlib.Path(os.environ.get("STENTOR_BIN", ROOT / "build/release/bin"))
DEADLINE = 180  # seconds to start, on a busy machine

sys.path.append(str(ROOT / "tests/relay"))
import rabbitmq  # noqa: E402
from ports import free_ports, is_open  # noqa: E402
from rabbitmq import RabbitMq  # noqa: E402

RabbitMq.deadline = DEADLINE


def session_processes(leader):
    """All processes that were started below one that leads a session of its own."""
    pids = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[3] == str(leader) and fields[0] != "Z":
            pids.append(int(folder.name))
    return sorted(pids)


def package_version(package):
    answer = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True)
    return answer.stdout if answer.returncode == 0 else None


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Peer:
    """A server that says where it listens in its output."""

    name = short = title = ""  # on the command line, in tables, in full
    paths = {"stomp": "/stomp"}  # what it speaks -> where
    says_port = re.compile(rb"listening on (\d+)")

    def missing(self):
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {**os.environ, "LANG": "C.UTF-8"}

    def start(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"stentor-bench-{self.name}-"))
        log = self.folder / "output"
        with open(log, "wb") as output:
            self.process = subprocess.Popen(self.command(), cwd=self.folder, env=self.environment(),
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            start_new_session=True)
        end = time.monotonic() + DEADLINE
        while not self.is_ready(log):
            if self.process.poll() is not None or time.monotonic() > end:
                text = log.read_text(errors="replace")[-2000:]
                self.stop()
                raise RuntimeError(f"{self.name} did not start:\n{text}")
            time.sleep(0.05)

    def is_ready(self, log):
        said = self.says_port.search(log.read_bytes())
        if said:
            self.port = int(said[1])
        return bool(said)

    def url(self, kind):
        """Where it speaks that; None when it does not."""
        path = self.paths.get(kind)
        return path and f"{'xhr' if kind == 'xhr' else 'ws'}://127.0.0.1:{self.port}{path}"

    def pids(self):
        return session_processes(self.process.pid)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(DEADLINE)
        shutil.rmtree(self.folder, ignore_errors=True)


# What a crowd behind one address needs, and a client that sends as fast as it can; all else is Stentor's default.
STENTOR_CONFIG = """
address = "127.0.0.1"
port = 0
shards = {shards}

[sockjs]
session_rate = 100000
session_burst = 100000

[stomp]
max_frames_per_second = "unlimited"

[websocket.deflate]
enabled = true

[[endpoint]]
path = "/stomp"
sockjs = true
{more}
"""


class Stentor(Peer):
    name, short, title = "stentor", "**Stentor**", "**Stentor**"
    paths = {"stomp": "/stomp", "echo": "/echo", "xhr": "/stomp"}
    shards, more = 1, ""

    def missing(self):
        return None if (PROGRAMS / "bench_stentor").exists() else f"{PROGRAMS}/bench_stentor is not built"

    def version(self):
        return output_of("git", "-C", str(ROOT), "describe", "--always", "--dirty")

    def command(self):
        file = self.folder / "stentor.toml"
        file.write_text(STENTOR_CONFIG.format(shards=self.shards, more=self.more))
        return [PROGRAMS / "bench_stentor", file]


class StentorHold(Stentor):
    name, short = "stentor-hold", "**Stentor**, hold"
    title = "**Stentor**, `hold = \"1ms\"`"
    more = '[[broker.hold]]\ndestination = "/topic/**"\nhold = "1ms"\n'


class StentorTwoShards(Stentor):
    name = "stentor-2-shards"
    short = title = "**Stentor**, 2 shards"
    shards = 2


class Bare(Peer):
    name, short = "bare", "the bare epoll loop"
    title = "the bare epoll loop, frames pre-encoded (the kernel's limit)"
    paths = {"stomp": "/stomp", "echo": "/echo"}

    def missing(self):
        return None if (PROGRAMS / "bench_bare").exists() else f"{PROGRAMS}/bench_bare is not built"

    def version(self):
        return Stentor.version(self)

    def command(self):
        return [PROGRAMS / "bench_bare", "--port", "0"]


class Uws(Peer):
    name, short, title = "uws", "uWebSockets", "uWebSockets publish, frames pre-encoded by hand"
    paths = {"stomp": "/stomp", "echo": "/echo"}

    @staticmethod
    def library():
        found = sorted(CACHE.glob("python/socketify/libsocketify_linux_amd64.so"))
        return found[0] if found else None

    def missing(self):
        if not self.library():
            return "the Python package socketify is not installed"
        return None if (CACHE / "uws_peer").exists() else "tests/bench/peers/uws is not built"

    def version(self):
        folder = next(self.library().parents[1].glob("socketify-*.dist-info"))
        return f"socketify {folder.name.removeprefix('socketify-').removesuffix('.dist-info')}"

    def command(self):
        return [CACHE / "uws_peer", self.library()]


class Node(Peer):
    package = script = ""

    def missing(self):
        if not shutil.which("node"):
            return "Node.js is not installed"
        return None if (CACHE / "node/node_modules" / self.package).exists() else f"npm {self.package} is not installed"

    def version(self):
        package = json.loads((CACHE / "node/node_modules" / self.package / "package.json").read_text())
        return f"{package['version']}, Node.js {output_of('node', '--version')}"

    def environment(self):
        return {**super().environment(), "NODE_PATH": str(CACHE / "node/node_modules")}

    def command(self):
        return ["node", "--no-deprecation", HERE / "node" / self.script]


class Ws(Node):
    name, short, title = "ws", "npm ws", "npm ws, frames pre-encoded by hand"
    package, script = "ws", "ws_peer.cjs"
    paths = {"stomp": "/stomp", "echo": "/echo"}


class StompBrokerJs(Node):
    name = short = title = package = "stomp-broker-js"
    script = "stomp_broker_peer.cjs"


class Spring(Peer):
    name, short, title = "spring", "Spring", "Spring Boot's simple broker"
    paths = {"stomp": "/gs-guide-websocket"}
    says_port = re.compile(rb"Tomcat started on port (\d+)")

    def missing(self):
        if not shutil.which("java"):
            return "Java is not installed"
        return None if (CACHE / "spring/target/spring-peer.jar").exists() else "tests/bench/peers/spring is not built"

    def version(self):
        pom = (HERE / "spring/pom.xml").read_text()
        return re.search(r"spring-boot-starter-parent</artifactId>\s*<version>([^<]+)", pom)[1]

    def command(self):
        return ["java", "-Xmx2g", "-jar", CACHE / "spring/target/spring-peer.jar",
                "--server.port=0", "--server.address=127.0.0.1", "--server.tomcat.max-connections=20000"]


ACTIVEMQ_CONFIG = """
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" brokerName="bench" useJmx="false" persistent="false"
          advisorySupport="false" dataDirectory="{folder}">
    <transportConnectors>
      <transportConnector name="stomp" uri="stomp+nio://127.0.0.1:{port}?maximumConnections=20000"/>
    </transportConnectors>
  </broker>
</beans>
"""


class ActiveMq(Peer):
    """Debian's has no Jetty, so no WebSocket: STOMP over TCP, which saves it the framing."""

    name, short, title = "activemq", "ActiveMQ", "ActiveMQ, STOMP over TCP"
    home = pathlib.Path("/usr/share/activemq")

    def missing(self):
        return None if (self.home / "bin/activemq.jar").exists() else "Debian's package activemq is not installed"

    def version(self):
        return package_version("activemq")

    def command(self):
        self.port, = free_ports(1)
        (self.folder / "activemq.xml").write_text(ACTIVEMQ_CONFIG.format(folder=self.folder, port=self.port))
        return ["java", "-Xmx2g", "-Dorg.apache.activemq.UseDedicatedTaskRunner=false",
                f"-Dactivemq.home={self.home}", f"-Dactivemq.base={self.folder}", f"-Dactivemq.conf={self.folder}",
                f"-Dactivemq.data={self.folder}", "-jar", self.home / "bin/activemq.jar", "start",
                f"xbean:file:{self.folder}/activemq.xml"]

    def is_ready(self, log):
        return is_open(self.port)

    def url(self, kind):
        return f"stomp://127.0.0.1:{self.port}" if kind == "stomp" else None


class MeasuredRabbitMq(RabbitMq):
    """The RabbitMQ of the relay's tests with room for a crowd."""

    def configure(self, plugin, stomp_port, more=""):
        (self.folder / "enabled_plugins").write_text(f"[{plugin}].\n")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self._amqp}\n"
            f"stomp.listeners.tcp.1 = 127.0.0.1:{stomp_port}\n{more}"
            "log.file.level = error\n"
            "vm_memory_high_watermark.absolute = 8GB\ndisk_free_limit.absolute = 10MB\n")

    def pids(self):
        return session_processes(self._processes[-1].pid)


class WebStompRabbitMq(MeasuredRabbitMq):
    """With WebSocket in the place of STOMP over TCP."""

    def __init__(self):
        super().__init__()
        unused, = free_ports(1)
        self.configure("rabbitmq_web_stomp", unused,
                       f"web_stomp.tcp.ip = 127.0.0.1\nweb_stomp.tcp.port = {self.port}\n"
                       "web_stomp.tcp.backlog = 4096\n"
                       "web_stomp.ws_opts.idle_timeout = 3600000\n")  # subscribers say nothing; it would leave them


class RabbitMqPeer(Peer):
    name, short, title = "rabbitmq", "RabbitMQ", "RabbitMQ, web-stomp"
    paths = {"stomp": "/ws"}

    def missing(self):
        return None if rabbitmq.SERVER.exists() else "Debian's package rabbitmq-server is not installed"

    def version(self):
        return package_version("rabbitmq-server")

    def start(self):
        self.broker = WebStompRabbitMq()
        self.broker.start()
        self.port = self.broker.port

    def pids(self):
        return self.broker.pids()

    def broker_connections(self):
        return self.broker.connections()

    def stop(self):
        self.broker.remove()


class StentorRelay(Stentor):
    """In front of a RabbitMQ, whose processes count as well."""

    name, short = "stentor-relay", "**Stentor** + RabbitMQ"
    title = "**Stentor** in front of RabbitMQ"
    missing_broker = RabbitMqPeer.missing

    def missing(self):
        return super().missing() or self.missing_broker()

    def start(self):
        self.broker = MeasuredRabbitMq()
        self.broker.configure("rabbitmq_stomp", self.broker.port)
        self.broker.start()
        self.more = f'[broker]\ntype = "stomp-relay"\n[broker.relay]\nport = {self.broker.port}\n'
        try:
            super().start()
        except RuntimeError:
            self.broker.remove()
            raise
        while self.broker.connections() < self.shards:
            time.sleep(0.05)

    def pids(self):
        return super().pids() + self.broker.pids()

    def broker_connections(self):
        return self.broker.connections()

    def stop(self):
        super().stop()
        self.broker.remove()


PEERS = {peer.name: peer for peer in (Stentor, StentorHold, StentorTwoShards, Bare, Uws, Ws, StompBrokerJs, Spring,
                                      ActiveMq, RabbitMqPeer, StentorRelay)}
