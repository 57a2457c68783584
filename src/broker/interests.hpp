#pragma once

#include "broker/broker.hpp"
#include "broker/mail.hpp"
#include "broker/topic.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

/// Tells the other shards which topics this one has subscriptions to: a message goes only to shards that
/// have. What is published anywhere after all others have acknowledged reaches them. Shard-local.
class Interests {
public:
    using Done = Broker::Done;

    explicit Interests(Peers& peers) : peers_(peers) {}

    /// The topic, by that name, has its first subscription.
    void announce(Topic& topic, const std::string& name);
    /// It has none any more. Whoever still waits for its announcement is told all the same.
    void withdraw(const std::string& name);
    /// `done` when all others know of the topic's subscriptions, maybe at once.
    void when_known(const Topic& topic, Done done);
    /// One of the others knows.
    void acknowledged(std::uint64_t announcement, unsigned shard);

    /// Whether what comes from that shard is for the topic's subscriptions. What was sent before the shard
    /// knew of them was for such as have left: of what came after it some might be missing.
    [[nodiscard]] bool is_known(const Topic& topic, unsigned shard) const;
    /// All shards know of all topics.
    [[nodiscard]] bool all_known() const { return under_way_.empty(); }

private:
    struct Announcement {
        std::vector<unsigned> missing = {};  ///< shards that have not acknowledged
        std::vector<Done> waiting = {};
    };
    void send_to_others(const Mail& mail);

    Peers& peers_;
    std::unordered_map<std::uint64_t, Announcement> under_way_;
    std::uint64_t last_ = 0;
};

}  // namespace stentor::broker
