#pragma once

#include "broker/topic.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

/// Which topics a destination reaches. Exact ones are found by one hash look-up; those with `*` (one segment)
/// and `**` (any rest) in a tree of segments that is walked once along the destination. A topic is there
/// while anybody wants it. Shard-local.
class SubscriptionIndex {
public:
    SubscriptionIndex();
    ~SubscriptionIndex();

    // A subscription's `destination`, and `topic` below, must be a valid destination or pattern
    // (messaging::DestinationPattern).
    Topic& add(Subscription& subscription);
    /// True when its topic has no other on this shard.
    bool remove(Subscription& subscription);
    /// The other one, of the same topic, stands in its place from now on.
    static void replace(Subscription& listed, Subscription& by);
    /// That another shard has subscriptions to the topic, and that it has none any more. Each only once.
    void add_shard(std::string_view topic, unsigned shard);
    void remove_shard(std::string_view topic, unsigned shard);

    /// Those that the destination reaches: valid until the next call of anything.
    const std::vector<const Topic*>& find(std::string_view destination);
    /// Messages of one destination to the subscriptions of all of them; says how many these are.
    std::size_t deliver(std::span<const MessagePtr> messages);

    /// Of this shard.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// With its name, each topic that somebody wants: `visitor(const std::string&, const Topic&)`.
    using Visitor = std::function<void(const std::string&, const Topic&)>;
    void for_each(const Visitor& visitor) const;
    /// By all topics that ever were.
    [[nodiscard]] std::uint64_t delivered() const;
    /// Nobody wants anything.
    [[nodiscard]] bool empty() const;

private:
    struct Node;
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    template <class T>
    using BySegment = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    Topic& find_or_make(std::string_view topic);
    void prune(Topic& unused, std::string_view topic);
    static void visit(const Node& node, const std::string& name, const Visitor& visitor);
    void walk(const Node& node, std::string_view rest);
    void append_used(const Topic& topic);

    BySegment<Topic> exact_;
    std::unique_ptr<Node> patterns_;
    std::vector<const Topic*> found_;
    std::string found_for_;  ///< whose they are; empty: nobody's
    std::size_t size_ = 0;
    std::uint64_t delivered_ = 0;  ///< by topics that are gone
};

}  // namespace stentor::broker
