"""`stentor passwd`: what it writes, asks, keeps and refuses; and what the server makes of such a file."""

import os
import pty
import re
import select
import stat
import subprocess
import time
import unittest

from server import DEADLINE, SANITIZER_REPORT, STENTOR, ServerTest, environment, run

BCRYPT = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"  # "secret"
ARGON2ID = r"\$argon2id\$v=19\$m=65536,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}"


class Passwd(ServerTest):
    def setUp(self):
        super().setUp()
        self.users = self.folder / "users"

    def write_users(self, text):
        self.users.touch(mode=0o600)  # one that others may read is warned of
        self.users.write_text(text)

    def passwd(self, *arguments, typed=b"open sesame\n"):
        done = subprocess.run([STENTOR, "passwd", self.users, *arguments], env=environment(), input=typed,
                              capture_output=True, timeout=DEADLINE, check=False)
        error = done.stderr.decode()
        self.assertFalse(SANITIZER_REPORT.search(error), error)
        self.assertEqual(done.stdout, b"")
        return done.returncode, error

    def refused(self, *arguments, typed=b"open sesame\n"):
        before = self.users.read_bytes() if self.users.exists() else None
        code, error = self.passwd(*arguments, typed=typed)
        self.assertEqual(code, 2, error)
        self.assertEqual(self.users.read_bytes() if self.users.exists() else None, before)
        return error

    def test_a_user_is_added_to_a_new_file_of_its_owner_alone(self):
        self.assertEqual(self.passwd("alice", "--authority", "ROLE_ADMIN", "--authority", "x"), (0, ""))
        self.assertRegex(self.users.read_text(), rf"\Aalice:{ARGON2ID}:ROLE_ADMIN,x\n\Z")
        self.assertEqual(stat.S_IMODE(self.users.stat().st_mode), 0o600)
        self.assertEqual(os.listdir(self.folder), ["users"])

    def test_other_lines_stay_byte_by_byte(self):
        self.write_users(f"# we\n\nbob:{BCRYPT}:b\nalice:{BCRYPT}:a\n#end")
        self.assertEqual(self.passwd("alice"), (0, ""))
        self.assertRegex(self.users.read_text(), rf"\A# we\n\nbob:{re.escape(BCRYPT)}:b\nalice:{ARGON2ID}:a\n#end\Z")
        self.assertEqual(self.passwd("carol"), (0, ""))
        self.assertRegex(self.users.read_text(), rf"\n#end\ncarol:{ARGON2ID}\n\Z")
        for name in ("alice", "carol"):
            self.assertEqual(self.passwd(name, "--delete", typed=b""), (0, ""))
        self.assertEqual(self.users.read_text(), f"# we\n\nbob:{BCRYPT}:b\n#end\n")

    def test_what_the_server_would_refuse_is_not_written(self):
        self.assertIn("the passcode is empty", self.refused("alice", typed=b"\n"))
        self.assertIn("the passcode is empty", self.refused("alice", typed=b""))
        self.assertIn("NUL", self.refused("alice", typed=b"a\0b\n"))
        self.assertIn("line's end", self.refused("alice", typed=b"a\r\n"))
        self.assertIn("1024", self.refused("alice", typed=b"x" * 1025 + b"\n"))
        self.assertIn("1024", self.refused("alice", typed=b"x" * 100_000))
        self.assertIn("the name", self.refused("a/b"))
        self.assertIn("the name", self.refused(""))
        self.assertIn("an authority", self.refused("alice", "--authority", "a b"))
        self.assertEqual(self.passwd("alice", typed=b"x" * 1024)[0], 0)

    def test_a_wrong_command_line(self):
        self.refused()
        self.refused("alice", "bob")
        self.refused("alice", "--delete", "--authority", "x")
        self.assertEqual(self.refused("alice", "--delete"), f"stentor: {self.users}: there is no user 'alice'\n")

    def test_a_malformed_file_is_named_with_its_line(self):
        self.write_users(f"alice:{BCRYPT}\nbob:plain\n")
        self.assertTrue(self.refused("carol").startswith(f"stentor: {self.users}:2: "))

    def test_a_folder_that_is_not_there(self):
        code, error = self.passwd("alice")
        self.assertEqual((code, error), (0, ""))
        self.users = self.folder / "none" / "users"
        code, error = self.passwd("alice")
        self.assertEqual(code, 1)
        self.assertIn("No such file or directory", error)

    def test_programs_at_the_same_time_lose_nothing(self):
        all_of_them = [subprocess.Popen([STENTOR, "passwd", self.users, f"user{n}"], env=environment(),
                                        stdin=subprocess.PIPE) for n in range(4)]
        for each in all_of_them:
            each.communicate(b"secret\n", timeout=DEADLINE)
            self.assertEqual(each.returncode, 0)
        self.assertEqual(sorted(line.split(":")[0] for line in self.users.read_text().splitlines()),
                         [f"user{n}" for n in range(4)])

    def at_a_terminal(self, *typed):
        """What is to be seen there, and the exit code."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(STENTOR, [str(STENTOR), "passwd", str(self.users), "alice"], environment())
        seen, end = b"", time.monotonic() + DEADLINE
        waiting = list(typed)
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                piece = os.read(terminal, 4096)
            except OSError:  # its other end is closed
                break
            seen += piece
            if waiting and seen.endswith(b": "):
                os.write(terminal, waiting.pop(0))
        os.close(terminal)
        return seen.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def test_at_a_terminal_it_asks_twice_and_shows_nothing(self):
        seen, code = self.at_a_terminal(b"open sesame\n", b"open sesame\n")
        self.assertEqual((seen, code), ("Passcode for alice: \r\nOnce more: \r\n", 0))
        self.assertRegex(self.users.read_text(), rf"\Aalice:{ARGON2ID}\n\Z")

    def test_two_passcodes_that_differ_change_nothing(self):
        seen, code = self.at_a_terminal(b"open sesame\n", b"open sesamf\n")
        self.assertEqual(code, 2)
        self.assertIn("the two passcodes differ; nothing is changed", seen)
        self.assertFalse(self.users.exists())

    def test_control_c_changes_nothing(self):
        seen, code = self.at_a_terminal(b"\x03\n")
        self.assertEqual(code, 2)
        self.assertIn("nothing is changed", seen)
        self.assertFalse(self.users.exists())

    def test_the_server_takes_what_is_written_and_names_what_is_wrong(self):
        config = self.write('port = 0\nusers.file = "users"\n')
        self.assertIn("is not there; make it with 'stentor passwd", run("check", "--config", config).stderr)
        self.passwd("alice")
        self.assertEqual(run("check", "--config", config).returncode, 0)
        self.write_users(f"alice:{BCRYPT}\n\nalice:{BCRYPT}\n")
        for command in ("check", "serve"):
            done = run(command, "--config", config)
            self.assertEqual((done.returncode, done.stderr),
                             (2, f"stentor: {self.users}:3: there is a line for this name already\n"))


if __name__ == "__main__":
    unittest.main()
