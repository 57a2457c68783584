#pragma once

#include "broker/subscription.hpp"

#include <deque>
#include <map>
#include <string>

namespace stentor::relay {

/// Gets messages, and keeps them by subscription.
class FakeSession final : public broker::Subscriber {
public:
    broker::Subscription subscription(const std::string& destination) {
        const std::string& id = texts_.emplace_back("sub-" + std::to_string(next_++));
        return {*this, id, texts_.emplace_back(destination)};
    }
    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override {
        got_[subscription.id] += delivery.message->body;
        last_ = delivery.message;
        ++deliveries_;
    }
    void overflowed(const broker::Subscription&) override {}
    /// All bodies that subscription got, joined.
    [[nodiscard]] std::string bodies(const broker::Subscription& subscription) const {
        const auto found = got_.find(subscription.id);
        return found == got_.end() ? "" : found->second;
    }
    [[nodiscard]] std::size_t deliveries() const { return deliveries_; }
    [[nodiscard]] const MessagePtr& last() const { return last_; }

private:
    std::map<std::string, std::string> got_;
    MessagePtr last_;
    std::size_t deliveries_ = 0;
    int next_ = 0;
    std::deque<std::string> texts_;  ///< of its subscriptions
};

}  // namespace stentor::relay
