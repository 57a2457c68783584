#pragma once

#include "histogram.hpp"
#include "stream_checks.hpp"

#include <cstdint>
#include <optional>

namespace stentor::bench {

/// What was measured of one target in one round.
struct Round {
    std::uint64_t deliveries = 0;
    std::uint64_t wall = 0;                                  ///< ns
    std::uint64_t client_cpu = 0;                            ///< ns
    std::optional<std::uint64_t> server_cpu = std::nullopt;  ///< ns, of the target's processes
    std::uint64_t softirq_cpu = 0;  ///< ns, of ksoftirqd while the target had its round
    double p50 = 0;                 ///< us, as all latencies
    double p90 = 0;
    double p99 = 0;
    double max = 0;
    Violations violations = {};

    /// The latencies, recorded in ns.
    void take(const Histogram& latencies) {
        const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1000; };
        p50 = us(latencies.percentile(0.5));
        p90 = us(latencies.percentile(0.9));
        p99 = us(latencies.percentile(0.99));
        max = us(latencies.largest());
    }
};

}  // namespace stentor::bench
