"""The command line goes before the environment, that before the file."""

import signal
import unittest
import urllib.error
import urllib.request

from server import ServerTest


class Precedence(ServerTest):
    def address(self, *arguments, variables=None):
        """Where a server listens whose port is free; loopback addresses differ, so no port has to."""
        server = self.serve(*arguments, variables={"STENTOR_PORT": "0", **(variables or {})})
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        return server.http[0]

    def test_a_value_of_the_file_alone(self):
        self.assertEqual(self.address("--config", self.write("address = '127.0.0.2'")), "127.0.0.2")

    def test_the_environment_goes_before_the_file(self):
        file = self.write("address = '127.0.0.2'\nport = 1\n")
        self.assertEqual(self.address("--config", file, variables={"STENTOR_ADDRESS": "127.0.0.3"}), "127.0.0.3")

    def test_the_command_line_goes_before_both(self):
        file = self.write("address = '127.0.0.2'")
        self.assertEqual(self.address("--config", file, "--address", "127.0.0.4",
                                      variables={"STENTOR_ADDRESS": "127.0.0.3"}), "127.0.0.4")

    def test_nested_settings_have_variables(self):
        server = self.serve("--port", "0", variables={"STENTOR_HTTP_MAX_HEAD": "200"})
        request = urllib.request.Request(f"http://127.0.0.1:{server.http[1]}/stomp/info", headers={"X-Long": "a" * 300})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        with refused.exception as response:
            self.assertEqual(response.code, 431)
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_each_option_is_used(self):
        server = self.serve("--port", "0", "--stomp-port", "0", "--shards", "1", "--address", "127.0.0.5", stomp=True)
        self.assertEqual(server.http[0], "127.0.0.5")
        self.assertEqual(server.stomp[0], "127.0.0.5")
        self.assertNotEqual(server.http[1], server.stomp[1])
        self.assertEqual(server.stop(signal.SIGTERM), 0)

    def test_a_version_6_address_is_said_in_brackets(self):
        server = self.serve("--port", "0", "--address", "::1")
        self.assertTrue(server.said.startswith("listening on http://[::1]:"), server.said)
        self.assertEqual(server.stop(signal.SIGTERM), 0)


if __name__ == "__main__":
    unittest.main()
