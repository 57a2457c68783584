"""Every kind of wrong file is refused by one line that says where, what and what to do."""

import unittest

from server import ServerTest, run

# (the file, the line that is wrong, what is said)
WRONG = [
    # not TOML
    ("port = \n", 1, "this is not TOML"),
    ("port = 1\nport = 2\n", 2, "this is not TOML"),
    ("[stomp\nmax_body = 1\n", 1, "this is not TOML"),
    ("address = \"127.0.0.1\n", 1, "this is not TOML"),
    ("\n\nport = 080\n", 3, "this is not TOML"),
    (b"address = \"\xff\"\n", 1, "this is not TOML"),
    (b"\x00", 1, "this is not TOML"),
    ("port = 1\n[[[stomp]]]\n", 2, "this is not TOML"),
    (b"[\x04stomp]\n", 1, "this is not TOML"),
    ("port = 1\np\u043ert = 2\n", 2, "this is not TOML"),
    # unknown settings
    ("prot = 1\n", 1, "unknown setting 'prot'; did you mean 'port'?"),
    ("# a comment\nstomp-port = 1\n", 2, "unknown setting 'stomp-port'; did you mean 'stomp_port'?"),
    ("[stomp]\nmaxbody = 1\n", 2, "unknown setting 'stomp.maxbody'; did you mean 'stomp.max_body'?"),
    ("[web_socket]\nmax_message = 1\n", 1, "unknown setting 'web_socket'; did you mean 'websocket'?"),
    ("[http]\nmax_message = 1\n", 2, "unknown setting 'http.max_message'; did you mean 'websocket.max_message'?"),
    ("[send]\ncolour = 1\n", 2, "unknown setting 'send.colour'; known here: buffer_limit, time_limit"),
    ("[[endpoint]]\npath = \"/a\"\norigin = \"*\"\n", 3, "unknown setting 'origin'; known here: path, type, "),
    ("'stomp.max_body' = 1\n", 1, "unknown setting 'stomp.max_body'"),
    # values of another kind
    ("port = \"8080\"\n", 1, "port is a string; give a whole number without quotes"),
    ("port = 80.8\n", 1, "port is a number with a point; give a whole number without quotes"),
    ("address = 127\n", 1, "address is a whole number; give a string in quotes"),
    ("http = 1\n", 1, "http is a whole number; give a table, [http]"),
    ("[[http]]\nmax_head = 1\n", 1, "http is one table; write [http] in single brackets"),
    ("[endpoint]\npath = \"/a\"\n", 1, "endpoint is a table; give a list of tables, each [[endpoint]]"),
    ("[broker]\nqueue_prefixes = \"/queue\"\n", 2, "broker.queue_prefixes is a string; give a list of strings such as"),
    ("[broker]\nqueue_prefixes = [1]\n", 2, "broker.queue_prefixes has an entry that is a whole number; give a list"),
    ("[[endpoint]]\npath = \"/a\"\nsockjs = \"yes\"\n", 3, "endpoint[0].sockjs is a string; give true or false"),
    # values out of range
    ("port = -1\n", 1, "port is -1; give no negative number"),
    ("port = 65536\n", 1, "port is '65536'; give a whole number from 0 to 65535"),
    ("shards = 4294967297\n", 1, "shards is '4294967297'; give a whole number from 0 to 256"),
    ("workers = 0\n", 1, "workers is 0, which would not mean unlimited; give a number from 1 to 256"),
    ("[stomp]\nmax_body = 0\n", 2, "stomp.max_body is 0, which would not mean unlimited; give a number from 1"),
    ("[stomp]\nmax_body = \"64KB\"\n", 2, "stomp.max_body is '64KB'; give a whole number from 1 to 1024GiB, or a size"),
    ("[queue]\nmax_bytes = \"9999999999GiB\"\n", 2, "queue.max_bytes is '9999999999GiB'; give a whole number from 1"),
    ("shutdown_timeout = \"10 seconds\"\n", 1, "shutdown_timeout is '10 seconds'; give a duration such as"),
    ("shutdown_timeout = -1\n", 1, "shutdown_timeout is -1; give no negative duration"),
    ("[sockjs]\nheartbeat = \"0s\"\n", 2, "sockjs.heartbeat is 0, which would not mean unlimited; give a duration"),
    ("[http]\nkeep_alive_timeout = \"25h\"\n", 2, "http.keep_alive_timeout is '25h'; give a duration up to 24h"),
    # what cannot be meant
    ("address = \"\"\n", 1, "address is empty; give \"127.0.0.1\""),
    ("port = 9000\nstomp_port = 9000\n", 2, "stomp_port is 9000, as port; give another one"),
    ("\n[[endpoint]]\nsockjs = true\n", 2, "endpoint[0].path is missing; add one such as \"/stomp\""),
    ("[[endpoint]]\npath = \"ws\"\n", 2, "endpoint[0].path is 'ws': the destination does not begin with '/'; write it"),
    ("[[endpoint]]\npath = \"/a\"\n[[endpoint]]\npath = \"/a\"\n", 4, "endpoint[1].path is '/a', as another endpoint's"),
    ("[[endpoint]]\npath = \"/a\"\ntype = \"echo\"\n", 3, "endpoint[0].type is 'echo'; the only choice is \"stomp\""),
    ("[[endpoint]]\npath = \"/a\"\nallowed_origins = [\"a.example\"]\n", 3, "endpoint[0].allowed_origins has an entry"),
    ("[broker]\ntype = \"redis\"\n", 2, "broker.type is 'redis'; the choices are \"simple\", \"stomp-relay\""),
    ("[broker]\ndestination_prefixes = []\n", 2, "broker.destination_prefixes is empty; give at least one"),
    ("[broker]\nqueue_prefixes = [\"/jobs\"]\n", 2, "broker.queue_prefixes has '/jobs', which the broker does not serve"),
    ("[application]\ndestination_prefixes = [\"app\"]\n", 2, "application.destination_prefixes has 'app': "),
    ("[[resources]]\npath = \"/\"\n", 1, "resources[0].folder is missing; add the folder to serve"),
    ("[[resources]]\npath = \"/\"\nfolder = \"absent\"\n", 3, "absent', which is no folder; name one that exists"),
]


class WrongConfig(ServerTest):
    def test_each_is_refused_with_its_line(self):
        for number, (text, line, words) in enumerate(WRONG):
            with self.subTest(text=text):
                file = self.write(text, f"{number}.toml")
                done = run("check", "--config", file.name, folder=self.folder)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertTrue(done.stderr.startswith(f"stentor: {file.name}:{line}: "), done.stderr)
                self.assertIn(words, done.stderr)

    def test_serve_refuses_too_and_never_listens(self):
        file = self.write("port = 0\nprot = 1\n")
        done = run("serve", "--config", file)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, f"stentor: {file}:2: unknown setting 'prot'; did you mean 'port'?\n")


if __name__ == "__main__":
    unittest.main()
