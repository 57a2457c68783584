// Tests: tests/unit/broker/subscription_index_test.cpp
#include "broker/topic.hpp"

#include <algorithm>

namespace stentor::broker {
namespace {

/// How many deliveries ahead memory is asked for: about as long as it takes to come.
constexpr std::size_t ahead = 6;

}  // namespace

std::size_t Topic::deliver(std::span<const MessagePtr> messages) const {
    const std::size_t count = subscriptions.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (i + ahead < count) {
            __builtin_prefetch(subscriptions[i + ahead].subscriber);
            __builtin_prefetch(&subscriptions[i + ahead].subscription->encoding);
        }
        const auto& [subscriber, subscription] = subscriptions[i];
        if (messages.size() == 1) subscriber->deliver(*subscription, {messages.front()});
        else subscriber->deliver_all(*subscription, messages);
    }
    delivered += count * messages.size();
    return count;
}

}  // namespace stentor::broker
