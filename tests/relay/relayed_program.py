#!/usr/bin/env python3
"""In the place of one of Stentor's programs, by its name: the program with a relay to a broker, which says where it listens once
the broker can be used; or (STENTOR_DIRECTLY) no program at all, but where the broker itself listens."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from stomp_client import Client

SHARDS = 2
DEADLINE = 60


def wait_until_available(place):
    """On every shard: connections are dealt out to them in turn."""
    end, taken = time.monotonic() + DEADLINE, 0
    while taken < 2 * SHARDS and time.monotonic() < end:
        client = Client(place, login="guest", passcode="guest")
        client.send("/topic/are-you-there", "")
        taken = taken + 1 if client.next(30).command == "RECEIPT" else 0
        client.close()


def relayed(name, arguments, broker):
    if "--stomp-port" not in arguments:
        arguments = [*arguments, "--stomp-port", "0"]
    program = pathlib.Path(os.environ["STENTOR_PROGRAMS"], name)
    child = subprocess.Popen([program, *arguments, "--relay", broker], stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    said = ""
    while not (stomp := re.search(r"^stomp on (\S+):(\d+)\n", said, re.M)) or "listening on" not in said:
        line = child.stdout.readline()
        if not line:
            return child.wait()
        said += line
    wait_until_available((stomp[1], int(stomp[2])))
    print(said, end="", flush=True)
    return child.wait()


def directly(broker):
    print(f"listening on http://127.0.0.1:1\nstomp on {broker}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        signal.pause()


if __name__ == "__main__":
    at = os.environ["STENTOR_BROKER_AT"]
    sys.exit(directly(at) if os.environ.get("STENTOR_DIRECTLY") else relayed(pathlib.Path(sys.argv[0]).name, sys.argv[1:], at))
