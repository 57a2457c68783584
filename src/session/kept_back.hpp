#pragma once

#include "broker/kept_messages.hpp"
#include "broker/subscription.hpp"

#include <algorithm>
#include <cassert>
#include <list>
#include <utility>

namespace stentor::session {

/// What a slow client is to get of its subscriptions once it has taken what it was sent, as far as their
/// rules keep it. Shard-local.
class KeptBack {
public:
    struct Next {
        const broker::Subscription* subscription;
        broker::KeptMessages::Taken taken;
    };

    [[nodiscard]] bool empty() const { return all_.empty(); }
    [[nodiscard]] bool has(const broker::Subscription& subscription) const {
        return std::ranges::find(all_, &subscription, &Own::subscription) != all_.end();
    }
    /// Made when there is none; something must be added at once. `total` as KeptMessages'.
    [[nodiscard]] broker::KeptMessages& of(const broker::Subscription& subscription, std::size_t& total) {
        const auto own = std::ranges::find(all_, &subscription, &Own::subscription);
        return own == all_.end() ? all_.emplace_back(subscription, total).messages : own->messages;
    }
    /// One message of each subscription in turn. There must be one.
    [[nodiscard]] Next take() {
        assert(!empty());
        Own& first = all_.front();
        Next next{first.subscription, first.messages.take()};
        if (first.messages.empty()) all_.pop_front();
        else all_.splice(all_.end(), all_, all_.begin());
        return next;
    }
    void forget(const broker::Subscription& subscription) {
        std::erase_if(all_, [&](const Own& own) { return own.subscription == &subscription; });
    }
    void clear() { all_.clear(); }

private:
    struct Own {
        Own(const broker::Subscription& s, std::size_t& total) : subscription(&s), messages(total) {}
        const broker::Subscription* subscription;
        broker::KeptMessages messages;
    };
    std::list<Own> all_;
};

}  // namespace stentor::session
