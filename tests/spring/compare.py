#!/usr/bin/env python3
"""Says the same to a Spring Boot application and to Stentor and compares what they answer.

The differences there are stand in differences.txt, each with the row of docs/coming_from_spring.md that gives its reason.
A difference that is new, is another one now, or has gone fails.

    compare.py                    # all cases
    compare.py --only connect     # those whose names begin so
    compare.py --show NAME        # both traces of one case
    compare.py --write            # after a change that is meant: differences.txt anew
    compare.py --documented       # no servers: do the cases, differences.txt and the document agree?
    compare.py --if-installed     # ends with 77 where Java or the application is missing
"""

import argparse
import difflib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from cases import CASES
from talk import Talk

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
JAR = ROOT / "build/spring/target/spring-app.jar"
PROGRAMS = pathlib.Path(os.environ.get("STENTOR_BIN", ROOT / "build/release/bin"))
RECORD = HERE / "differences.txt"
DOCUMENT = ROOT / "docs/coming_from_spring.md"
QUIET = (0.12, 0.6, 2.5)  # seconds of silence after which nothing more is expected; longer when something was amiss
HEAD = re.compile(r"^## (\w+) \(([\w-]+)\)$", re.M)


class Server:
    def __init__(self, command, says_port):
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self._says_port = re.compile(says_port)

    def port(self):
        end = time.monotonic() + 180
        while time.monotonic() < end and self._process.poll() is None:
            self._log.seek(0)
            if said := self._says_port.search(self._log.read()):
                return int(said[1])
            time.sleep(0.1)
        self._log.seek(0)
        sys.exit(f"compare: {self._process.args[0]} did not start\n{self._log.read()[-2000:].decode(errors='replace')}")

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()


def start_spring():
    return Server(["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-jar", JAR, "--server.port=0",
                   "--server.address=127.0.0.1"], rb"Tomcat started on port (\d+)")


def start_twin(*arguments):
    return Server([PROGRAMS / "spring_twin", *arguments], rb"listening on (\d+)")


def missing():
    if not shutil.which("java"):
        return "Java is not installed"
    if not JAR.exists():
        return "the Spring application is not built: run scripts/compare-with-spring once"
    if not (PROGRAMS / "spring_twin").exists():
        return f"{PROGRAMS}/spring_twin is not built"
    return None


def trace(name, ports, quiet, keeps_order):
    """What the server at one of the ports, without logins and with them, answers."""
    function, _, looks_at, logins = CASES[name]
    talk = Talk(ports[logins], quiet, looks_at, keeps_order)
    try:
        function(talk)
    except OSError as error:
        talk.lines.append(f"(the case could not go on: {error})")
    return talk.end()


def both(name, spring, stentor, quiet):
    traces = {}
    def run(who, ports):
        traces[who] = trace(name, ports, quiet, keeps_order=who == "stentor")
    threads = [threading.Thread(target=run, args=pair) for pair in (("spring", spring), ("stentor", stentor))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return traces["spring"], traces["stentor"]


def difference(spring, stentor):
    """Lines of Spring alone begin with -, of Stentor alone with +; empty when there are none."""
    if spring == stentor:
        return ""
    lines = difflib.unified_diff(spring, stentor, n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def recorded():
    """case -> (row, difference)"""
    parts = HEAD.split(RECORD.read_text()) if RECORD.exists() else [""]
    return {parts[i]: (parts[i + 1], parts[i + 2].strip("\n")) for i in range(1, len(parts), 3)}


def write(differences):
    text = "".join(f"## {name} ({CASES[name][1]})\n{found}\n\n" for name, found in differences.items() if found)
    RECORD.write_text("What Spring (-) and Stentor (+) answer differently; written by compare.py --write.\n\n" + text.rstrip() + "\n")


def documented_rows():
    return set(re.findall(r"^\| `([a-z-]+)` \|", DOCUMENT.read_text(), re.M))


def check_documented():
    faults = []
    rows = {name: row for name, (_, row, _, _) in CASES.items() if row}
    record = recorded()
    for name in sorted(set(rows) | set(record)):
        if record.get(name, ("",))[0] != rows.get(name, ""):
            faults.append(f"{name}: its row is {rows.get(name, '') or 'none'} in cases.py and "
                          f"{record.get(name, ('none',))[0]} in differences.txt")
    counts = f"{len(CASES)} conversations are held with both; {len(CASES) - len(record)} are answered alike"
    if counts not in DOCUMENT.read_text():
        faults.append(f"{DOCUMENT.name} should say: {counts}")
    used, written = set(rows.values()), documented_rows()
    faults += [f"{DOCUMENT.name} has no row `{row}`" for row in sorted(used - written)]
    faults += [f"{DOCUMENT.name}: no case shows row `{row}`" for row in sorted(written - used)]
    return faults


def compare(names, spring, stentor):
    """name -> what differs, after as many tries as it takes to be as recorded."""
    expected = recorded()
    found = {}
    for name in names:
        for quiet in QUIET:
            found[name] = difference(*both(name, spring, stentor, quiet))
            if found[name] == expected.get(name, ("", ""))[1]:
                break
    return found


def report(found):
    expected = recorded()
    failed = 0
    for name, now in found.items():
        before, row = expected.get(name, ("", ""))[1], CASES[name][1]
        if now == before and bool(now) == bool(row):
            continue
        failed += 1
        what = "a new difference" if not before else "the difference has gone" if not now else "another difference than recorded"
        print(f"\n{name} ({row or 'should not differ'}): {what}\n{now}")
    differing = sum(1 for now in found.values() if now)
    print(f"{len(found)} cases: {len(found) - differing} alike, {differing} differ, {failed} not as recorded")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="BEGINNING")
    parser.add_argument("--show", metavar="NAME")
    for flag in ("write", "documented", "if-installed"):
        parser.add_argument(f"--{flag}", action="store_true")
    options = parser.parse_args()
    if options.documented:
        faults = check_documented()
        print("\n".join(faults) or f"{len(CASES)} cases, {len(documented_rows())} rows")
        return 1 if faults else 0
    if why := missing():
        print(f"compare: skipped: {why}" if options.if_installed else f"compare: {why}")
        return 77 if options.if_installed else 2
    servers = [start_spring(), start_twin(), start_twin("--logins")]
    try:
        spring, open_twin, login_twin = (server.port() for server in servers)
        both("connect_1_2", (spring, spring), (open_twin, login_twin), 2)  # Java is slow at first
        if options.show:
            traces = both(options.show, (spring, spring), (open_twin, login_twin), 1)
            print("\n".join(["Spring:", *traces[0], "", "Stentor:", *traces[1]]))
            return 0
        names = [name for name in CASES if name.startswith(options.only)]
        found = compare(names, (spring, spring), (open_twin, login_twin))
        if options.write:
            write({**{name: text for name, (_, text) in recorded().items()}, **found})
        return report(found)
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
