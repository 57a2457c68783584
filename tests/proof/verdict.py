"""What producers sent and what consumers saw -> what is wrong with it. Pure: no clock, no network.

A stream is what one producer sends to one destination (with Kafka: with one key), numbered from 1. A producer has one
session after the other and sends no number twice. Of two messages of a stream the lower number is the earlier one when both
were sent in one session or it was receipted; else nothing is promised about their order, for it was under way when its
session ended."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

EXAMPLES = 5


@dataclass
class Sent:
    stream: str
    number: int
    session: int
    at: float
    receipted: float | None = None


@dataclass
class Seen:
    stream: str
    number: int
    redelivered: bool = False
    at: float = 0


@dataclass
class Connection:
    """Of a consumer or subscriber, from the RECEIPT of its SUBSCRIBE until it noticed that it had ended."""

    who: str
    subscribed: float = math.inf
    ended: float = math.inf
    seen: list = field(default_factory=list)


@dataclass
class Fault:
    """Of the broker or the way to it, until everything works again."""

    kind: str
    begin: float
    end: float
    loses: bool  # topics' messages of that time are lost; else they are only late


@dataclass
class Verdict:
    receipted: int = 0
    promised: int = 0  # what must have been seen: of a queue each message once, of a topic once by each subscriber
    seen: int = 0
    redelivered: int = 0
    kept: tuple | None = None  # a promise that was kept, the last: stream and number
    wrong: Counter = field(default_factory=Counter)
    examples: dict = field(default_factory=lambda: defaultdict(list))

    def add(self, kind, *what):
        self.wrong[kind] += 1
        if len(self.examples[kind]) < EXAMPLES:
            self.examples[kind].append(" ".join(map(str, what)))


def judge_order(connection, sent, verdict, breaks=()):
    """Without those that may have been given to somebody before, and those that waited while something broke that is in
    `breaks`: they come when they come."""
    last_of_session, last = Counter(), Counter()
    for seen in connection.seen:
        one = sent.get((seen.stream, seen.number))
        if one is None:
            verdict.add("foreign", connection.who, seen)
            continue
        if seen.redelivered or any(fault.begin <= seen.at and one.at <= fault.end for fault in breaks):
            continue
        later = last[seen.stream] if one.receipted is not None else last_of_session[seen.stream, one.session]
        if later > seen.number:
            verdict.add("reordered", connection.who, seen, "after", later)
        last[seen.stream] = max(last[seen.stream], seen.number)
        last_of_session[seen.stream, one.session] = max(last_of_session[seen.stream, one.session], seen.number)


def by_name(sent):
    return {(one.stream, one.number): one for one in sent}


def judge_queue(sent, connections, breaks=()):
    """Each receipted message is seen; without `redelivered` at most once; and then in order. Breaks are what the broker
    may give messages in another order after."""
    messages, verdict = by_name(sent), Verdict()
    first, all_seen = Counter(), set()
    for connection in connections:
        judge_order(connection, messages, verdict, breaks)
        for seen in connection.seen:
            all_seen.add((seen.stream, seen.number))
            verdict.seen += 1
            verdict.redelivered += seen.redelivered
            if not seen.redelivered:
                first[seen.stream, seen.number] += 1
    for name, times in first.items():
        for _ in range(times - 1):
            verdict.add("repeated", *name, f"{times} times without redelivered")
    for name, one in messages.items():
        if one.receipted is not None:
            verdict.receipted += 1
            verdict.promised += 1
            if name in all_seen:
                verdict.kept = name
            else:
                verdict.add("lost", one)
    return verdict


def is_up_to_date(streams, seen, since):
    """Of each stream something came that was sent since then; what was sent before and has not come does not come."""
    latest = {one.stream: one.number for one in seen}
    return all(name in latest and sent[latest[name] - 1].at >= since for name, sent in streams.items())


def due(one, faults, patience):
    """When a receipted message of a topic must have come; None when the broker may have lost it."""
    end = one.receipted + patience
    for fault in sorted(faults, key=lambda fault: fault.begin):
        if fault.begin <= end and fault.end >= one.at:
            if fault.loses:
                return None
            end = max(end, fault.end + patience)
    return end


def judge_topic(sent, connections, faults, patience):
    """Each message that was receipted comes once, in order, to each connection that was subscribed before it was sent and
    until it was due."""
    messages, verdict = by_name(sent), Verdict()
    dues = {name: due(one, faults, patience) for name, one in messages.items() if one.receipted is not None}
    verdict.receipted = len(dues)
    for connection in connections:
        judge_order(connection, messages, verdict)
        times = Counter((seen.stream, seen.number) for seen in connection.seen)
        verdict.seen += len(connection.seen)
        for name, count in times.items():
            if count > 1:
                verdict.add("repeated", connection.who, *name, f"{count} times")
        for name, when in dues.items():
            if when is None or messages[name].at < connection.subscribed or when > connection.ended:
                continue
            verdict.promised += 1
            if name in times:
                verdict.kept = name
            else:
                verdict.add("lost", connection.who, messages[name])
    return verdict
