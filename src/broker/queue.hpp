#pragma once

#include "stentor/message.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace stentor::broker {

struct QueueLimits {
    std::size_t max_messages = 100'000;  ///< waiting for a consumer
    std::size_t max_bytes = 256 * 1024 * 1024;
};

/// A consumer of a queue, seen from the queue's home shard.
struct Consumer {
    unsigned shard;
    std::uint64_t number;
    friend bool operator==(const Consumer&, const Consumer&) = default;
};

/// Point to point: each message goes to exactly one consumer, in turn; without any it waits, within limits.
/// Shard-local.
class Queue {
public:
    void join(Consumer consumer) { consumers_.push_back(consumer); }
    void leave(Consumer consumer);

    /// False when it is full: the message was not taken.
    [[nodiscard]] bool push(MessagePtr message, const QueueLimits& limits);
    /// One that came back undelivered: first in line again, whatever the limits.
    void push_back_first(MessagePtr message);
    /// The next message with the consumer whose turn it is; empty when there is no message or nobody to take
    /// it.
    [[nodiscard]] std::optional<std::pair<Consumer, MessagePtr>> next();

    [[nodiscard]] bool unused() const { return consumers_.empty() && waiting_.empty(); }
    [[nodiscard]] std::size_t depth() const { return waiting_.size(); }

private:
    std::vector<Consumer> consumers_;
    std::size_t turn_ = 0;
    std::deque<MessagePtr> waiting_;
    std::size_t bytes_ = 0;
};

}  // namespace stentor::broker
