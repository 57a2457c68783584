"""Runs `stentor bench` on the workloads, all peers of one interleaved, and gathers what it says."""

import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading

from servers import PEERS, PROGRAMS, ROOT, output_of

WRONG = ("lost", "duplicated", "reordered", "foreign")


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
    return {"cores": os.cpu_count(), "cpu": cpu[1] if cpu else "unknown", "memory_gib": round(memory / 2**20),
            "kernel": os.uname().release, "load": round(os.getloadavg()[0], 1)}


class Running:
    """The peers that are up; started when first needed, some at a time."""

    def __init__(self, chosen, missing):
        self.chosen, self.missing, self.up = chosen, missing, {}

    def need(self, names):
        """Those of them that run."""
        wanted = [n for n in names if n in self.chosen and n not in self.missing and n not in self.up]
        with concurrent.futures.ThreadPoolExecutor(max(1, len(wanted))) as pool:
            for name, peer, error in pool.map(self._start, wanted):
                if error:
                    print(f"bench-peers: {error}", file=sys.stderr, flush=True)
                    self.missing[name] = " ".join(str(error).split())[:200]
                else:
                    self.up[name] = peer
        return [self.up[name] for name in names if name in self.up]

    @staticmethod
    def _start(name):
        peer = PEERS[name]()
        try:
            peer.start()
            return name, peer, None
        except (OSError, RuntimeError, AssertionError) as error:
            return name, peer, error

    def stop(self, names=None):
        for name in names or list(self.up):
            if name in self.up:
                self.up.pop(name).stop()


def targets_of(workload, running):
    """[(name, URL with process ids)]"""
    targets = []
    for peer in running.need(workload.peers):
        if url := peer.url(workload.kind):
            targets.append((peer.name, url, peer))
    for name, of, kind in workload.more_targets:
        if of in running.up:
            targets.append((name, running.up[of].url(kind), running.up[of]))
    return [(name, f"{url}@{','.join(map(str, peer.pids()))}") for name, url, peer in targets]


class Watch:
    """How many connections the broker behind each peer has at most, while something else goes on."""

    def __init__(self, peers):
        self._peers = {name: peer for name, peer in peers.items() if hasattr(peer, "broker_connections")}
        self.most, self._end = dict.fromkeys(self._peers, 0), threading.Event()

    def _look(self):
        while self._peers and not self._end.wait(1):
            for name, peer in self._peers.items():
                self.most[name] = max(self.most[name], peer.broker_connections())

    def __enter__(self):
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()


def alone(value):
    """A figure that was taken once."""
    return {"median": value, "min": value, "max": value, "rounds": [value]}


def call(workload, targets, options):
    """One run of the load generator -> {name of target: figures}, {name: why it has none}."""
    failed = {}
    while targets:
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            command = [str(PROGRAMS / "stentor"), "bench", *shlex.split(workload.command.replace('"', '\\"')), *options,
                       "--timeout", "60", "--json", file.name]
            if workload.kind != "echo":
                command += ["--login", "guest", "--passcode", "guest", "--vhost", "/"]
            for name, url in targets:
                command += ["--target", f"{name}={url}"]
            run = subprocess.run(command, capture_output=True, text=True)
            text = pathlib.Path(file.name).read_text()
        if text.strip():
            if run.returncode != 0:
                print(run.stdout, run.stderr, file=sys.stderr)
            return {one["name"]: one for one in json.loads(text)["targets"]}, failed
        print(f"bench-peers: {workload.key}: {run.stderr.strip()}", file=sys.stderr, flush=True)
        # Who broke off is left out, so that the others have their figures.
        culprit = next((name for name, _ in targets if f"{name}: " in run.stderr), None)
        if culprit is None:
            return {}, {name: run.stderr.strip() for name, _ in targets}
        failed[culprit] = run.stderr.strip().partition(f"{culprit}: ")[2]
        targets = [target for target in targets if target[0] != culprit]
    return {}, failed


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def join(runs):
    """The figures of several runs as one run with all their rounds would give them."""
    figures = {}
    for key in runs[0]["figures"]:
        rounds = [value for run in runs for value in run["figures"].get(key, {"rounds": []})["rounds"]]
        figures[key] = {"median": median(rounds), "min": min(rounds), "max": max(rounds), "rounds": rounds}
    wrong = {key: sum(run["violations"][key] for run in runs) for key in WRONG}
    return {**runs[-1], "figures": figures, "violations": {**runs[-1]["violations"], **wrong}}


