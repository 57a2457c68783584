#pragma once

#include "broker/subscription.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace stentor::broker {

/// What a shard knows of one destination, or of one pattern, that is not a queue: who wants it. Shard-local.
struct Topic {
    /// The subscriber once more: the way to it leads over one piece of memory less.
    struct Entry {
        Subscriber* subscriber;
        Subscription* subscription;
    };
    std::vector<Entry> subscriptions = {};  ///< of this shard
    std::vector<unsigned> shards = {};      ///< others that have some
    std::uint64_t announced = 0;            ///< by which number the others were told that this one has some
    // Counted here for who looks in; a topic that is found is const, what it counts is no part of that.
    mutable std::uint64_t published = 0;  ///< on this shard
    mutable std::uint64_t delivered = 0;  ///< to subscriptions of this shard

    [[nodiscard]] bool unused() const { return subscriptions.empty() && shards.empty(); }
    /// To each of its subscriptions on this shard, and says how many these are.
    std::size_t deliver(std::span<const MessagePtr> messages) const;
};

}  // namespace stentor::broker
