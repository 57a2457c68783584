"""Starts one of Stentor's programs on free ports and ends it; a test fails when the program did not end well."""

import os
import pathlib
import re
import select
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("STENTOR_BIN", ROOT / "build/dev/bin"))
SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:")


class Program:
    def __init__(self, name, *arguments, deadline=30):
        file = PROGRAMS / name
        assert file.exists(), f"{file} is missing: build it, or say in STENTOR_BIN where it is"
        self.name, self.http, self.stomp, self.deadline = name, None, None, deadline
        self.errors = os.memfd_create("errors")
        self.process = subprocess.Popen(
            [file, "--port", "0", "--stomp-port", "0", *arguments], stdout=subprocess.PIPE, stderr=self.errors)
        try:
            self._wait_until_listening()
        except BaseException:
            self.process.kill()
            raise

    def _wait_until_listening(self):
        end, text, out = time.monotonic() + self.deadline, "", self.process.stdout.fileno()
        while not (self.http and self.stomp):
            ready, _, _ = select.select([out], [], [], max(0, end - time.monotonic()))
            assert ready, f"{self.name} does not say where it listens:\n{text}"
            line = os.read(out, 4096).decode()
            assert line, f"{self.name} ended with {self.process.wait()}:\n{self.errors_text()}"
            text += line
            self.http = re.search(r"^listening on http://(\S+):(\d+)\n", text, re.M)
            self.stomp = re.search(r"^stomp on (\S+):(\d+)\n", text, re.M)
        self.stomp_address = (self.stomp[1], int(self.stomp[2]))

    def errors_text(self):
        return pathlib.Path(f"/proc/self/fd/{self.errors}").read_text(errors="replace")

    def kill(self):
        """As by a power cut."""
        self.process.kill()
        self.process.wait(self.deadline)
        self.process.stdout.close()
        os.close(self.errors)

    def stop(self):
        """Asks the program to end, as a service manager does."""
        self.process.terminate()
        try:
            code = self.process.wait(self.deadline)
        finally:
            self.process.kill()
            self.process.stdout.close()
        errors = self.errors_text()
        assert not SANITIZER_REPORT.search(errors), errors
        assert code == 0, f"{self.name} ended with {code}:\n{errors}"
        os.close(self.errors)
