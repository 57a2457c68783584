#include "remembering.hpp"

#include "processes.hpp"

#include <string>
#include <vector>

namespace stentor::bench {
namespace {

constexpr double until_memory_is_steady = 0.5;  // s, after connections are opened or closed

void add(Result& result, const char* key, const char* label, double value) {
    for (Figure& figure : result.figures) {
        if (figure.key != key) continue;
        figure.rounds.push_back(value);
        return;
    }
    result.figures.push_back({key, label, {value}});
}

double growth(std::uint64_t before, std::uint64_t after) {
    return static_cast<double>(after) - static_cast<double>(before);
}

}  // namespace

Remembering::Remembering(Loop& loop, const Options& options, const Target& target)
    : Crowd(loop, options, target), stopwatch_(target.pids) {}

void Remembering::round(Result& result) {
    // What the first session brings about once (code, tables) belongs to no session.
    open_all({options_.destination});
    close_all();
    wait(until_memory_is_steady);

    const Memory before = memory_of(target().pids);
    open_all(std::vector<std::string>(options_.connections, options_.destination));
    wait(until_memory_is_steady);
    const Memory after = memory_of(target().pids);
    Round idle;
    stopwatch_.start();
    wait(options_.seconds);
    stopwatch_.delivered(idle);
    stopwatch_.rested(idle);
    close_all();
    wait(until_memory_is_steady);

    const auto count = static_cast<double>(options_.connections);
    const auto wall = static_cast<double>(idle.wall);
    add(result, "rss_before_bytes", "RSS before, B", static_cast<double>(before.resident));
    add(result, "rss_after_bytes", "RSS with all sessions, B", static_cast<double>(after.resident));
    add(result, "rss_bytes_per_connection", "RSS per session, B",
        growth(before.resident, after.resident) / count);
    if (before.proportional && after.proportional)
        add(result, "pss_bytes_per_connection", "PSS per session, B",
            growth(*before.proportional, *after.proportional) / count);
    add(result, "idle_cpu_percent", "server's share of a core while idle, %",
        100 * static_cast<double>(*idle.server_cpu) / wall);
    add(result, "idle_ksoftirqd_percent", "ksoftirqd's share of a core meanwhile, %",
        100 * static_cast<double>(idle.softirq_cpu) / wall);
}

void Remembering::wait(double seconds) {
    const std::uint64_t end = now() + static_cast<std::uint64_t>(seconds * 1e9);
    while (now() < end) loop_.turn(end);
}

}  // namespace stentor::bench
