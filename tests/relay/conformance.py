"""The suites of unmodified STOMP clients at programs that relay to a real RabbitMQ, and, where they speak STOMP over TCP, at the
RabbitMQ itself. Fails when a result is not as KNOWN says.

Usage: conformance.py [suite...]     (names as printed)"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
PROGRAMS = pathlib.Path(os.environ.get("STENTOR_BIN", TESTS.parent / "build/release/bin"))
sys.path.append(str(HERE))
import rabbitmq  # noqa: E402

rabbitmq.DEADLINE = 180  # seconds to start, on a busy machine

PYTHON, RUBY, NODE = ["/usr/bin/python3"], ["ruby"], ["node", "--test", "--test-reporter", "tap"]
SUITES = {  # name: command, and whether it can be asked of the broker itself
    "stomp.py": ([*PYTHON, TESTS / "clients/stomp_py_test.py", "-v"], True),
    "stomp.py, acknowledgements": ([*PYTHON, TESTS / "clients/stomp_py_acks_test.py", "-v"], True),
    "stomp.py, greeting": ([*PYTHON, TESTS / "integration/stomp_py_test.py", "-v"], True),
    "ruby-stomp": ([*RUBY, TESTS / "clients/ruby_stomp_test.rb", "-v"], True),
    "ruby-stomp, acknowledgements": ([*RUBY, TESTS / "clients/ruby_stomp_acks_test.rb", "-v"], True),
    "stompit": ([*NODE, TESTS / "web/clients/stompit_test.mjs"], True),
    "stompit, acknowledgements": ([*NODE, TESTS / "web/clients/stompit_acks_test.mjs"], True),
    "webstomp-client": ([*NODE, TESTS / "web/clients/webstomp_test.mjs"], False),
    "webstomp-client, acknowledgements": ([*NODE, TESTS / "web/clients/webstomp_acks_test.mjs"], False),
    "stompjs": ([*NODE, TESTS / "web/clients/stompjs_test.mjs"], False),
    "stompjs, acknowledgements": ([*NODE, TESTS / "web/clients/stompjs_acks_test.mjs"], False),
    **{f"stompjs, {name}": ([*NODE, TESTS / f"web/stomp/{name}_test.mjs"], False)
       for name in ("bodies", "connect", "errors", "greeting", "heart_beats", "receipts", "topics", "queues")},
}
KNOWN = {}  # (suite, "relay" or "directly"): tests that fail there, see docs/relay.md
DEADLINE = 300


def results(text):
    """test -> passed, of unittest, minitest or TAP; what was skipped is not there."""
    found = {}
    for name, result in re.findall(r"^(test_\w+) \(.*?\)(?:\n.*?)? \.\.\. (ok|FAIL|ERROR)", text, re.M):
        found[name] = result == "ok"
    for name in re.findall(r"^(?:FAIL|ERROR): (test_\w+) \(", text, re.M):  # of which only a subtest says so
        found[name] = False
    for name, result in re.findall(r"^\w+#(test_\w+) = [\d.]+ s = ([.FE])", text, re.M):
        found[name] = result == "."
    for no, name, more in re.findall(r"^ *(not )?ok \d+ - (.*)\n((?: +.*\n)*?) +\.\.\.", text, re.M):
        if "type: 'suite'" not in more and "# SKIP" not in name:
            found[name] = found.get(name, True) and not no
    return found


def run(command, broker, directly):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="stentor-programs-"))
    try:
        for program in PROGRAMS.iterdir():
            in_place = program.name in ("conformance", "greeting")
            (folder / program.name).symlink_to(HERE / "relayed_program.py" if in_place else program)
        environment = {**os.environ, "STENTOR_BIN": str(folder), "STENTOR_PROGRAMS": str(PROGRAMS),
                       "STENTOR_BROKER_AT": f"127.0.0.1:{broker.port}", "STENTOR_DIRECTLY": "1" if directly else "",
                       "PYTHONPATH": f"{TESTS / 'integration'}:{HERE}"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=DEADLINE, check=False)
        return done.stdout + done.stderr
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode() + (late.stderr or b"").decode()
    finally:
        shutil.rmtree(folder)


def main(asked):
    as_known = True
    broker = rabbitmq.RabbitMq()
    broker.start()
    for suite, (command, can_directly) in SUITES.items():
        if asked and suite not in asked:
            continue
        for how in ("relay", *(["directly"] if can_directly else [])):
            text = run([str(part) for part in command], broker, how == "directly")
            found = results(text)
            failed = {name for name, passed in found.items() if not passed}
            expected = set(KNOWN.get((suite, how), ()))
            print(f"{suite}, {how}: {len(found) - len(failed)} of {len(found)} passed", flush=True)
            for name in sorted(failed):
                print(f"    failed{' as known' if name in expected else ''}: {name}", flush=True)
            for name in sorted(expected - failed):
                print(f"    known to fail, and passed or did not run: {name}", flush=True)
            as_known = as_known and found and failed == expected
            if not found or "--verbose" in os.environ.get("CONFORMANCE", ""):
                print(text, flush=True)
    return 0 if as_known else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
