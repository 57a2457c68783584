#pragma once

#include "broker/subscription.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace stentor::relay {

/// Gets messages, and keeps them by subscription.
class FakeSession final : public broker::Subscriber {
public:
    broker::Subscription subscription(const std::string& destination) {
        const std::string& id = texts_.emplace_back("sub-" + std::to_string(next_++));
        return {*this, id, texts_.emplace_back(destination)};
    }
    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override {
        got_[subscription.id] += delivery.message->body + (delivery.redelivered ? "!" : "");
        numbers_[delivery.message->body] = delivery.number;
        last_ = delivery.message;
        ++deliveries_;
    }
    void overflowed(const broker::Subscription& subscription) override {
        overflowed_.push_back(subscription.id);
    }
    /// All bodies that subscription got, joined, with '!' after each that was redelivered.
    [[nodiscard]] std::string bodies(const broker::Subscription& subscription) const {
        const auto found = got_.find(subscription.id);
        return found == got_.end() ? "" : found->second;
    }
    /// Of the last delivery of that body.
    [[nodiscard]] std::uint64_t number(const std::string& body) const { return numbers_.at(body); }
    /// The ids of subscriptions for which there was too much.
    [[nodiscard]] const std::vector<std::string>& overflows() const { return overflowed_; }
    [[nodiscard]] std::size_t deliveries() const { return deliveries_; }
    [[nodiscard]] const MessagePtr& last() const { return last_; }

private:
    std::map<std::string, std::string> got_;
    std::map<std::string, std::uint64_t> numbers_;
    std::vector<std::string> overflowed_;
    MessagePtr last_;
    std::size_t deliveries_ = 0;
    int next_ = 0;
    std::deque<std::string> texts_;  ///< of its subscriptions
};

}  // namespace stentor::relay
