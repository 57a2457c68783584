#include "bench.hpp"

#include "connecting.hpp"
#include "exchange.hpp"
#include "failure.hpp"
#include "loop.hpp"
#include "processes.hpp"
#include "remembering.hpp"
#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <numeric>
#include <random>

namespace stentor::bench {
namespace {

constexpr std::size_t own_files = 64;  // that are open besides connections

/// Whether the sessions with all targets can be open at once. Throws WrongUse when not even one's can.
bool all_fit(const Options& options) {
    const std::size_t ports = local_ports();
    std::size_t most = 0;
    std::size_t sum = 0;
    for (const Target& target : options.targets) {
        const std::size_t wanted = options.sessions() * (target.transport == Transport::xhr ? 2 : 1);
        if (wanted > ports)
            throw WrongUse(std::to_string(wanted) + " connections to " + target.name +
                           " are not possible: " + std::to_string(ports) +
                           " local ports are there for one address and port of a server");
        most = std::max(most, wanted);
        sum += wanted;
    }
    allow_open_files(most + own_files);
    return sum + own_files <= open_files_allowed();
}

/// Whether two targets are one server: a message to one of them then comes to the other's subscribers as
/// well.
bool any_same(const std::vector<Target>& targets) {
    const auto same = [](const Target& one, const Target& other) {
        return (one.host == other.host && one.port == other.port) ||
               std::find_first_of(one.pids.begin(), one.pids.end(), other.pids.begin(), other.pids.end()) !=
                   one.pids.end();
    };
    for (std::size_t i = 0; i < targets.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (same(targets[i], targets[j])) return true;
    return false;
}

/// Gives each target its rounds, in an order that no target gains by.
template <typename Measure>
void take_turns(const Options& options, Measure measure) {
    std::mt19937 random(options.seed);
    std::vector<std::size_t> order(options.targets.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = 0; i < options.rounds; ++i) {
        std::shuffle(order.begin(), order.end(), random);
        for (const std::size_t which : order) measure(which);
    }
}

template <typename Measured>
std::vector<std::unique_ptr<Measured>> one_for_each_target(const Options& options, Loop& loop) {
    std::vector<std::unique_ptr<Measured>> all;
    for (const Target& target : options.targets)
        all.push_back(std::make_unique<Measured>(loop, options, target));
    return all;
}

std::vector<Result> measure_messages(const Options& options, Loop& loop) {
    const bool stay_open = all_fit(options) && !any_same(options.targets);
    const auto exchanges = one_for_each_target<Exchange>(options, loop);
    std::vector<std::vector<Round>> rounds(exchanges.size());
    take_turns(options, [&](std::size_t which) {
        Exchange& exchange = *exchanges[which];
        if (!exchange.is_open()) exchange.open();
        rounds[which].push_back(exchange.round());
        if (stay_open) return;
        rounds[which].back().violations.add(exchange.late());
        exchange.close();
    });
    std::vector<Result> results;
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
        if (exchanges[i]->is_open()) rounds[i].back().violations.add(exchanges[i]->late());
        results.push_back(summarize(options.targets[i], options.workload, rounds[i]));
        exchanges[i]->remark(results.back().notes);
    }
    return results;
}

std::vector<Result> measure_connecting(const Options& options, Loop& loop) {
    all_fit(options);
    const auto crowds = one_for_each_target<Connecting>(options, loop);
    std::vector<std::vector<Round>> rounds(crowds.size());
    take_turns(options, [&](std::size_t which) { rounds[which].push_back(crowds[which]->round()); });
    std::vector<Result> results;
    for (std::size_t i = 0; i < crowds.size(); ++i) {
        results.push_back(summarize(options.targets[i], options.workload, rounds[i]));
        crowds[i]->remark(results.back().notes);
    }
    return results;
}

std::vector<Result> measure_memory(const Options& options, Loop& loop) {
    all_fit(options);
    std::vector<Result> results;
    for (const Target& target : options.targets) results.push_back({target});
    take_turns(options, [&](std::size_t which) {
        Remembering(loop, options, options.targets[which]).round(results[which]);
    });
    return results;
}

std::vector<Result> measure_workload(const Options& options, Loop& loop) {
    switch (options.workload) {
        case Workload::connect: return measure_connecting(options, loop);
        case Workload::memory: return measure_memory(options, loop);
        case Workload::ws_echo:
        case Workload::fan_out:
        case Workload::pairs:
        case Workload::app: break;
    }
    return measure_messages(options, loop);
}

void write(const Options& options, const std::vector<Result>& results) {
    const bool json_only = options.json == "-";
    std::cout << (json_only ? as_json(options, results) : as_table(options, results)) << std::flush;
    if (options.json.empty() || json_only) return;
    std::ofstream file(options.json);
    if (!(file << as_json(options, results) << std::flush))
        throw WrongUse("--json: " + options.json + " cannot be written");
}

int measure(const Options& options) {
    Loop loop;
    const std::vector<Result> results = measure_workload(options, loop);
    write(options, results);
    const bool wrong = std::any_of(results.begin(), results.end(),
                                   [](const Result& result) { return result.violations.total() != 0; });
    if (wrong) std::fputs("stentor bench: messages were lost, duplicated or reordered\n", stderr);
    return wrong ? 1 : 0;
}

}  // namespace

int run(const CommandLine& line) {
    try {
        return measure(line.options());
    } catch (const WrongUse& e) {
        std::fprintf(stderr, "stentor bench: %s\n", e.what());
        return 2;
    } catch (const Failure& e) {
        std::fprintf(stderr, "stentor bench: %s\n", e.what());
        return 1;
    }
}

}  // namespace stentor::bench
