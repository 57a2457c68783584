#include "stopwatch.hpp"

namespace stentor::bench {

Stopwatch::Stopwatch(const std::vector<pid_t>& server) : server_(server), softirq_(softirq_threads()) {}

void Stopwatch::start() {
    server_cpu_ = cpu_of(server_);
    softirq_cpu_ = cpu_of(softirq_);
    client_cpu_ = own_cpu();
    wall_ = now();
}

void Stopwatch::delivered(Round& round) const {
    round.wall = now() - wall_;
    round.client_cpu = own_cpu() - client_cpu_;
}

void Stopwatch::rested(Round& round) const {
    if (!server_.empty()) round.server_cpu = cpu_of(server_) - server_cpu_;
    round.softirq_cpu = cpu_of(softirq_) - softirq_cpu_;
}

}  // namespace stentor::bench
