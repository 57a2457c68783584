"""Results -> the generated parts of docs/performance.md and its chart."""

import re

import chart
from servers import PEERS, ROOT
from workloads import BROKERED, ELSEWHERE, TARGETS, WORKLOADS

PAGE = ROOT / "docs/performance.md"
CHART = ROOT / "docs/performance/deliveries.svg"
COMPARED = "fan-out-1000"  # with everybody
BEHIND = {workload.key for workload in WORKLOADS if workload.peers == BROKERED}


def part_of(results, behind):
    """The results with a broker behind, or the others."""
    chosen = {key: one for key, one in results["workloads"].items() if (key in BEHIND) == behind}
    return {**results, "workloads": chosen}


def figure(results, workload, name, metric, which="median"):
    target = results["workloads"].get(workload, {}).get("targets", {}).get(name, {"figures": {}})
    return target["figures"].get(metric, {}).get(which)


def title_of(name):
    """Of a target: a peer's, or a peer's in another way of speaking."""
    peer, comma, way = name.partition(", ")
    return PEERS[peer].title + comma + way if peer in PEERS else name


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def number(value, unit=""):
    if value is None:
        return "-"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 20 else f"{value:.1f}"
    return text + (f" {unit}" if unit else "")


def judge(results, target):
    """What was measured, and whether it holds; None when it was not."""
    own = figure(results, target.workload, target.of, target.metric)
    other = figure(results, target.workload, target.against, target.metric) if target.against else 1
    if own is None or not other:
        return None, None
    measured = own / other
    return measured, measured >= target.bound if target.at_least else measured <= target.bound


def shown(value, unit):
    if unit == "x":
        return f"{value:.2f} x"
    return f"{value:.1f} %" if unit == "%" else f"{value:,.0f} {unit}"


def targets(results, behind=False):
    titles = {workload.key: workload.title for workload in WORKLOADS}
    rows, lost = [], []
    for target in (t for t in TARGETS if (t.workload in BEHIND) == behind):
        measured, holds = judge(results, target)
        title = target.title or titles[target.workload]
        if target.against and not target.title:
            title += f", against {PEERS[target.against].short}"
        bound = f"{'>=' if target.at_least else '<='} {shown(target.bound, target.unit)}" if target.bound else "stated"
        if measured is None:
            rows.append((title, bound, "not measured", "?"))
            continue
        rows.append((title, bound, shown(measured, target.unit), "" if not target.bound else "yes" if holds else "**no**"))
        if target.bound and not holds:
            lost.append(f"{title} ({shown(measured, target.unit)}, wanted {bound})")
    rows += [(title, "", f"see {where}", "") for title, where in ELSEWHERE if not behind]
    text = table(("target", "wanted", "measured", "holds?"), rows)
    losing = "Where Stentor does not reach its target: " + "; ".join(lost) + "." if lost else "Every target that was measured holds."
    return f"{text}\n\n{losing}"


def costs(results):
    """Who pays how much, workload by workload."""
    columns = [w for w in WORKLOADS if w.key in results["workloads"] and
               len([n for n in results["workloads"][w.key]["targets"] if n in PEERS]) > 1 and
               w.key not in ("hold", "shards", "half-rate", "connect", "memory", "app")]
    names = [name for name in PEERS if any(name in results["workloads"][w.key]["targets"] for w in columns)]
    rows = [(w.title, *(number(figure(results, w.key, name, COST)) for name in names)) for w in columns]
    return table(("server CPU, us per delivery", *(PEERS[name].short for name in names)), rows)


COST = "server_cpu_us_per_delivery"


def columns_of(workload):
    """[(heading, how a figure is written)]"""
    def of(metric, unit=""):
        return lambda get: number(get(metric), unit)

    if workload.command.startswith("memory"):
        broker = [("connections at the broker", lambda get: f"{get('broker_connections'):,}")] if workload.peers == BROKERED else []
        return [*broker, ("memory per connection (RSS)", of("rss_bytes_per_connection", "B")),
                ("(PSS)", of("pss_bytes_per_connection", "B")),
                ("share of a core while idle", of("idle_cpu_percent", "%")), ("ksoftirqd's", of("idle_ksoftirqd_percent", "%"))]
    if workload.command == "bench_broker":
        return [("few, ns", of("few_ns")), ("many, ns", of("many_ns")), ("many / few", of("many_to_few"))]
    if workload.command.startswith("connect"):
        return [("connections per server CPU-second", of("deliveries_per_cpu_second")),
                ("server CPU, us each", of(COST)), ("per second", of("deliveries_per_second"))]
    return [("server CPU, us per delivery (least - most)",
             lambda get: f"{number(get(COST))} ({number(get(COST, 'min'))} - {number(get(COST, 'max'))})"),
            ("deliveries per server CPU-second", of("deliveries_per_cpu_second")),
            ("per second", of("deliveries_per_second")), ("of the CPU, ksoftirqd, us", of("ksoftirqd_us_per_delivery")),
            *((f"{p}, us", of(f"latency_{p}_us")) for p in ("p50", "p90", "p99"))]


