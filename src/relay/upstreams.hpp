#pragma once

#include "broker/broker.hpp"
#include "broker/subscription_index.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::relay {

/// One subscription at the broker, for all of this shard's subscriptions to one destination.
struct Upstream {
    /// idle: the broker does not know it (yet, or any more). refused: it answered ERROR.
    enum class State : std::uint8_t { idle, asked, active, refused };

    std::uint64_t number;     ///< its id at the broker; never used twice
    std::string destination;  ///< as clients say
    std::string name;         ///< as the broker says
    bool is_queue;
    State state = State::idle;
    std::size_t subscribers = 0;
    std::vector<broker::Subscription*> consumers{};  ///< of a queue
    std::size_t turn = 0;
    std::set<std::uint64_t> waiting{};  ///< keys of subscriptions that were not answered
};

/// The distinct destinations that this shard's clients are subscribed to, and the fan-out of what the broker
/// sends: a topic's message to every subscription, a queue's to one, in turn. Shard-local.
class Upstreams {
public:
    /// Adds a subscription; its `key` becomes its number here.
    Upstream& join(broker::Subscription& subscription, const std::string& name, bool is_queue);
    /// Takes it out; one whose `key` is 0 is none of these. Null, or the upstream that nobody needs any more:
    /// to be forgotten.
    [[nodiscard]] Upstream* leave(broker::Subscription& subscription);
    void forget(Upstream& upstream);

    [[nodiscard]] Upstream* find(std::uint64_t number);
    [[nodiscard]] Upstream* find(const std::string& destination);
    /// By number: the order in which they began.
    [[nodiscard]] std::map<std::uint64_t, Upstream>& all() { return upstreams_; }

    void deliver(Upstream& upstream, const MessagePtr& message);

    [[nodiscard]] std::size_t subscriptions() const { return subscriptions_; }

private:
    std::map<std::uint64_t, Upstream> upstreams_;
    std::unordered_map<std::string, std::uint64_t> numbers_;  ///< by the clients' destination
    broker::SubscriptionIndex topics_;
    std::uint64_t last_number_ = 0;
    std::uint64_t last_key_ = 0;
    std::size_t subscriptions_ = 0;
};

}  // namespace stentor::relay
