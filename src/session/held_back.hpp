#pragma once

#include "broker/subscription.hpp"

#include <list>
#include <utility>

namespace stentor::session {

/// Deliveries that wait in their session until its peer has taken some of what it was sent: a window may be
/// larger than what a connection may owe. They are under way as the others are. Shard-local.
class HeldBack {
public:
    struct Held {
        const broker::Subscription* subscription;
        MessagePtr message;
        std::uint64_t number;
        bool redelivered;
        broker::Gap before;
    };

    void add(const broker::Subscription& subscription, const broker::Delivery& delivery) {
        held_.push_back(
            {&subscription, delivery.message, delivery.number, delivery.redelivered, delivery.before});
    }
    /// The oldest of them; there must be one.
    [[nodiscard]] Held take() {
        Held first = std::move(held_.front());
        held_.pop_front();
        return first;
    }
    void forget(const broker::Subscription& subscription) {
        std::erase_if(held_, [&](const Held& each) { return each.subscription == &subscription; });
    }
    [[nodiscard]] bool empty() const { return held_.empty(); }

private:
    std::list<Held> held_;  // empty as a rule, and then without memory of its own, as a deque is not
};

}  // namespace stentor::session
