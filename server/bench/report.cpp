#include "report.hpp"

#include <algorithm>

namespace stentor::bench {
namespace {

constexpr double busy = 0.9;  // of a core: what a generator that waits for nobody takes

}  // namespace

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median_of(const Result& result, const std::string& key) {
    for (const Figure& figure : result.figures)
        if (figure.key == key) return median(figure.rounds);
    return 0;
}

double ratio_to_first(const Result& first, const Result& result) {
    const double mine = median_of(result, "server_cpu_us_per_delivery");
    return mine > 0 ? median_of(first, "server_cpu_us_per_delivery") / mine : 0;
}

Result summarize(const Target& target, Workload workload, const std::vector<Round>& rounds) {
    const bool sessions = workload == Workload::connect;
    const std::string one = sessions ? "session" : "delivery";
    const std::string many = sessions ? "sessions" : "deliveries";
    Figure cpu{"server_cpu_us_per_delivery", "server CPU per " + one + ", us"};
    Figure softirq{"ksoftirqd_us_per_delivery", "  of it ksoftirqd, us"};
    Figure per_cpu{"deliveries_per_cpu_second", many + " per server CPU-second"};
    Figure per_second{"deliveries_per_second", many + " per second"};
    Figure p50{"latency_p50_us", "latency p50, us"};
    Figure p90{"latency_p90_us", "latency p90, us"};
    Figure p99{"latency_p99_us", "latency p99, us"};
    Figure max{"latency_max_us", "latency max, us"};
    Figure server{"server_cpu_share", "server's share of a core"};
    Figure client{"client_cpu_share", "generator's share of a core"};
    Result result{target};
    for (const Round& round : rounds) {
        result.violations.add(round.violations);
        const auto deliveries = static_cast<double>(std::max<std::uint64_t>(round.deliveries, 1));
        const auto wall = static_cast<double>(std::max<std::uint64_t>(round.wall, 1));
        if (round.server_cpu) {
            const auto spent = static_cast<double>(*round.server_cpu + round.softirq_cpu);
            cpu.rounds.push_back(spent / 1e3 / deliveries);
            softirq.rounds.push_back(static_cast<double>(round.softirq_cpu) / 1e3 / deliveries);
            per_cpu.rounds.push_back(spent > 0 ? deliveries * 1e9 / spent : 0);
            server.rounds.push_back(static_cast<double>(*round.server_cpu) / wall);
        }
        per_second.rounds.push_back(deliveries * 1e9 / wall);
        p50.rounds.push_back(round.p50);
        p90.rounds.push_back(round.p90);
        p99.rounds.push_back(round.p99);
        max.rounds.push_back(round.max);
        client.rounds.push_back(static_cast<double>(round.client_cpu) / wall);
    }
    for (Figure* figure : {&cpu, &softirq, &per_cpu, &per_second, &p50, &p90, &p99, &max, &server, &client})
        if (!figure->rounds.empty()) result.figures.push_back(std::move(*figure));
    if (median_of(result, "client_cpu_share") > busy)
        result.notes.emplace_back("the generator was the limit: rates and latencies are its own");
    if (target.pids.empty()) result.notes.emplace_back("no process id was given: its CPU time is not known");
    return result;
}

std::string describe(const Options& options) {
    const auto count = [](std::size_t number, const std::string& what) {
        return std::to_string(number) + " " + what;
    };
    std::string text = name_of(options.workload) + std::string(": ");
    switch (options.workload) {
        case Workload::ws_echo: text += count(options.connections, "connections"); break;
        case Workload::fan_out: text += "1 publisher -> " + count(options.subscribers, "subscribers"); break;
        case Workload::pairs: text += count(options.pairs, "pairs of publisher and subscriber"); break;
        case Workload::app:
            text +=
                count(options.connections, "clients ") + options.app_destination + " -> " + options.app_reply;
            break;
        case Workload::connect:
            return text + count(options.connections, "sessions opened and closed, ") +
                   count(options.in_flight, "at a time; median of ") + count(options.rounds, "rounds");
        case Workload::memory: return text + count(options.connections, "idle sessions");
    }
    if (options.workload != Workload::app) text += ", " + count(options.body, "B bodies");
    if (options.rate) {
        char rate[64];
        std::snprintf(rate, sizeof rate, ", %g messages/s", *options.rate);
        text += rate;
    } else {
        text += ", " + count(options.in_flight, "in flight");
    }
    return text + "; " + count(options.messages, "messages a round, median of ") +
           count(options.rounds, "rounds");
}

}  // namespace stentor::bench
