#pragma once

#include "processes.hpp"
#include "round.hpp"

#include <vector>

namespace stentor::bench {

/// Takes the times of a round: wall, this process's CPU, the server's and ksoftirqd's. Shard-local.
class Stopwatch {
public:
    explicit Stopwatch(const std::vector<pid_t>& server);

    void start();
    /// The last delivery came: the client's part ends.
    void delivered(Round& round) const;
    /// The server has come to rest.
    void rested(Round& round) const;

private:
    std::vector<pid_t> server_;
    std::vector<pid_t> softirq_;
    std::uint64_t wall_ = 0;
    std::uint64_t client_cpu_ = 0;
    std::uint64_t server_cpu_ = 0;
    std::uint64_t softirq_cpu_ = 0;
};

}  // namespace stentor::bench