def scale(workload, rounds):
    """Google Benchmark's rows NAME/HOW/NUMBER: of each NAME the worst ratio of many to few."""
    program = PROGRAMS / "bench_broker"
    if not program.exists():
        return {"title": workload.title, "targets": {}, "failed": {"stentor": f"{program} is not built"}}
    run = subprocess.run([program, "--benchmark_format=json", "--benchmark_min_time=0.1", "--benchmark_filter=subscribe|publish",
                          f"--benchmark_repetitions={rounds}"], capture_output=True, text=True, check=True)
    times = {}
    for one in json.loads(run.stdout)["benchmarks"]:
        if one.get("aggregate_name") == "median":
            how, _, number = one["run_name"].rpartition("/")
            times.setdefault(how, []).append((int(number), one["cpu_time"]))

    def target(name, **figures):
        return {"name": name, "violations": dict.fromkeys(WRONG, 0), "notes": [],
                "figures": {key: alone(value) for key, value in figures.items()}}

    targets, worst = {}, {}
    for how, ((_, few), (_, many)) in ((how, sorted(pair)) for how, pair in times.items()):
        targets[how] = target(how, few_ns=few, many_ns=many, many_to_few=many / few)
        name = how.partition("/")[0]
        worst[name] = max(worst.get(name, 0), many / few)
    targets.update({name: target(name, many_to_few=ratio) for name, ratio in worst.items()})
    return {"title": workload.title, "targets": targets, "failed": {}}


def measure(workload, running, rounds, share, results):
    if workload.command == "bench_broker":
        return scale(workload, rounds)
    if workload.fresh:
        running.stop(workload.peers)
    targets = targets_of(workload, running)
    options = []
    if workload.messages:
        options += ["--messages", str(max(round(workload.messages * share), 20)),
                    "--warm-up", str(max(round(workload.warm_up * share), 5))]
    if workload.half_of:
        key, peer = workload.half_of
        measured = results.get(key, {}).get("targets", {}).get(peer)
        if not measured:
            return {"title": workload.title, "targets": {}, "failed": {peer: f"needs the result of {key}"}}
        options += ["--rate", str(round(measured["figures"]["deliveries_per_second"]["median"] / 100 / 2))]
    rounds = workload.rounds or rounds
    if not workload.passes:
        with Watch({name: running.up[name] for name, _ in targets if name in running.up}) as watch:
            figures, failed = call(workload, targets, options + ["--rounds", str(rounds)])
        for name, most in watch.most.items():
            if name in figures:
                figures[name]["figures"]["broker_connections"] = alone(most)
    else:
        parts, failed = {}, {}
        for _ in range(rounds):
            for suffix, more in workload.passes:
                got, broken = call(workload, targets, options + ["--rounds", "1", *shlex.split(more)])
                failed.update(broken)
                for name, one in got.items():
                    parts.setdefault(name + suffix, []).append(one)
        figures = {name: join(ones) for name, ones in parts.items()}
    return {"title": workload.title, "command": " ".join([workload.command, *options]), "targets": figures,
            "failed": failed}


def run(workloads, chosen, rounds, share, save):
    """save: is given the results after each workload, so that a run that ends early is not lost."""
    missing = {name: why for name in chosen if (why := PEERS[name]().missing())}
    for name, why in missing.items():
        print(f"bench-peers: {name} is MISSING: {why}", file=sys.stderr, flush=True)
    results = {"when": datetime.date.today().isoformat(), "machine": machine(), "rounds": rounds, "share": share,
               "commit": output_of("git", "-C", str(ROOT), "describe", "--always", "--dirty"), "missing": missing,
               "versions": {name: PEERS[name]().version() for name in chosen if name not in missing}, "workloads": {}}
    running = Running(chosen, missing)
    try:
        for workload in workloads:
            print(f"== {workload.title}", flush=True)
            one = results["workloads"][workload.key] = measure(workload, running, rounds, share, results["workloads"])
            for name, figures in one["targets"].items():
                print(f"   {name:28} {summary(figures)}", flush=True)
            save(results)
    finally:
        running.stop()
    return results


def summary(target):
    figures = target["figures"]
    parts = []
    if cost := figures.get("server_cpu_us_per_delivery"):
        parts.append(f"{cost['median']:.2f} us of server CPU per delivery ({cost['min']:.2f} - {cost['max']:.2f})")
    for key in ("many_to_few", "deliveries_per_second", "rss_bytes_per_connection", "idle_cpu_percent", "client_cpu_share"):
        if key in figures:
            parts.append(f"{key} {figures[key]['median']:,.3g}")
    wrong = [f"{target['violations'][key]} {key.upper()}" for key in WRONG if target["violations"][key]]
    return "; ".join(parts + wrong + target["notes"])
