#include "options.hpp"

#include "failure.hpp"
#include "stamp.hpp"

#include <algorithm>
#include <random>
#include <set>

namespace stentor::bench {
namespace {

constexpr std::size_t a_million = 1'000'000;

const CLI::Range positive_count(std::size_t{1}, a_million);
const CLI::Range positive_messages(std::size_t{1}, 1'000 * a_million);
const CLI::Range positive_time(0.001, 86'400.0);

}  // namespace

const char* name_of(Workload workload) {
    switch (workload) {
        case Workload::ws_echo: return "ws-echo";
        case Workload::fan_out: return "fan-out";
        case Workload::pairs: return "pairs";
        case Workload::app: return "app";
        case Workload::connect: return "connect";
        case Workload::memory: return "memory";
    }
    return "";
}

std::size_t Options::sessions() const {
    switch (workload) {
        case Workload::fan_out: return subscribers + 1;
        case Workload::pairs: return 2 * pairs;
        case Workload::connect: return std::min(in_flight, connections);
        case Workload::ws_echo:
        case Workload::app:
        case Workload::memory: return connections;
    }
    return 0;
}

CommandLine::CommandLine(CLI::App& program)
    : bench_(program.add_subcommand("bench", "Measure servers: CPU per delivery, latency, memory")) {
    bench_->require_subcommand(1);
    bench_->footer(
        "bench WORKLOAD --help names the options of each. URLs: ws://host:port/path, stomp://host:port, "
        "xhr://host:port/path.");

    CLI::App& echo = workload(Workload::ws_echo, "Raw WebSocket messages that the server sends back");
    echo.add_option("--connections", connections_, "How many send (1)")->check(positive_count);
    add_messages(echo);

    CLI::App& fan_out = workload(Workload::fan_out, "One publisher, many subscribers of one destination");
    fan_out.add_option("--subscribers", given_.subscribers, "How many receive each message")
        ->check(positive_count)
        ->capture_default_str();
    add_messages(fan_out);
    add_login(fan_out);

    CLI::App& pairs = workload(Workload::pairs, "Many destinations with a publisher and a subscriber each");
    pairs.add_option("--pairs", given_.pairs, "How many")->check(positive_count)->capture_default_str();
    add_messages(pairs);
    add_login(pairs);

    CLI::App& app = workload(Workload::app, "Requests that an application's controller answers");
    app.add_option("--connections", connections_, "How many send (100)")->check(positive_count);
    app.add_option("--app-destination", given_.app_destination, "Where requests go")->capture_default_str();
    app.add_option("--app-reply", given_.app_reply, "Where replies come; /user/... is each client's own")
        ->capture_default_str();
    app.add_option("--app-body", given_.app_body,
                   "A request; {n} becomes a number by which its reply is checked")
        ->capture_default_str();
    add_messages(app);
    add_login(app);

    CLI::App& connect = workload(Workload::connect, "Connections, each opened, subscribed and closed");
    connect.add_option("--connections", connections_, "How many a round (10000)")->check(positive_count);
    connect.add_option("--in-flight", in_flight_, "How many at a time (64)")->check(positive_count);
    add_login(connect);

    CLI::App& memory =
        workload(Workload::memory, "Bytes of the server's memory for each of many idle connections");
    memory.add_option("--connections", connections_, "How many (10000)")->check(positive_count);
    memory.add_option("--seconds", seconds_, "How long they stay, idle (10)")->check(positive_time);
    add_login(memory);
}

CLI::App& CommandLine::workload(Workload which, const char* help) {
    CLI::App& command = *bench_->add_subcommand(name_of(which), help);
    workloads_.emplace_back(which, &command);
    add_common(command);
    return command;
}

void CommandLine::add_common(CLI::App& command) {
    command
        .add_option("--target", targets_,
                    "NAME=URL[@PID[,PID...]]: a server and its processes; give several to compare")
        ->required()
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("--rounds", rounds_, "How many; targets take turns (5, memory 1)")
        ->check(positive_count);
    command
        .add_option("--timeout", given_.timeout, "Seconds without progress until something counts as lost")
        ->check(positive_time)
        ->capture_default_str();
    command.add_option("--seed", seed_, "Of the order of targets (a random one)");
    command.add_option("--json", given_.json, "Write all figures to this file; - is standard output");
}

void CommandLine::add_login(CLI::App& command) {
    const Workload which = workloads_.back().first;
    if (which != Workload::app)
        command
            .add_option("--destination", given_.destination,
                        which == Workload::pairs ? "The beginning of each pair's: -0, -1 ... follow"
                                                 : "What is subscribed to")
            ->capture_default_str();
    command.add_option("--login", given_.login, "Of CONNECT");
    command.add_option("--passcode", given_.passcode, "Of CONNECT");
    command.add_option("--vhost", given_.vhost, "Of CONNECT, its host header (the URL's host)");
    command
        .add_option("--heart-beat", given_.heart_beat, "Milliseconds between heart-beats, both ways; 0: none")
        ->capture_default_str();
}

void CommandLine::add_messages(CLI::App& command) {
    if (workloads_.back().first != Workload::app)
        command.add_option("--body", body_, "Bytes of each message (128, ws-echo 64)")
            ->check(CLI::Range(1, 16 << 20));
    command.add_option("--in-flight", in_flight_, "Messages of one publisher under way (1)")
        ->check(positive_count);
    auto* messages =
        command.add_option("--messages", messages_, "How many a round, in all")->check(positive_messages);
    auto* rate =
        command.add_option("--rate", given_.rate, "Messages a second in all, whether or not answers come")
            ->check(CLI::Range(0.01, 1e8))
            ->excludes(messages);
    command.add_option("--seconds", seconds_, "With --rate: how long a round takes (10)")
        ->check(positive_time)
        ->needs(rate);
    command.add_option("--warm-up", warm_up_, "Messages before each round that do not count (a tenth)");
    command.add_flag("--unchecked", given_.unchecked, "The server does not carry our bodies: only count");
    command.add_flag("--deflate", given_.deflate, "Offer permessage-deflate");
}

void CommandLine::set_defaults(Options& options) const {
    const auto of = [&](std::size_t echo, std::size_t fan_out, std::size_t pairs, std::size_t app,
                        std::size_t connect, std::size_t memory) {
        const std::size_t all[] = {echo, fan_out, pairs, app, connect, memory};
        return all[static_cast<std::size_t>(options.workload)];
    };
    options.connections = connections_.value_or(of(1, 0, 0, 100, 10'000, 10'000));
    options.body = body_.value_or(of(64, 128, 128, 0, 0, 0));
    options.in_flight = in_flight_.value_or(of(1, 1, 1, 1, 64, 64));
    options.rounds = rounds_.value_or(of(5, 5, 5, 5, 5, 1));
    options.seconds = seconds_.value_or(10);
    const std::size_t fan = std::max<std::size_t>(50, 200'000 / options.subscribers);
    options.messages = messages_.value_or(of(50'000, fan, 100'000, 20'000, 0, 0));
    if (options.rate)
        options.messages =
            std::max<std::size_t>(1, static_cast<std::size_t>(*options.rate * options.seconds));
    options.warm_up = warm_up_.value_or(options.messages / 10);
    options.seed = seed_ ? *seed_ : std::random_device{}();
}

Options CommandLine::options() const {
    Options options = given_;
    for (const auto& [which, command] : workloads_)
        if (command->parsed()) options.workload = which;
    set_defaults(options);
    std::set<std::string> names;
    for (const std::string& text : targets_) {
        options.targets.push_back(parse_target(text));
        const Target& target = options.targets.back();
        if (!names.insert(target.name).second) throw WrongUse("--target: two are called " + target.name);
        if (options.workload == Workload::ws_echo && target.transport != Transport::websocket)
            throw WrongUse("--target " + text + ": ws-echo needs a ws:// URL");
        if (options.workload == Workload::memory && target.pids.empty())
            throw WrongUse("--target " + text + ": memory needs the server's process id, @PID");
        if (options.deflate && target.transport != Transport::websocket)
            throw WrongUse("--deflate: only ws:// can be compressed");
    }
    return options;
}

}  // namespace stentor::bench
