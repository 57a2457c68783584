"""The suites of unmodified STOMP clients at programs that relay to a real RabbitMQ, and, where they speak STOMP over TCP, at the
RabbitMQ itself. Fails when a result is not as KNOWN says.

Usage: conformance.py [suite...]     (names as printed)"""

import base64
import hashlib
import json
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

rabbitmq.RabbitMq.deadline = 180  # seconds to start, on a busy machine

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
EACH = ("STOMP 1.0", "STOMP 1.1", "STOMP 1.2")
KNOWN = {  # (suite, "relay" or "directly"): tests that fail there, see docs/relay.md
    # its header's name begins with x-
    ("stomp.py, greeting", "relay"): ["test_escaped_headers_come_back_the_same"],
    ("ruby-stomp", "relay"): ["test_a_header_with_every_escape_comes_back_the_same"],
    ("stompit", "relay"): [f"{each}: a header with every escape comes back the same" for each in EACH[1:]],
    ("stompjs", "relay"): ["STOMP 1.2: a header with every escape comes back the same"],
    ("stompjs, bodies", "relay"): ["a header with every escape of 1.2 comes back the same",
                                   "escapes stand for themselves once, and blanks around a header value stay"],
    ("stompjs, topics", "relay"): ["two clients on one topic both get what a third sends"],
    # the broker deals to shards, and each of these to its consumers
    ("stompjs, queues", "relay"): ["consumers are served in turn"],
    # it has no controllers, says other words, keeps until the connection ends what UNSUBSCRIBE leaves, and STOMP 1.0, which
    # has no header `host`, is of another virtual host than 1.1 and 1.2
    ("stomp.py", "directly"): ["test_a_send_to_no_destination_is_an_error_that_ends_the_session",
                               "test_a_wrong_login_is_refused"],
    ("stomp.py, greeting", "directly"): ["test_a_controller_answers", "test_an_error_ends_the_connection",
                                         "test_versions_talk_to_each_other"],
    ("ruby-stomp", "directly"): ["test_a_controller_answers", "test_a_wrong_login_is_refused",
                                 "test_a_send_to_no_destination_is_an_error_that_ends_the_session"],
    ("stompit", "directly"): [f"{each}: {test}" for each in EACH for test in (
        "SEND to no destination of the server is an ERROR that ends the session", "a controller answers",
        "a wrong passcode is refused, without saying what was wrong")],
    ("stompit, acknowledgements", "directly"): [f"{each}: {test}" for each in EACH[1:] for test in (
        "a message that each of two consumers gets wrong is lost by neither", "an ACK for no message is an ERROR")],
}
DEADLINE = 300


def start_broker():
    """CONNECT's `host` is RabbitMQ's virtual host, and clients mean the machine's name by it."""
    broker = rabbitmq.RabbitMq()
    salt, names = b"salt", ("/", "127.0.0.1", "localhost")
    password = base64.b64encode(salt + hashlib.sha256(salt + b"guest").digest()).decode()
    everything = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
    (broker.folder / "definitions.json").write_text(json.dumps({
        "users": [{"name": "guest", "password_hash": password, "hashing_algorithm": "rabbit_password_hashing_sha256",
                   "tags": ["administrator"]}],
        "vhosts": [{"name": name} for name in names],
        "permissions": [{**everything, "vhost": name} for name in names]}))
    with open(broker.folder / "rabbitmq.conf", "a") as config:
        config.write(f"load_definitions = {broker.folder}/definitions.json\n")
    broker.start()
    return broker


def results(text):
    """test -> passed, of unittest, minitest or TAP; what was skipped is not there."""
    found = {}
    for name, result in re.findall(r"^(test_\w+) \(.*?\)(?:\n.*?)? \.\.\. (ok|FAIL|ERROR)", text, re.M):
        found[name] = result == "ok"
    for name in re.findall(r"^(?:FAIL|ERROR): (test_\w+) \(", text, re.M):  # of which only a subtest says so
        found[name] = False
    for name, result in re.findall(r"^\w+#(test_\w+) = [\d.]+ s = ([.FE])", text, re.M):
        found[name] = result == "."
    return {**found, **tap_results(text)}


def tap_results(text):
    """A test's line is followed by what is known of it, from `---` to `...`."""
    found, test = {}, None
    for line in text.splitlines():
        if said := re.match(r" *(not )?ok \d+ - ([^#]*)(# SKIP)?", line):
            test = None if said[3] else (said[2].rstrip(), not said[1])
        elif line.strip() == "type: 'suite'":
            test = None
        elif line.strip() == "..." and test:
            found[test[0]] = found.get(test[0], True) and test[1]
            test = None
    return found


def run(command, directly):
    """At a broker of its own: the suites' queues have the same names."""
    broker = start_broker()
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
        broker.remove()
        shutil.rmtree(folder)


def main(asked):
    as_known = True
    for suite, (command, can_directly) in SUITES.items():
        if asked and suite not in asked:
            continue
        for how in ("relay", *(["directly"] if can_directly else [])):
            text = run([str(part) for part in command], how == "directly")
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
