#pragma once

#include "broker/subscription.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

/// Which subscriptions a destination reaches. Exact ones are found by one hash look-up and stand in a flat
/// list; those with `*` (one segment) and `**` (any rest) in a tree of segments that is walked once along the
/// destination. Shard-local.
class SubscriptionIndex {
public:
    SubscriptionIndex();
    ~SubscriptionIndex();

    /// `destination` of the subscription must be a valid destination or pattern
    /// (messaging::DestinationPattern).
    void add(Subscription& subscription);
    void remove(Subscription& subscription);

    /// Delivers to each that matches, and says how many.
    std::size_t deliver(const MessagePtr& message) const;
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    using List = std::vector<Subscription*>;
    struct Node;
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    template <class T>
    using BySegment = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    List& list_of(const Subscription& subscription);
    void prune(std::string_view destination);
    static std::size_t deliver_to(const List& list, const MessagePtr& message);
    static std::size_t walk(const Node& node, std::string_view rest, const MessagePtr& message);

    BySegment<List> exact_;
    std::unique_ptr<Node> patterns_;
    std::size_t size_ = 0;
};

}  // namespace stentor::broker