def remarks(one):
    """What the tables do not say: violations, notes of the load generator, who has no figures."""
    for name, target in one["targets"].items():
        wrong = ", ".join(f"{count} {key}" for key, count in target["violations"].items() if key != "described" and count)
        if wrong:
            yield f"**{title_of(name)}: {wrong}.**"
        for note in target["notes"]:
            yield f"{title_of(name)}: {note}."
    for name, why in one["failed"].items():
        yield f"{title_of(name)} has no figures: {why.splitlines()[0]}"


def command_line(workload, one):
    own = workload.command == "bench_broker"
    return f"`{workload.command}`" if own else f"`stentor bench {one.get('command', workload.command)}`"


def details(results):
    parts = []
    for workload in WORKLOADS:
        one = results["workloads"].get(workload.key)
        if not one:
            continue
        columns = columns_of(workload)
        rows = [(title_of(name), *(write_cell(lambda *metric: figure(results, workload.key, name, *metric))
                                   for _, write_cell in columns)) for name in one["targets"]]
        parts += [f"#### {workload.title}", command_line(workload, one)]
        if rows:
            parts.append(table(("", *(heading for heading, _ in columns)), rows))
        parts += remarks(one)
    return "\n\n".join(parts)


def about(results):
    m = results["machine"]
    quick = "" if results["share"] >= 1 else f" A quick run, with {results['share']:.0%} of the messages: to try, not to cite."
    lines = [f"{results['when']}, commit {results['commit']}, {m['cores']} cores ({m['cpu']}), {m['memory_gib']} GiB, Linux "
             f"{m['kernel']}, loopback, load average before it {m['load']}; medians of {results['rounds']} interleaved "
             f"rounds.{quick}", ""]
    versions = "; ".join(f"{PEERS[name].short} {version}"
                         for name, version in results["versions"].items() if name not in ("bare", "stentor") and
                         not name.startswith("stentor-"))
    lines.append(f"Compared with {versions}." if versions else "Compared with nobody else.")
    for name, why in results["missing"].items():
        lines += ["", f"**Missing: {PEERS[name].title.replace('**', '')}** ({why})."]
    return "\n".join(lines)


def broker_behind(results):
    return "\n\n".join((about(results).splitlines()[0], targets(results, True), details(results)))


def draw(results):
    names = [n for n in PEERS if figure(results, COMPARED, n, "deliveries_per_cpu_second")]
    rows = [(PEERS[n].short.replace("**", ""), figure(results, COMPARED, n, "deliveries_per_cpu_second"),
             n.startswith("stentor")) for n in names]
    rows.sort(key=lambda row: -row[1])
    return chart.bars("Deliveries per second of server CPU",
                      "one publisher, 1,000 subscribers, 128 B, one message in flight; more is better", rows) if rows else None


def write(results, page=PAGE, drawn=CHART):
    """Puts the generated parts between their markers; the rest of the page is written by hand."""
    text = page.read_text()
    alone, behind = part_of(results, False), part_of(results, True)
    parts = (("about", about), ("targets", targets), ("costs", costs), ("details", details))
    written = [(name, part(alone)) for name, part in parts] if alone["workloads"] else []
    written += [("broker behind", broker_behind(behind))] if behind["workloads"] else []
    for name, part in written:
        pattern = re.compile(f"(<!-- bench-peers: {name} -->\n).*?(<!-- /bench-peers -->)", re.S)
        assert pattern.search(text), f"{page} has no place for {name}"
        text = pattern.sub(lambda found: f"{found[1]}\n{part}\n\n{found[2]}", text)
    page.write_text(text)
    if drawing := draw(alone):
        drawn.parent.mkdir(exist_ok=True)
        drawn.write_text(drawing)
