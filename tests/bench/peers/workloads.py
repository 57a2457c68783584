"""What is measured, with whom, and what Stentor must reach."""

from dataclasses import dataclass

FAST = ("stentor", "bare", "uws")
QUICK_ACKS = 20  # after a pause Linux acknowledges 16 segments in the sender's time, which is no message's cost
BROKERED = ("stentor-relay", "rabbitmq")  # who ends at a RabbitMQ: CPU and memory are of server and broker together
EVERYBODY = FAST + ("ws", "stomp-broker-js", "spring", "activemq", "rabbitmq")


@dataclass(frozen=True)
class Workload:
    key: str
    title: str
    command: str  # of `stentor bench`, without messages and rounds
    peers: tuple = FAST
    messages: int = 0
    warm_up: int = 0
    kind: str = "stomp"  # how the peers are spoken to
    more_targets: tuple = ()  # (name of a target, peer, kind): the same server spoken to in another way
    passes: tuple = ()  # (suffix of the names, options): one after the other in each round, where targets cannot do it
    fresh: bool = False  # servers that have not served anybody yet
    rounds: int = 0  # instead of what is asked for
    half_of: tuple = ()  # (workload, peer): its rate is half of the messages a second that one reached


def fan_out(subscribers, in_flight, body=128, messages=0, peers=FAST, **more):
    key = f"fan-out-{subscribers}" + (f"-{body}B" if body != 128 else "") + (f"-x{in_flight}" if in_flight > 1 else "")
    size = f"{body} B" if body < 4096 else f"{body // 1024} KiB"
    title = f"1 -> {subscribers:,}, {size}" + (f", {in_flight} in flight" if in_flight > 1 else "")
    return Workload(key, title, f"fan-out --subscribers {subscribers} --body {body} --in-flight {in_flight}", peers,
                    messages, max(messages // 5, QUICK_ACKS), **more)


def echo(body, in_flight, messages):
    key = f"echo-{body}" + (f"-x{in_flight}" if in_flight > 1 else "")
    title = f"WebSocket echo, {body:,} B" + (f", {in_flight} in flight" if in_flight > 1 else "")
    return Workload(key, title, f"ws-echo --connections 1 --body {body} --in-flight {in_flight}", FAST + ("ws",),
                    messages, messages // 5, kind="echo")


WORKLOADS = (
    fan_out(100, 1, messages=1500, peers=FAST + ("ws",)),
    fan_out(1000, 1, messages=100, peers=EVERYBODY),
    fan_out(5000, 1, messages=30),
    fan_out(100, 8, messages=6000),
    fan_out(1000, 8, messages=600),
    fan_out(5000, 8, messages=120),
    fan_out(100, 16, messages=10000),
    fan_out(1000, 16, messages=1000, peers=FAST + ("ws",)),
    fan_out(5000, 16, messages=200),
    fan_out(100, 16, body=4096, messages=3000),
    fan_out(100, 16, body=16384, messages=1500),
    Workload("hold", "150,000 deliveries/s, open loop, 1 -> 100, 128 B",
             "fan-out --subscribers 100 --body 128 --rate 1500 --seconds 4", ("stentor", "stentor-hold", "bare", "uws")),
    echo(64, 1, 30000),
    echo(1024, 1, 30000),
    echo(64, 16, 200000),
    Workload("pairs", "500 topics, 1 publisher : 1 subscriber, 128 B", "pairs --pairs 500 --body 128 --in-flight 1",
             EVERYBODY, 20000, 5000),
    Workload("app", "controller round trip, JSON both ways",
             """app --connections 1 --app-destination /app/hello --app-reply /topic/greeting --app-body {"name":"{n}"}""",
             ("stentor", "bare", "spring"), 20000, 5000),
    Workload("deflate", "1 -> 1,000, 1 KiB JSON, with and without permessage-deflate",
             "fan-out --subscribers 1000 --body 1024 --in-flight 1", ("stentor",), 150, 30,
             passes=(("", ""), (", deflate", "--deflate"))),
    Workload("sockjs", "SockJS xhr-streaming, 1 -> 1,000, 128 B", "fan-out --subscribers 1000 --body 128 --in-flight 1",
             ("stentor",), 150, 30, more_targets=(("stentor, xhr-streaming", "stentor", "xhr"),)),
    Workload("sockjs-x16", "SockJS xhr-streaming, 1 -> 1,000, 128 B, 16 in flight",
             "fan-out --subscribers 1000 --body 128 --in-flight 16",
             ("stentor",), 1000, 100, more_targets=(("stentor, xhr-streaming", "stentor", "xhr"),)),
    Workload("shards", "two shards, 1 -> 1,000, 128 B, 16 in flight",
             "fan-out --subscribers 1000 --body 128 --in-flight 16", ("stentor", "stentor-2-shards"), 1000, 100),
    Workload("half-rate", "1 -> 100, 128 B at half of the bare loop's rate", "fan-out --subscribers 100 --body 128 --seconds 4",
             FAST, half_of=("fan-out-100", "bare")),
    Workload("connect", "handshake + CONNECT + SUBSCRIBE", "connect --connections 3000 --in-flight 64",
             FAST + ("ws", "spring", "rabbitmq")),
    Workload("memory", "10,000 idle connections, each with one subscription", "memory --connections 10000 --seconds 3",
             FAST + ("ws", "spring", "rabbitmq"), fresh=True, rounds=1),
    Workload("heart-beats", "15,000 idle connections, heart-beats of 10 s both ways",
             "memory --connections 15000 --heart-beat 10000 --seconds 30", ("stentor",), fresh=True, rounds=1),
    *(Workload(f"relay-x{k}", "RabbitMQ behind, 1 -> 1,000, 128 B" + (f", {k} in flight" if k > 1 else ""),
               f"fan-out --subscribers 1000 --body 128 --in-flight {k}", BROKERED, messages, QUICK_ACKS)
      for k, messages in ((1, 100), (8, 200))),
    Workload("relay-memory", "RabbitMQ behind, 2,000 idle connections, subscribed to one topic",
             "memory --connections 2000 --seconds 3", BROKERED, fresh=True, rounds=1),
    Workload("scale", "the broker's own cost with few and with many subscriptions or patterns", "bench_broker", ()),
)


@dataclass(frozen=True)
class Target:
    """A figure of Stentor's against another's, and the bound. Names are those of the results' targets."""

    title: str  # empty: the workload's
    workload: str
    metric: str
    of: str  # whose figure
    against: str  # by whose it is divided; empty: it stands alone
    bound: float
    at_least: bool
    unit: str = "x"


def efficiency(workload, against, bound):
    """Deliveries per server CPU-second."""
    return Target("", workload, "deliveries_per_cpu_second", "stentor", against, bound, True)


def cost(title, workload, of, against, bound):
    return Target(title, workload, "server_cpu_us_per_delivery", of, against, bound, False)


TARGETS = (
    *(efficiency(f"fan-out-{n}", "bare", 0.95) for n in (100, 1000, 5000)),
    *(efficiency(f"fan-out-{n}-x{k}", "bare", 0.95) for n in (100, 1000, 5000) for k in (8, 16)),
    *(efficiency(f"fan-out-{n}-x{k}", "uws", 1.15) for n in (100, 1000, 5000) for k in (8, 16)),
    *(efficiency(f"fan-out-100-{body}B-x16", "bare", 0.95) for body in (4096, 16384)),
    *(efficiency(f"fan-out-100-{body}B-x16", "uws", 1.8) for body in (4096, 16384)),
    Target("150,000 deliveries/s with the hold", "hold", "deliveries_per_cpu_second", "stentor-hold", "stentor", 2, True),
    Target("... its p50", "hold", "latency_p50_us", "stentor-hold", "", 1500, False, "us"),
    Target("... its p99", "hold", "latency_p99_us", "stentor-hold", "stentor", 1, False),
    *(efficiency(key, "bare", 0.95) for key in ("echo-64", "echo-1024", "echo-64-x16")),
    cost("500 pairs, cost", "pairs", "stentor", "bare", 1.15),
    cost("controller round trip, cost, against receiving and sending", "app", "stentor", "bare", 1.4),
    efficiency("fan-out-1000", "rabbitmq", 11),
    efficiency("fan-out-1000", "activemq", 7),
    efficiency("fan-out-1000", "stomp-broker-js", 1.9),
    efficiency("fan-out-1000", "spring", 0),
    cost("permessage-deflate, 1 -> 1,000, 1 KiB JSON, cost, against uncompressed", "deflate", "stentor, deflate",
         "stentor", 1.2),
    cost("SockJS xhr-streaming, 1 -> 1,000, cost, against WebSocket", "sockjs", "stentor, xhr-streaming", "stentor", 1.3),
    Target("memory per idle connection (process)", "memory", "rss_bytes_per_connection", "stentor", "", 1024, False, "B"),
    Target("connections per server CPU-second", "connect", "deliveries_per_cpu_second", "stentor", "bare", 0.9, True),
    Target("15,000 idle connections with heart-beats: share of a core", "heart-beats", "idle_cpu_percent", "stentor", "", 2,
           False, "%"),
    *(Target("", f"relay-x{k}", "deliveries_per_cpu_second", "stentor-relay", "rabbitmq", 0, True) for k in (1, 8)),
    Target("RabbitMQ behind, memory per idle connection: RabbitMQ's web-stomp, against Stentor and RabbitMQ", "relay-memory",
           "rss_bytes_per_connection", "rabbitmq", "stentor-relay", 0, True),
    Target("RabbitMQ behind, 2,000 clients, connections at the broker", "relay-memory", "broker_connections", "stentor-relay", "",
           8, False, "connections"),
    Target("subscribe and leave with 100,000 subscriptions in place, cost, against 100", "scale", "many_to_few",
           "subscribe_and_leave", "", 1.5, False),
    Target("publish to one of 100,000 destinations or 10,000 patterns, cost, against 100", "scale", "many_to_few", "publish",
           "", 1.5, False),
    Target("p99 at half of the saturation rate", "half-rate", "latency_p99_us", "stentor", "bare", 1.2, False),
)

# What no run of the load generator shows, and where it is shown instead.
ELSEWHERE = (
    ("memory per idle TLS connection <= 20 KiB", "docs/tls.md; not measured"),
    ("two shards: no lock, no shared counter on the delivery path", "the profile below; `scripts/test-threads`"),
)
