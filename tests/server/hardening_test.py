"""How the server is built, read in its ELF headers, and how its systemd unit runs it."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from server import ROOT, STENTOR

UNIT = ROOT / "packaging/stentor.service.in"
MOST_EXPOSED = 2.0  # of 10, by systemd-analyze; below 2 is its "OK"


def readelf(*options):
    return subprocess.run(["readelf", "--wide", *options, STENTOR], capture_output=True, text=True, check=True).stdout


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


@unittest.skipUnless(os.environ.get("STENTOR_HARDENED", "yes") == "yes", "built with STENTOR_HARDENING=OFF")
class Program(unittest.TestCase):
    def test_is_position_independent(self):
        self.assertRegex(readelf("--file-header"), r"Type:\s+DYN \(Position-Independent Executable file\)")

    def test_is_read_only_once_it_is_linked(self):
        self.assertIn("GNU_RELRO", readelf("--program-headers"))
        self.assertRegex(readelf("--dynamic"), r"BIND_NOW|FLAGS_1.*NOW")

    def test_has_no_executable_stack_and_no_segment_that_is_written_and_run(self):
        segments = readelf("--program-headers")
        self.assertRegex(segments, r"GNU_STACK(\s+0x[0-9a-f]+){5}\s+RW\s")
        self.assertNotRegex(segments, r"LOAD(\s+0x[0-9a-f]+){5}\s+RWE")

    def test_looks_for_libraries_where_the_system_does(self):
        self.assertNotRegex(readelf("--dynamic"), r"\((RPATH|RUNPATH)\)")

    @unittest.skipIf(os.environ.get("STENTOR_BUILD_TYPE", "Debug") == "Debug", "needs an optimised build")
    def test_guards_its_stack_sizes_and_indices(self):
        self.assertIn("__stack_chk_fail", readelf("--dyn-syms"))
        self.assertRegex(readelf("--dyn-syms"), r"__(memcpy|snprintf|read|recv|vsnprintf)_chk")
        self.assertIn("__glibcxx_assert_fail", readelf("--dyn-syms"))


@unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
class Unit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "stentor.service"
        text = UNIT.read_text().replace("@CMAKE_INSTALL_FULL_BINDIR@/stentor", str(STENTOR.resolve()))
        self.file.write_text(text.replace("@CMAKE_INSTALL_FULL_DOCDIR@", "/usr/share/doc/stentor"))

    def test_is_correct(self):
        done = run("systemd-analyze", "verify", self.file)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_leaves_little_exposed(self):
        said = run("systemd-analyze", "security", "--offline=true", self.file).stdout
        found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
        self.assertTrue(found, said)
        self.assertLessEqual(float(found[1]), MOST_EXPOSED, said)


if __name__ == "__main__":
    unittest.main()
