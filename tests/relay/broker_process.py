"""A broker that a test starts for itself, and stops, kills and pauses: own folders and free loopback ports, so that it
neither needs nor disturbs one that runs already. Its data live as long as the object, over stops and starts."""

import atexit
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from ports import established, free_ports, is_open, wait_until_free


class BrokerProcess:
    name = None
    deadline = 150  # seconds to start once, and to end: a RabbitMQ of 6 s takes over a minute on a busy machine
    tries = 3  # a busy machine may keep a broker from starting in its own time

    def __init__(self, ports):
        """So many; clients connect to the first."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"stentor-{self.name.lower()}-"))
        self.ports = free_ports(ports)
        self.port = self.ports[0]
        self._processes = []  # what must not end while it runs; the broker is the last
        atexit.register(self.remove)  # whatever happens to the tests

    def launch(self):
        """Starts its processes by `run`."""
        raise NotImplementedError

    def start(self):
        """Returns when connections are accepted."""
        for left in reversed(range(self.tries)):
            try:
                wait_until_free(self.ports, self.deadline)
                self.launch()
                return self.wait_until_open(self.port)
            except AssertionError as why:
                self.kill()
                if not left:
                    raise
                print(f"{self.name} is started again: {str(why)[-500:]}", file=sys.stderr, flush=True)

    def is_running(self):
        return bool(self._processes)

    def kill(self):
        """As by a power cut."""
        for process in reversed(self._processes):
            self._signal(process, signal.SIGKILL)
        for process in self._processes:
            process.wait(self.deadline)
        self._processes = []

    def stop(self):
        """As an operator does."""
        self._signal(self._processes[-1], signal.SIGTERM)
        try:
            self._processes[-1].wait(self.deadline)
        except subprocess.TimeoutExpired:
            print(f"{self.name} does not stop, and is killed", file=sys.stderr, flush=True)
        self.kill()

    def pause(self):
        self._signal(self._processes[-1], signal.SIGSTOP)

    def resume(self):
        self._signal(self._processes[-1], signal.SIGCONT)

    def remove(self):
        try:
            self.kill()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def connections(self):
        """How many clients are connected."""
        return established(self.port)

    def output(self):
        return (self.folder / "output").read_text(errors="replace")

    def run(self, *command, environment=None):
        with open(self.folder / "output", "ab") as log:
            self._processes.append(subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                                    stdout=log, stderr=log, start_new_session=True))

    def wait_until_open(self, port):
        end = time.monotonic() + self.deadline
        while not is_open(port):
            ended = [process.returncode for process in self._processes if process.poll() is not None]
            if ended or time.monotonic() > end:
                raise AssertionError(f"{self.name} did not start {ended}:\n{self.output()}")
            time.sleep(0.1)

    def java(self, *arguments):
        """The command of a broker in Java, which is to start soon more than to run fast."""
        return ("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", *map(str, arguments))

    @staticmethod
    def _signal(process, number):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
