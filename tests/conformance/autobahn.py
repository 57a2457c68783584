#!/usr/bin/env python3
"""Autobahn|Testsuite (fuzzing client) against examples/conformance, or any server that echoes.

Exits 1 unless every selected case ran and is OK, NON-STRICT or INFORMATIONAL, and closed as it should. Needs Debian's
python3-autobahn and python3-twisted; scripts/conformance fetches the suite and runs this.
"""

import argparse
import collections
import fnmatch
import json
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[0] = str(HERE.parent / "integration")  # not this folder: its autobahn.py would hide the library
GOOD = ("OK", "NON-STRICT", "INFORMATIONAL")
GOOD_CLOSE = ("OK", "INFORMATIONAL")
NOT_RUN = {"behavior": "NOT RUN", "result": "", "behaviorClose": "NOT RUN", "resultClose": "", "remoteCloseCode": None,
           "milliseconds": 0}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", required=True, metavar="FOLDER", help="that holds the package autobahntestsuite")
    parser.add_argument("--url", help="of an echoing server; without it the built conformance program is started")
    parser.add_argument("--cases", default="*", help='patterns of ids, for example "1.* 2.*"; all without it')
    parser.add_argument("--exclude", default="", help="patterns of ids that are left out")
    parser.add_argument("--count", type=int, help="most messages of a case of 12.* and 13.* (the suite's: 1000)")
    parser.add_argument("--report", metavar="FILE", help="where the results are written to, as JSON")
    parser.add_argument("--verbose", action="store_true", help="a line for each case")
    return parser.parse_args()


def selected(suite, options):
    def matches(case_id, patterns):
        return any(fnmatch.fnmatchcase(case_id, pattern) for pattern in patterns.replace(",", " ").split())
    return {case_id: case for case_id, case in suite.cases.items()
            if matches(case_id, options.cases) and not matches(case_id, options.exclude)}


def is_good(result):
    return result["behavior"] in GOOD and result["behaviorClose"] in GOOD_CLOSE


def told(case_id, result):
    print(f"{case_id:9} {result['behavior']:13} close: {result['behaviorClose']:13} code {result['remoteCloseCode']}"
          f" {result['milliseconds']} ms", flush=True)


def counted(results):
    counts = collections.Counter(result["behavior"] for result in results)
    return ", ".join(f"{number} {behavior}" for behavior, number in sorted(counts.items(), key=lambda c: -c[1]))


def print_results(suite, results):
    categories = collections.defaultdict(list)
    for case_id, result in results.items():
        categories[case_id.split(".")[0]].append(result)
    for category, of_it in categories.items():
        print(f"{category:>4}  {suite.categories.get(category, ''):46} {len(of_it):4}  {counted(of_it)}")
    for case_id, result in results.items():
        if not is_good(result):
            print(f"{case_id}: {result['behavior']} ({result['result']}); close {result['behaviorClose']}, code "
                  f"{result['remoteCloseCode']} ({result['resultClose']})")
    for behavior in ("NON-STRICT", "INFORMATIONAL"):
        ids = [case_id for case_id, result in results.items() if result["behavior"] == behavior]
        if ids:
            print(f"{behavior}: {' '.join(ids)}")


def run(suite, options, url):
    """The selected cases' results, by id."""
    from autobahn_client import FuzzingClient
    cases = selected(suite, options)
    client = FuzzingClient(url, cases, options.count, told if options.verbose else lambda case_id, result: None)
    client.run()
    return {case_id: client.results.get(case_id, NOT_RUN) for case_id in cases}


def main():
    options = arguments()
    import autobahn.twisted.websocket  # noqa: F401  the library, before this folder is looked through
    sys.path.insert(1, str(HERE))
    from autobahn_suite import Suite
    suite = Suite(options.suite)
    begun = time.monotonic()
    if options.url:
        results = run(suite, options, options.url)
    else:
        from program import Program
        server = Program("conformance")
        try:
            results = run(suite, options, f"ws://{server.http[1]}:{server.http[2]}/ws-echo")
        finally:
            server.stop()
    print_results(suite, results)
    if options.report:
        pathlib.Path(options.report).write_text(json.dumps({"suite": suite.version, "cases": results}, indent=1))
    bad = sum(not is_good(result) for result in results.values())
    print(f"Autobahn|Testsuite {suite.version}: {len(results)} of {len(suite.cases)} cases: "
          f"{counted(results.values())}; {bad} not as they should be; {time.monotonic() - begun:.0f} s")
    sys.exit(1 if bad or not results else 0)


if __name__ == "__main__":
    main()
