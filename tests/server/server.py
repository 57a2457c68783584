"""Runs the stentor program, with an environment of its own and on ports the system chooses."""

import os
import pathlib
import re
import select
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STENTOR = pathlib.Path(os.environ.get("STENTOR_BIN", ROOT / "build/dev/bin")) / "stentor"
SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:")
DEADLINE = 60


def environment(variables=None):
    """This process's, without what would configure the server."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STENTOR_")}
    return {**clean, **(variables or {})}


def run(*arguments, variables=None, folder=None):
    """The finished program: returncode, stdout and stderr."""
    done = subprocess.run([STENTOR, *arguments], env=environment(variables), cwd=folder, capture_output=True, text=True,
                          timeout=DEADLINE, check=False)
    assert not SANITIZER_REPORT.search(done.stderr), done.stderr
    return done


class Server:
    """A running `stentor serve`. `said` is what it printed, `http` and `stomp` where it listens; `under`: what runs it."""

    def __init__(self, *arguments, variables=None, stomp=False, under=()):
        assert STENTOR.exists(), f"{STENTOR} is missing: build it, or say in STENTOR_BIN where it is"
        self.errors = tempfile.TemporaryFile()
        self.said, self.http, self.stomp = "", None, None
        self.process = subprocess.Popen([*under, STENTOR, "serve", *arguments], env=environment(variables),
                                        stdout=subprocess.PIPE, stderr=self.errors)
        try:
            self._wait_until_listening(stomp)
        except BaseException:
            self.kill()
            raise

    def _wait_until_listening(self, stomp):
        end, out = time.monotonic() + DEADLINE, self.process.stdout.fileno()
        while not self.http or (stomp and not self.stomp):
            ready, _, _ = select.select([out], [], [], max(0, end - time.monotonic()))
            assert ready, f"stentor does not say where it listens: {self.said}"
            read = os.read(out, 4096).decode()
            assert read, f"stentor ended with {self.process.wait()}: {self._errors()}"
            self.said += read
            self.http = self._place(r"^listening on http://(\S+):(\d+)\n")
            self.stomp = self._place(r"^stomp on (\S+):(\d+)\n")

    def _place(self, pattern):
        found = re.search(pattern, self.said, re.M)
        return (found[1].strip("[]"), int(found[2])) if found else None

    def _errors(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def stop(self, signal):
        """The exit code after the signal."""
        self.process.send_signal(signal)
        return self.ended()

    def ended(self):
        """The exit code, when it has been told to end."""
        code = self.process.wait(DEADLINE)
        errors = self._errors()
        assert not SANITIZER_REPORT.search(errors), errors
        return code

    def kill(self):
        """Whatever became of it; more than once does no harm."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


class ServerTest(unittest.TestCase):
    """With a folder of its own for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text, name="stentor.toml"):
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.folder / name

    def serve(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.addCleanup(server.kill)
        return server
