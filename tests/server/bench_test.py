"""`stentor bench` measures the built server, finds out servers that lose, repeat or mix up, and says what is wrong."""

import json
import socket
import unittest

from fake_broker import FakeBroker, frame
from server import ServerTest, run

SMALL = ("--rounds", "2", "--timeout", "30")
MESSAGES = (*SMALL, "--messages", "40", "--warm-up", "4")


def honest(_, __, message):
    yield frame(message)


class Bench(ServerTest):
    def broker(self, behaviour=honest, **options):
        broker = FakeBroker(behaviour, **options)
        self.addCleanup(broker.close)
        return broker

    def server(self):
        server = self.serve("--port", "0", "--stomp-port", "0", "--shards", "1", stomp=True)
        self.pid = server.process.pid
        self.ws = f"ws=ws://127.0.0.1:{server.http[1]}/stomp/websocket@{self.pid}"
        self.tcp = f"tcp=stomp://127.0.0.1:{server.stomp[1]}@{self.pid}"
        self.xhr = f"xhr=xhr://127.0.0.1:{server.http[1]}/stomp@{self.pid}"

    def measured(self, workload, *arguments):
        """The JSON of a run in which nothing was wrong."""
        done = run("bench", workload, *arguments, "--json", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return json.loads(done.stdout)

    def plausible(self, target, deliveries=True):
        figures = target["figures"]
        for figure in figures.values():
            self.assertLessEqual(figure["min"], figure["median"])
            self.assertLessEqual(figure["median"], figure["max"])
        median = {key: figure["median"] for key, figure in figures.items()}
        if deliveries:
            self.assertEqual(target["violations"], {"lost": 0, "duplicated": 0, "reordered": 0, "foreign": 0, "described": []})
            self.assertGreater(median["deliveries_per_second"], 0)
            self.assertGreater(median["latency_p50_us"], 0)
            self.assertLessEqual(median["latency_p50_us"], median["latency_p99_us"])
            self.assertLessEqual(median["latency_p99_us"], median["latency_max_us"])
        return median


class AgainstTheServer(Bench):
    def setUp(self):
        super().setUp()
        self.server()

    def test_fan_out_over_each_transport(self):
        said = self.measured("fan-out", "--target", self.ws, "--target", self.tcp, "--target", self.xhr, "--subscribers", "9",
                             "--in-flight", "3", *MESSAGES)
        self.assertEqual([target["name"] for target in said["targets"]], ["ws", "tcp", "xhr"])
        for target in said["targets"]:
            median = self.plausible(target)
            self.assertGreater(median["server_cpu_us_per_delivery"], 0)
            self.assertEqual(len(target["figures"]["latency_p50_us"]["rounds"]), 2)
        self.assertEqual(said["targets"][0]["ratio_to_first"], 1)

    def test_bodies_of_every_size(self):
        for size in ("1", "15", "16", "17", "30000"):
            with self.subTest(size=size):
                self.plausible(self.measured("fan-out", "--target", self.ws, "--subscribers", "2", "--body", size,
                                             *MESSAGES)["targets"][0])

    def test_an_open_loop_keeps_its_rate(self):
        said = self.measured("fan-out", "--target", self.ws, "--subscribers", "2", "--rate", "100", "--seconds", "1", *SMALL)
        self.assertEqual((said["messages"], said["rate"]), (100, 100))
        self.assertLess(self.plausible(said["targets"][0])["deliveries_per_second"], 2 * 100 * 1.1)

    def test_pairs(self):
        self.plausible(self.measured("pairs", "--target", self.ws, "--pairs", "8", "--in-flight", "2", *MESSAGES)["targets"][0])

    def test_app(self):
        target = self.measured("app", "--target", self.ws, "--connections", "5", "--app-destination", "/topic/answers",
                               "--app-reply", "/topic/answers", "--app-body", '{"number":"{n}"}', *MESSAGES)["targets"][0]
        self.plausible(target)
        self.assertEqual(target["notes"], [])

    def test_app_whose_replies_carry_no_number(self):
        target = self.measured("app", "--target", self.ws, "--connections", "5", "--app-destination", "/topic/answers",
                               "--app-reply", "/topic/answers", *MESSAGES)["targets"][0]
        self.plausible(target)
        self.assertIn("order is not checked", target["notes"][0])

    def test_connect(self):
        for url in (self.ws, self.tcp, self.xhr):
            with self.subTest(url=url):
                self.plausible(self.measured("connect", "--target", url, "--connections", "40", "--in-flight", "4",
                                             "--rounds", "2")["targets"][0])

    def test_memory(self):
        target = self.measured("memory", "--target", self.ws, "--connections", "50", "--seconds", "0.5", "--heart-beat",
                               "100")["targets"][0]
        median = self.plausible(target, deliveries=False)
        self.assertGreater(median["rss_before_bytes"], 1 << 20)
        self.assertIn("pss_bytes_per_connection", median)
        self.assertLess(median["idle_cpu_percent"], 100)

    def test_without_a_process_its_cpu_is_not_known(self):
        done = run("bench", "fan-out", "--target", self.ws.partition("@")[0], "--subscribers", "2", *MESSAGES)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("server CPU per delivery", done.stdout)
        self.assertIn("no process id was given", done.stdout)

    def test_the_table_and_a_json_file(self):
        file = self.folder / "figures.json"
        done = run("bench", "fan-out", "--target", self.ws, "--subscribers", "2", *MESSAGES, "--json", str(file), "--seed", "7")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("1 publisher -> 2 subscribers, 128 B bodies, 1 in flight", done.stdout)
        self.assertIn("seed 7", done.stdout)
        self.assertRegex(done.stdout, r"server CPU per delivery, us +\d")
        self.assertEqual(json.loads(file.read_text())["workload"], "fan-out")


class AgainstServersThatAreWrong(Bench):
    def found_out(self, behaviour, *arguments, **options):
        """The violations that were found, and what was printed."""
        broker = self.broker(behaviour, **options)
        done = run("bench", "fan-out", "--target", f"fake={broker.url}/stomp", "--subscribers", "3", "--in-flight", "4",
                   "--rounds", "1", "--messages", "30", "--warm-up", "0", "--timeout", "1", "--json", "-", *arguments)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lost, duplicated or reordered", done.stderr)
        wrong = json.loads(done.stdout)["targets"][0]["violations"]
        return {key: wrong[key] for key in ("lost", "duplicated", "reordered", "foreign")}, wrong["described"]

    def test_an_honest_one_is_not(self):
        broker = self.broker()
        said = self.measured("fan-out", "--target", f"fake={broker.url}/stomp", "--subscribers", "3", "--in-flight", "4", *MESSAGES)
        self.plausible(said["targets"][0])

    def test_loss(self):
        wrong, described = self.found_out(lambda session, number, message: [] if number == 12 else [frame(message)])
        self.assertEqual(wrong, {"lost": 3 * 1, "duplicated": 0, "reordered": 0, "foreign": 0})
        self.assertIn("message 11 did not come", described[0])

    def test_loss_of_the_last_one(self):
        wrong, _ = self.found_out(lambda session, number, message: [] if number == 30 else [frame(message)])
        self.assertEqual(wrong["lost"], 3)

    def test_duplicates(self):
        wrong, described = self.found_out(lambda session, number, message: [frame(message)] * (2 if number == 12 else 1))
        self.assertEqual(wrong, {"lost": 0, "duplicated": 3, "reordered": 0, "foreign": 0})
        self.assertIn("message 11 came once more", described[0])

    def test_a_duplicate_of_the_last_one(self):
        wrong, _ = self.found_out(lambda session, number, message: [frame(message)] * (2 if number == 30 else 1))
        self.assertEqual(wrong["duplicated"], 3)

    def test_reordering(self):
        def swap(session, number, message):
            if number == 12:
                session.state = message
                return []
            return [frame(message), frame(session.state)] if number == 13 else [frame(message)]
        wrong, described = self.found_out(swap)
        self.assertEqual(wrong, {"lost": 0, "duplicated": 0, "reordered": 3, "foreign": 0})
        self.assertIn("message 11 came after message 12", described[0])

    def test_bodies_that_are_not_ours(self):
        def extra(session, number, message):
            foreign = message.replace(b"\n\n0", b"\n\nx", 1)
            return [frame(foreign), frame(message)] if number == 12 else [frame(message)]
        wrong, described = self.found_out(extra)
        self.assertEqual(wrong, {"lost": 0, "duplicated": 0, "reordered": 0, "foreign": 3})
        self.assertIn("none of ours", described[0])

    def test_more_than_was_sent_is_found_where_bodies_are_only_counted(self):
        wrong, _ = self.found_out(lambda session, number, message: [frame(message)] * (2 if number == 30 else 1), "--unchecked")
        self.assertEqual(wrong["foreign"], 3)

    def failure(self, broker, *arguments):
        done = run("bench", "fan-out", "--target", f"fake={broker.url}/stomp", "--subscribers", "3", "--messages", "30",
                   "--rounds", "1", "--timeout", "5", *arguments)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertTrue(done.stderr.startswith("stentor bench: fake: "), done.stderr)
        return done.stderr

    def test_an_error_is_told_with_its_text(self):
        self.assertIn("ERROR: go away: because of this (", self.failure(self.broker(refuses=True)))

    def test_a_close_is_told_with_its_text(self):
        close = self.broker(lambda session, number, message: [frame(b"\x03\xf3no room", 8)])
        self.assertIn("closed the session with 1011 (no room)", self.failure(close))

    def test_a_server_that_goes_away(self):
        def leave(session, number, message):
            session.connection.shutdown(socket.SHUT_RDWR)
            return []
        self.assertRegex(self.failure(self.broker(leave)), "server closed the connection|connection broke")

    def test_a_refused_handshake(self):
        self.assertIn("HTTP/1.1 404 Not Found", self.failure(self.broker(answer=b"HTTP/1.1 404 Not Found\r\n\r\n")))

    def test_nobody_listens(self):
        broker = self.broker()
        broker.close()
        self.assertIn("cannot connect: Connection refused", self.failure(broker))

    def test_a_server_that_says_nothing(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        done = run("bench", "fan-out", "--target", f"mute=ws://127.0.0.1:{listener.getsockname()[1]}/", "--timeout", "0.5")
        self.assertEqual(done.returncode, 1)
        self.assertIn("mute: nothing came while opening a connection", done.stderr)

    def test_garbage(self):
        for data in (frame(b"MESSAGE\ncontent-length:1\n\nlonger\0"), b"\x81\xffmasked", b"\xff\xff\xff", frame(b"HELLO\n\n\0")):
            with self.subTest(data=data):
                self.failure(self.broker(lambda session, number, message, data=data: [data]))


class AgainstServersThatAreOdd(Bench):
    def right(self, behaviour, *arguments, **options):
        broker = self.broker(behaviour, **options)
        target = self.measured("fan-out", "--target", f"fake={broker.url}/stomp", "--subscribers", "3", "--in-flight", "4",
                               *MESSAGES, *arguments)["targets"][0]
        self.plausible(target)
        return broker

    def test_frames_cut_anywhere(self):
        def bytewise(session, number, message):
            data = frame(message)
            return [data[i:i + 1] for i in range(len(data))] if number % 10 == 0 else [data[:number], data[number:]]
        self.right(bytewise, "--body", "300")

    def test_fragmented_messages(self):
        self.right(lambda session, number, message: [frame(message[:20], final=False), frame(message[20:40], 0, False),
                                                     frame(b"", 9), frame(message[40:], 0)])

    def test_a_stomp_frame_over_several_messages_among_heart_beats(self):
        self.right(lambda session, number, message: [frame(b"\n"), frame(message[:30]), frame(message[30:]), frame(b"\r\n")])

    def test_several_stomp_frames_in_one_message(self):
        def two(session, number, message):
            if number % 2:
                session.state = message
                return []
            return [frame(session.state + b"\n" + message + b"\n")]
        self.right(two)

    def test_64_bit_lengths(self):
        self.right(honest, "--body", "70000")

    def test_pings_are_answered_with_their_payload(self):
        broker = self.right(lambda session, number, message: [frame(b"are you there", 9), frame(message)])
        self.assertGreater(len(broker.pongs), 3 * 40)
        self.assertEqual(set(broker.pongs), {b"are you there"})

    def test_a_broker_that_gives_no_receipts(self):
        self.right(honest, receipts=False)

    def test_heart_beats_are_sent(self):
        broker = self.broker(heart_beat="50,50")
        self.measured("fan-out", "--target", f"fake={broker.url}/stomp", "--subscribers", "3", "--heart-beat", "50", "--rate",
                      "20", "--seconds", "1", *SMALL)
        self.assertGreater(broker.beats, 4)

    def test_ws_echo(self):
        broker = self.broker()
        said = self.measured("ws-echo", "--target", f"fake={broker.url}/echo", "--connections", "3", "--in-flight", "2", *MESSAGES)
        self.plausible(said["targets"][0])

    def test_an_echo_that_swaps_is_found_out(self):
        def swap(session, number, message):
            if number == 6:
                session.state = message
                return []
            return [frame(message), frame(session.state)] if number == 7 else [frame(message)]
        broker = self.broker(swap)
        done = run("bench", "ws-echo", "--target", f"fake={broker.url}/echo", "--in-flight", "2", *MESSAGES)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 reordered", done.stdout)


class CommandLine(Bench):
    def refused(self, *arguments):
        done = run("bench", *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_what_is_missing_or_unknown(self):
        self.assertIn("subcommand is required", self.refused())
        self.assertIn("--target is required", self.refused("fan-out"))
        self.assertIn("--pairs", self.refused("fan-out", "--target", "a=ws://h:1", "--pairs", "3"))
        self.assertIn("--subscribers", self.refused("fan-out", "--target", "a=ws://h:1", "--subscribers", "0"))

    def test_a_wrong_target(self):
        self.assertEqual(self.refused("fan-out", "--target", "a=http://h:1/"),
                         "stentor bench: --target a=http://h:1/: a URL begins with ws://, stomp:// or xhr:// "
                         "(NAME=URL[@PID[,PID...]])\n")
        self.assertIn("memory needs the server's process id", self.refused("memory", "--target", "a=ws://127.0.0.1:1"))

    def test_more_connections_than_ports(self):
        self.assertRegex(self.refused("fan-out", "--target", "a=ws://127.0.0.1:1", "--subscribers", "70000"),
                         r"70001 connections to a are not possible: \d+ local ports are there")

    def test_a_process_that_is_not_there(self):
        broker = self.broker()
        done = run("bench", "fan-out", "--target", f"a={broker.url}/stomp@4194304", "--subscribers", "2", *MESSAGES)
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no process 4194304", done.stderr)

    def test_a_json_file_that_cannot_be_written(self):
        broker = self.broker()
        done = run("bench", "fan-out", "--target", f"a={broker.url}/stomp", "--subscribers", "2", *MESSAGES, "--json",
                   str(self.folder / "no" / "file.json"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot be written", done.stderr)

    def test_help_names_the_workloads(self):
        done = run("bench", "--help")
        self.assertEqual(done.returncode, 0)
        for workload in ("ws-echo", "fan-out", "pairs", "app", "connect", "memory"):
            self.assertRegex(done.stdout, rf"(?m)^ +{workload} ")


if __name__ == "__main__":
    unittest.main()
