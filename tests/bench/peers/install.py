"""Fetches and builds what Debian has no package of, into build/peers. scripts/setup --bench has installed the rest. What
cannot be had is named and left out; its peer is then missing from the comparison, which says so."""

import shutil
import subprocess
import sys

from servers import CACHE, HERE, Uws


def run(*command, cwd=None):
    print("+", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True, cwd=cwd)


def install_uws():
    run("/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--require-hashes",
        "--requirement", HERE / "requirements.txt", "--target", CACHE / "python")
    assert Uws.library(), "this socketify has no library for this machine"
    run("g++", "-std=c++20", "-O2", "-o", CACHE / "uws_peer", HERE / "uws/main.cpp", "-ldl")


def install_node():
    shutil.copytree(HERE / "node", CACHE / "node", dirs_exist_ok=True)
    run("npm", "ci", cwd=CACHE / "node")


def install_spring():
    shutil.copytree(HERE / "spring", CACHE / "spring", dirs_exist_ok=True)
    run("mvn", "--quiet", "--batch-mode", "package", cwd=CACHE / "spring")


def install():
    CACHE.mkdir(parents=True, exist_ok=True)
    run(HERE.parents[2] / "scripts/setup", "--bench")
    for step in (install_uws, install_node, install_spring):
        try:
            step()
        except (OSError, subprocess.CalledProcessError, AssertionError) as error:
            print(f"bench-peers: {step.__name__} failed: {error}", file=sys.stderr)
