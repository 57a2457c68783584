#!/usr/bin/env python3
"""What hostile peers do to the latency of others: one client's echo round trips, quiet and beside each kind of
hostile peer in turn, in one run on one shard.

    cmake --preset release && cmake --build --preset release --target conformance
    tests/bench/hostile_latency.py [--rounds 5] [--probes 400]
"""

import argparse
import multiprocessing
import os
import pathlib
import socket
import statistics
import struct
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("STENTOR_BIN", str(ROOT / "build/release/bin"))
sys.path.insert(0, str(ROOT / "tests/integration"))
from program import Program  # noqa: E402

TEXT, PING = 0x1, 0x9


def frame(opcode, payload):
    """A client's frame; the mask of zeros leaves the payload as it is."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    return bytes([0x80 | opcode]) + length + bytes(4) + payload


def connect(address, upgrade=True):
    peer = socket.create_connection(address)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if upgrade:
        peer.sendall(b"GET /ws-echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(4096)
        assert b" 101 " in head, head
    return peer


def spins(_address):
    """For comparison: sends nothing, but takes a core, as the load generators do."""
    while True:
        pass


def dribbles(address):
    """100 connections that send a message byte by byte."""
    peers = [connect(address) for _ in range(100)]
    message = frame(TEXT, b"x" * 60_000)
    for place in range(len(message)):
        for peer in peers:
            peer.send(message[place:place + 1])
        time.sleep(0.005)


def stalls(address):
    """300 connections in the middle of a request or of a frame."""
    peers = [connect(address, upgrade=False) for _ in range(150)]
    for peer in peers:
        peer.sendall(b"GET /ws-echo HTTP/1.1\r\nHos")
    peers += [connect(address) for _ in range(150)]
    for peer in peers[150:]:
        peer.sendall(frame(TEXT, b"x" * 1000)[:500])
    time.sleep(60)


def pings(address):
    """Pings as fast as they go, never reading; again when the server hangs up."""
    flood = frame(PING, b"p" * 125) * 500
    while True:
        with connect(address) as peer:
            try:
                while True:
                    peer.sendall(flood)
            except OSError:
                time.sleep(0.01)


def bursts(address):
    """10,000 messages in one piece, 20 times a second, never reading the echoes."""
    burst = frame(TEXT, b"") * 10_000
    while True:
        with connect(address) as peer:
            try:
                while True:
                    peer.sendall(burst)
                    time.sleep(0.05)
            except OSError:
                pass


def round_trips(address, count):
    message, times = frame(TEXT, b"x" * 32), []
    with connect(address) as peer:
        for _ in range(count):
            begin = time.perf_counter()
            peer.sendall(message)
            owed = 34
            while owed:
                owed -= len(peer.recv(owed))
            times.append(time.perf_counter() - begin)
            time.sleep(0.001)
    return times


def beside(hostile, address, count):
    process = multiprocessing.Process(target=hostile, args=(address,), daemon=True)
    process.start()
    time.sleep(0.5)
    try:
        return round_trips(address, count)
    finally:
        process.kill()
        process.join()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--probes", type=int, default=400, help="round trips of a phase")
    chosen = options.parse_args()
    program = Program("conformance", "--shards", "1")
    address = (program.http[1], int(program.http[2]))
    print(f"{'beside':10} {'quiet p50':>10} {'p50':>8} {'ratio':>6} {'quiet p99':>10} {'p99':>8}   (us, medians of "
          f"{chosen.rounds} rounds)")
    try:
        for hostile in (spins, dribbles, stalls, pings, bursts):
            rounds = [(round_trips(address, chosen.probes), beside(hostile, address, chosen.probes))
                      for _ in range(chosen.rounds)]
            p50, p99 = ([statistics.median(statistics.quantiles(phase[side], n=100)[at] for phase in rounds) * 1e6
                         for side in (0, 1)] for at in (49, 98))
            print(f"{hostile.__name__:10} {p50[0]:10.0f} {p50[1]:8.0f} {p50[1] / p50[0]:6.2f} {p99[0]:10.0f} "
                  f"{p99[1]:8.0f}", flush=True)
    finally:
        program.stop()


if __name__ == "__main__":
    main()
