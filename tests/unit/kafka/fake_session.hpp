#pragma once

#include "broker/subscription.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace stentor::kafka {

/// Gets messages, and keeps their bodies by subscription.
class FakeSession final : public broker::Subscriber {
public:
    struct Got {
        std::string id;  ///< the message's
        std::string body;
        std::uint64_t number;
        bool redelivered;
    };
    broker::Subscription subscription(const std::string& destination) {
        const std::string& id = texts_.emplace_back("sub-" + std::to_string(next_++));
        return {*this, id, texts_.emplace_back(destination)};
    }
    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override {
        got[subscription.id].push_back(
            {delivery.message->id, delivery.message->body, delivery.number, delivery.redelivered});
    }
    void deliver_all(const broker::Subscription& subscription,
                     std::span<const MessagePtr> messages) override {
        longest_run = std::max(longest_run, messages.size());
        for (const MessagePtr& each : messages) deliver(subscription, {each});
    }
    void overflowed(const broker::Subscription& subscription) override {
        overflows.push_back(subscription.id);
    }

    /// All bodies that subscription got, joined.
    [[nodiscard]] std::string bodies(const broker::Subscription& subscription) {
        std::string all;
        for (const Got& each : got[subscription.id]) all += each.body;
        return all;
    }

    std::map<std::string, std::vector<Got>> got;
    std::vector<std::string> overflows;
    std::size_t longest_run = 0;

private:
    int next_ = 0;
    std::deque<std::string> texts_;  ///< of its subscriptions
};

/// A record that was read. The body is its offset unless it is said.
inline MessagePtr message(const std::string& destination, const std::string& body) {
    return std::make_shared<const Message>(Message{destination, {}, body, "id-" + body});
}

}  // namespace stentor::kafka
