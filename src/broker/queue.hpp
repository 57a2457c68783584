#pragma once

#include "stentor/message.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace stentor::broker {

struct QueueLimits {
    std::size_t max_messages = 100'000;  ///< waiting for a consumer
    std::size_t max_bytes = 256 * 1024 * 1024;
};

/// A consumer of a queue, seen from the queue's home shard.
struct Consumer {
    std::uint64_t number;
    unsigned shard;
    friend auto operator<=>(const Consumer&, const Consumer&) = default;
};

/// A message with its place in the order of arrival.
struct Waiting {
    std::uint64_t place;
    MessagePtr message;
};

/// Point to point: each message goes to exactly one consumer, in turn; without any it waits, within limits.
/// Shard-local.
class Queue {
public:
    struct Turn {
        Consumer consumer;
        Waiting taken;
    };

    Queue() = default;
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    void join(Consumer consumer) { consumers_.insert(consumer); }
    void leave(Consumer consumer);

    /// False when it is full: the message was not taken. Places must grow.
    [[nodiscard]] bool push(Waiting arrived, const QueueLimits& limits);
    /// One that came back undelivered: it has its old place again, whatever the limits.
    void put_back(Waiting returned);
    /// The next message with the consumer whose turn it is; empty when there is no message or nobody to take
    /// it.
    [[nodiscard]] std::optional<Turn> next();

    [[nodiscard]] bool unused() const { return consumers_.empty() && depth() == 0; }
    [[nodiscard]] std::size_t depth() const { return returned_.size() + arrived_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    /// What a waiting message takes of the limits.
    static std::size_t weight(const Message& message);

private:
    using Consumers = std::set<Consumer>;

    Consumers consumers_;
    Consumers::iterator turn_ = consumers_.end();   ///< whose turn it is; the end: the first one's
    std::map<std::uint64_t, MessagePtr> returned_;  ///< all older than those in arrived_
    std::deque<Waiting> arrived_;
    std::size_t bytes_ = 0;
};

}  // namespace stentor::broker
