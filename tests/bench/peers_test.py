"""What scripts/bench-peers makes of figures: which targets hold, who is missing, where the page and the chart say so."""

import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))
import measure  # noqa: E402
import report  # noqa: E402
from servers import PEERS  # noqa: E402
from workloads import TARGETS, WORKLOADS  # noqa: E402

GOOD = {"lost": 0, "duplicated": 0, "reordered": 0, "foreign": 0, "described": []}


def target(name, cost, violations=GOOD, notes=(), **more):
    def spread(value):
        return {"median": value, "min": 0.9 * value, "max": 1.1 * value, "rounds": [value]}

    figures = {"server_cpu_us_per_delivery": cost, "deliveries_per_cpu_second": 1e6 / cost, **more}
    return {"name": name, "figures": {key: spread(value) for key, value in figures.items()}, "violations": violations,
            "notes": list(notes)}


def results(workloads, missing=None):
    return {"when": "2026-01-02", "commit": "abc", "rounds": 5, "share": 1, "missing": missing or {}, "versions": {"ws": "8"},
            "machine": {"cores": 2, "cpu": "C", "memory_gib": 4, "kernel": "6", "load": 0.1},
            "workloads": {key: {"title": key, "command": "fan-out", "failed": {}, "targets": {t["name"]: t for t in targets}}
                          for key, targets in workloads.items()}}


class ReportTest(unittest.TestCase):
    def row(self, text, beginning):
        return next(line for line in text.splitlines() if line.startswith(f"| {beginning}"))

    def test_a_ratio_of_deliveries_per_cpu_second_holds_or_does_not(self):
        text = report.targets(results({"fan-out-1000": [target("stentor", 5.1), target("bare", 5.0)],
                                       "fan-out-100": [target("stentor", 5.0), target("bare", 4.0)]}))
        self.assertIn("| 0.98 x | yes |", self.row(text, "1 -> 1,000, 128 B, against the bare"))
        self.assertIn("| 0.80 x | **no** |", self.row(text, "1 -> 100, 128 B, against the bare"))
        self.assertIn("does not reach its target: 1 -> 100", text)

    def test_a_cost_holds_when_it_is_small(self):
        text = report.targets(results({"pairs": [target("stentor", 11), target("bare", 10)],
                                       "app": [target("stentor", 15), target("bare", 10)]}))
        self.assertIn("| 1.10 x | yes |", self.row(text, "500 pairs"))
        self.assertIn("| 1.50 x | **no** |", self.row(text, "controller round trip"))

    def test_figures_that_stand_alone(self):
        text = report.targets(results({"memory": [target("stentor", 1, rss_bytes_per_connection=900)],
                                       "heart-beats": [target("stentor", 1, idle_cpu_percent=3.1)]}))
        self.assertIn("| <= 1,024 B | 900 B | yes |", text)
        self.assertIn("| <= 2.0 % | 3.1 % | **no** |", text)

    def test_what_was_not_measured_neither_holds_nor_fails(self):
        text = report.targets(results({"fan-out-1000": [target("stentor", 5)]}))
        self.assertIn("not measured | ? |", self.row(text, "1 -> 1,000, 128 B, against the bare"))
        self.assertIn("Every target that was measured holds.", text)

    def test_who_is_missing_is_named(self):
        self.assertIn("**Missing: RabbitMQ, web-stomp** (it is not installed).",
                      report.about(results({}, {"rabbitmq": "it is not installed"})))

    def test_lost_messages_and_who_broke_off_stand_beside_the_figures(self):
        broken = results({"fan-out-1000": [target("stentor", 5), target("uws", 5, {**GOOD, "lost": 3})]})
        broken["workloads"]["fan-out-1000"]["failed"] = {"ws": "the server closed\nmore"}
        text = report.details(broken)
        self.assertIn("**uWebSockets publish, frames pre-encoded by hand: 3 lost.**", text)
        self.assertIn("npm ws, frames pre-encoded by hand has no figures: the server closed", text)

    def test_the_page_keeps_what_is_written_by_hand(self):
        with tempfile.TemporaryDirectory() as folder:
            page, drawing = pathlib.Path(folder) / "page.md", pathlib.Path(folder) / "figures/chart.svg"
            names = ("about", "targets", "costs", "details")
            page.write_text("# Mine\n" + "".join(f"<!-- bench-peers: {n} -->\nSTALE\n<!-- /bench-peers -->\nbelow\n" for n in names))
            report.write(results({"fan-out-1000": [target("stentor", 5), target("bare", 4)]}), page, drawing)
            text = page.read_text()
            self.assertTrue(text.startswith("# Mine\n"))
            self.assertEqual(text.count("below\n"), 4)
            self.assertNotIn("STALE", text)
            bars = [e for e in xml.etree.ElementTree.parse(drawing).iter() if e.tag.endswith("rect")]
            self.assertEqual([bar.get("class") for bar in bars], ["bar", "own"])  # the bare loop delivers more

    def test_a_run_with_the_broker_behind_writes_only_its_part(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            names = ("about", "broker behind")
            page.write_text("".join(f"<!-- bench-peers: {n} -->\nof {n}\n<!-- /bench-peers -->\n" for n in names))
            both = [target("stentor-relay", 8, broker_connections=1), target("rabbitmq", 80, broker_connections=1001)]
            report.write(results({"relay-x1": both, "relay-memory": both}), page, pathlib.Path(folder) / "chart.svg")
            text = page.read_text()
            self.assertIn("of about", text)
            self.assertIn("| 10.00 x |", self.row(text, "RabbitMQ behind, 1 -> 1,000, 128 B, against RabbitMQ"))
            self.assertIn("| <= 8 connections | 1 connections | yes |", text)
            self.assertIn("1,001", text)
            self.assertNotIn("uWebSockets", text)

    def test_several_runs_count_as_one_with_all_their_rounds(self):
        joined = measure.join([target("stentor", 3), target("stentor", 5, {**GOOD, "lost": 1}), target("stentor", 4)])
        self.assertEqual(joined["figures"]["server_cpu_us_per_delivery"], {"median": 4, "min": 3, "max": 5, "rounds": [3, 5, 4]})
        self.assertEqual(joined["violations"]["lost"], 1)


class WorkloadsTest(unittest.TestCase):
    def test_every_target_is_of_a_workload_that_measures_it(self):
        workloads = {workload.key: workload for workload in WORKLOADS}
        for one in TARGETS:
            if workloads[one.workload].command == "bench_broker":
                continue
            with self.subTest(one.title or one.workload):
                workload = workloads[one.workload]
                names = {peer + suffix for peer in workload.peers for suffix, _ in workload.passes or (("", ""),)}
                names |= {name for name, *_ in workload.more_targets}
                self.assertIn(one.of, names)
                self.assertIn(one.against, names | {""})

    def test_peers_exist(self):
        for workload in WORKLOADS:
            for name in workload.peers:
                self.assertIn(name, PEERS)


if __name__ == "__main__":
    unittest.main()
