"""What the program's command line takes, says and refuses."""

import re
import unittest

from server import ROOT, ServerTest, run


class CommandLine(ServerTest):
    def refused(self, *arguments, variables=None):
        """What is said on stderr by a command line that is wrong."""
        done = run(*arguments, variables=variables)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_version(self):
        project = (ROOT / "CMakeLists.txt").read_text()
        version = re.search(r"project\(stentor VERSION (\S+)", project)[1]
        done = run("--version")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"stentor {version}\n", ""))

    def test_help_names_the_commands(self):
        done = run("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for command in ("serve", "check"):
            self.assertRegex(done.stdout, rf"(?m)^ +{command} ")

    def test_help_of_serve_names_options_and_settings(self):
        done = run("serve", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for option in ("--config", "--address", "--port", "--stomp-port", "--shards"):
            self.assertRegex(done.stdout, rf"(?m)^ +{option} ")
        self.assertIn("  stomp.heart_beat_send  STENTOR_STOMP_HEART_BEAT_SEND  \"10s\"\n", done.stdout)

    def test_a_command_is_needed(self):
        self.assertIn("subcommand is required", self.refused())

    def test_unknown_commands_and_options(self):
        self.refused("sreve")
        self.assertIn("--prot", self.refused("serve", "--prot", "1"))
        self.assertIn("extra", self.refused("serve", "extra"))

    def test_an_option_needs_its_value(self):
        self.assertIn("--port", self.refused("serve", "--port"))

    def test_a_wrong_value_is_named_by_its_option(self):
        self.assertEqual(self.refused("serve", "--port", "many"),
                         "stentor: --port: port is 'many'; give a whole number from 0 to 65535\n")
        self.assertEqual(self.refused("serve", "--port", "-1"),
                         "stentor: --port: port is '-1'; give a whole number from 0 to 65535\n")
        self.assertEqual(self.refused("serve", "--stomp-port", "65536"),
                         "stentor: --stomp-port: stomp_port is '65536'; give a whole number from 0 to 65535\n")
        self.assertEqual(self.refused("serve", "--shards", "1000"),
                         "stentor: --shards: shards is '1000'; give a whole number from 0 to 256\n")
        self.assertEqual(self.refused("serve", "--address", ""),
                         "stentor: --address: address is empty; give \"127.0.0.1\", or \"0.0.0.0\" for every "
                         "interface\n")

    def test_a_wrong_variable_is_named(self):
        file = self.write("")
        for command in ("serve", "check"):
            self.assertEqual(
                self.refused(command, "--config", file, variables={"STENTOR_STOMP_MAX_BODY": "64KB"}),
                "stentor: STENTOR_STOMP_MAX_BODY: stomp.max_body is '64KB'; give a whole number from 1 to 1024GiB, or a "
                "size such as \"64KiB\"\n")
            self.assertEqual(
                self.refused(command, "--config", file, variables={"STENTOR_PROT": "1"}),
                "stentor: environment variable 'STENTOR_PROT' names no setting; did you mean 'STENTOR_PORT'?\n")

    def test_check_needs_a_file(self):
        self.assertIn("--config", self.refused("check"))

    def test_check_says_that_a_file_is_correct(self):
        file = self.write("port = 9000\n")
        done = run("check", "--config", file)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"{file}: correct\n", ""))

    def test_a_file_that_is_not_there(self):
        absent = self.folder / "absent.toml"
        for command in ("serve", "check"):
            self.assertEqual(self.refused(command, "--config", absent),
                             f"stentor: {absent}: cannot be read (No such file or directory); name a TOML file\n")


if __name__ == "__main__":
    unittest.main()
