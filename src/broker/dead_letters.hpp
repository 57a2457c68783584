#pragma once

#include "broker/broker.hpp"
#include "broker/settings.hpp"

#include <cstdint>

namespace stentor::broker {

/// Sends what came back too often where the settings say. Shard-local.
class DeadLetters {
public:
    /// Both must outlive it.
    DeadLetters(const Settings& settings, Broker& broker) : settings_(settings), broker_(broker) {}

    /// Nobody waits for a dead letter's publish: what becomes of one that is not taken is a log line.
    void bury(const MessagePtr& dead);
    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    const Settings& settings_;
    Broker& broker_;
    std::uint64_t count_ = 0;
};

}  // namespace stentor::broker
