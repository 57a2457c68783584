#pragma once

#include "crowd.hpp"
#include "histogram.hpp"
#include "round.hpp"
#include "stopwatch.hpp"

#include <cstdint>
#include <vector>

namespace stentor::bench {

/// The workload `connect`: sessions opened, subscribed and closed at once. Shard-local.
class Connecting final : public Crowd {
public:
    Connecting(Loop& loop, const Options& options, const Target& target);

    Round round();
    void remark(std::vector<std::string>& notes) const;

    void on_ready(Client& client) override;
    void on_message(Client&, std::string_view) override {}
    void on_read(Client&) override {}

private:
    void start(std::size_t slot);
    void rest();

    Stopwatch stopwatch_;
    Histogram latencies_;
    std::vector<std::uint64_t> opened_at_;  ///< of the session in each slot
    std::vector<std::size_t> free_;         ///< slots whose session is closed
    std::size_t started_ = 0;
    bool measuring_ = false;
};

}  // namespace stentor::bench
