"""Installs the build into a folder of its own, builds the README's first program against it and asks it something."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
CMAKE = os.environ["PACKAGE_CMAKE"]
BUILD = os.environ["PACKAGE_BUILD"]
DEADLINE = 60


def readme_program():
    return re.search(r"^```cpp\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)[1]


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}")


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.prefix = cls.folder / "installed"
        run(CMAKE, "--install", BUILD, "--prefix", cls.prefix)

    def configure(self, source, *more):
        build = self.folder / "build"
        environment = os.environ
        run(CMAKE, "-S", source, "-B", build, "-G", environment["PACKAGE_GENERATOR"],
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={environment['PACKAGE_COMPILER']}",
            f"-DCMAKE_CXX_COMPILER_LAUNCHER={environment['PACKAGE_LAUNCHER']}",
            f"-DCMAKE_CXX_FLAGS={environment['PACKAGE_FLAGS']}", f"-DCMAKE_BUILD_TYPE={environment['PACKAGE_TYPE']}",
            *more)
        return build

    def test_the_readme_program_is_built_and_answers_and_one_with_the_test_kit_too(self):
        source = self.folder / "consumer"
        shutil.copytree(pathlib.Path(__file__).parent / "consumer", source)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        program, patched = re.subn(r"\b8080\b", str(port), readme_program())
        self.assertEqual(patched, 1, "the program names its port once")
        (source / "program.cpp").write_text(program)
        build = self.configure(source)
        run(CMAKE, "--build", build)
        with subprocess.Popen([build / "program"]) as process:
            try:
                info = self.get(process, f"http://127.0.0.1:{port}/gs-guide-websocket/info")
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(DEADLINE), 0)
            finally:
                process.kill()
        self.assertIs(json.loads(info)["websocket"], True)
        self.assertEqual(subprocess.run([build / "program_test"], capture_output=True, text=True, check=True).stdout,
                         "the same, an hour later\n"
                         "client 1: expected the next frame to be MESSAGE, but nothing came\n")

    def get(self, process, url):
        """The answer, as soon as the program listens."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(urllib.error.URLError):
                with urllib.request.urlopen(url, timeout=DEADLINE) as response:
                    return response.read()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        raise AssertionError(f"no answer; exit code {process.poll()}")

    def test_the_installed_server_runs(self):
        done = subprocess.run([self.prefix / "bin/stentor", "--version"], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, f"stentor {os.environ['PACKAGE_VERSION']}\n")

    def test_every_installed_header_is_public_and_names_no_private_one(self):
        headers = sorted((self.prefix / "include").rglob("*.hpp"))
        self.assertIn(self.prefix / "include/stentor/stentor.hpp", headers)
        for header in headers:
            for included in re.findall(r'^#include "(.*)"', header.read_text(), re.M):
                self.assertTrue((self.prefix / "include" / included).exists(), f"{header}: {included}")

    def test_another_minor_version_is_not_found(self):
        major, minor, _ = map(int, os.environ["PACKAGE_VERSION"].split("."))
        source = self.folder / "newer"
        source.mkdir()
        (source / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(newer LANGUAGES CXX)\n"
                                               f"find_package(stentor {major}.{minor + 1} CONFIG REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "stentor-config.cmake, version: "):
            self.configure(source)
        shutil.rmtree(self.folder / "build")


if __name__ == "__main__":
    unittest.main()
