#pragma once

#include "broker/subscription.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace stentor::session {

/// One session's subscriptions, by id (in STOMP 1.0 possibly without one, then by destination). Shard-local.
class Subscriptions {
public:
    broker::Subscription& add(broker::Subscriber& subscriber, std::string_view id,
                              std::string_view destination) {
        all_.push_back(std::make_unique<broker::Subscription>(
            broker::Subscription{subscriber, std::string(id), std::string(destination)}));
        return *all_.back();
    }
    void remove(const broker::Subscription& subscription) {
        std::erase_if(all_, [&](const auto& own) { return own.get() == &subscription; });
    }
    [[nodiscard]] broker::Subscription* find(std::string_view id) const {
        for (const auto& own : all_)
            if (own->id == id) return own.get();
        return nullptr;
    }
    [[nodiscard]] broker::Subscription* find_by_destination(std::string_view destination) const {
        for (const auto& own : all_)
            if (own->id.empty() && own->destination == destination) return own.get();
        return nullptr;
    }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] auto begin() const { return all_.begin(); }
    [[nodiscard]] auto end() const { return all_.end(); }
    void clear() { all_.clear(); }

private:
    std::vector<std::unique_ptr<broker::Subscription>> all_;
};

}  // namespace stentor::session
