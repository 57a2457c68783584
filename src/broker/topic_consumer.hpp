#pragma once

#include "broker/queue.hpp"
#include "broker/subscription.hpp"

#include <cstdint>
#include <optional>

namespace stentor::broker {

/// Stands in the subscription index for a subscription to a topic that wants something other than every
/// message, once: it has a selector, or it acknowledges and so has a queue of its own, or both. Others stand
/// there themselves, and what this costs costs them nothing. Shard-local.
class TopicConsumer final : public Subscriber {
public:
    /// `wanted` and the limits must outlive it.
    TopicConsumer(const Subscription& wanted, const QueueLimits& limits);

    /// What the index has.
    [[nodiscard]] Subscription& listed() { return listed_; }

    void deliver(const Subscription& listed, const Delivery& delivery) override;
    void overflowed(const Subscription&) override {}  // what it is in has no queue
    /// The message if it is a dead letter now, else null.
    [[nodiscard]] MessagePtr settle(std::uint64_t number, Settlement settlement);

private:
    void drain();

    const Subscription& wanted_;
    Subscription listed_;
    std::optional<Queue> queue_;  ///< while it acknowledges and has not overflowed
};

}  // namespace stentor::broker
