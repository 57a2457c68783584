#pragma once

#include "broker/broker.hpp"
#include "broker/subscription_index.hpp"
#include "broker/topic_backlogs.hpp"
#include "broker/topic_consumer.hpp"
#include "messaging/destination_pattern.hpp"
#include "relay/upstream_queue.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::relay {

/// What may wait here for this shard's clients, and what becomes of it then.
struct UpstreamSettings {
    broker::QueueLimits queue = {};
    /// Of all queues' messages together, those under way to clients included.
    std::size_t max_unsettled_bytes = 64 * 1024 * 1024;
    /// Of each subscription to a topic that acknowledges.
    broker::QueueLimits topic_backlog{.max_messages = 10'000, .max_bytes = 8 * 1024 * 1024};
    std::size_t max_topic_backlogs_bytes = 512 * 1024 * 1024;
    broker::SlowRules slow_rules = {};
};

/// One subscription at the broker, for all of this shard's subscriptions to one destination.
struct Upstream {
    /// idle: the broker does not know it (yet, or any more). refused: it answered ERROR.
    enum class State : std::uint8_t { idle, asked, active, refused };

    std::uint64_t number;                  ///< its id at the broker; never used twice
    std::string destination;               ///< as clients say
    std::string name;                      ///< as the broker says
    std::unique_ptr<UpstreamQueue> queue;  ///< null: it is a topic
    State state = State::idle;
    std::size_t subscribers = 0;
    std::set<std::uint64_t> waiting{};  ///< keys of subscriptions that were not answered
    /// Of a topic that is subscribed to with wildcards; its name is the broker's that is connected.
    std::optional<messaging::DestinationPattern> pattern{};
    const broker::Topic* topic = nullptr;  ///< where a topic's subscriptions stand
};

/// The distinct destinations that this shard's clients are subscribed to, and the fan-out of what the broker
/// sends: a topic's message to every subscription, a queue's to one, in turn. Shard-local.
class Upstreams {
public:
    /// The settings must outlive it.
    explicit Upstreams(const UpstreamSettings& settings);

    /// Adds a subscription; its `key` becomes its number here.
    Upstream& join(broker::Subscription& subscription, const std::string& name, bool is_queue);
    struct Left {
        Upstream* unused = nullptr;  ///< the upstream that nobody needs any more: to be forgotten
        std::vector<Answer> answers{};
    };
    /// Takes it out, and gives what it had to others; one whose `key` is 0 is none of these.
    [[nodiscard]] Left leave(broker::Subscription& subscription);
    /// By which the broker gave what has not ended, oldest first.
    std::vector<std::string> forget(Upstream& upstream);

    [[nodiscard]] bool has(std::uint64_t number) const { return upstreams_.contains(number); }
    [[nodiscard]] Upstream* find(std::uint64_t number);
    [[nodiscard]] Upstream* find(const std::string& destination);
    /// By number: the order in which they began.
    [[nodiscard]] std::map<std::uint64_t, Upstream>& all() { return upstreams_; }

    void deliver(const Upstream& topic, const MessagePtr& message);
    /// What the broker gave of a queue by that `ack`. Where there is too much of it the consumers of the
    /// queue that has most have to end.
    void deliver(Upstream& queue, MessagePtr message, std::string ack, bool redelivered);

    /// If it is a queue: what waits, to who has come to it.
    void deliver_waiting(std::uint64_t number);

    struct Settled {
        std::optional<Answer> answer;  ///< a queue's
        MessagePtr dead;               ///< a topic's
        base::TimePoint next_wake = base::never;
    };
    /// Ends a delivery, and goes on with the next.
    [[nodiscard]] Settled settle(broker::Subscription& subscription, std::uint64_t delivery,
                                 broker::Settlement how, Rejected rejected, base::TimePoint now);
    struct Woken {
        std::vector<Answer> answers{};
        base::TimePoint next_wake = base::never;
    };
    /// What has rested: of a queue, or (its destination is empty) of that subscription to a topic.
    [[nodiscard]] Woken wake(const std::string& queue, std::uint64_t key, base::TimePoint now);

    /// Nothing of the queues can be settled any more: the broker will give it again.
    void forget_unsettled();

    [[nodiscard]] std::size_t subscriptions() const { return subscriptions_; }
    /// Of messages that wait here or are under way.
    [[nodiscard]] std::size_t held_bytes() const;

private:
    const broker::Topic& add_to_topics(broker::Subscription& subscription);
    void remove_from_topics(broker::Subscription& subscription);
    void overflow();

    const UpstreamSettings& settings_;
    std::map<std::uint64_t, Upstream> upstreams_;
    std::unordered_map<std::string, std::uint64_t> numbers_;  ///< by the clients' destination
    broker::SubscriptionIndex topics_;
    broker::TopicBacklogs backlogs_;
    broker::SlowConsumers slow_consumers_;
    broker::LossyTopics lossy_topics_;
    /// Those that acknowledge or select, by their keys.
    std::unordered_map<std::uint64_t, std::unique_ptr<broker::TopicConsumer>> topic_consumers_;
    std::uint64_t last_number_ = 0;
    std::uint64_t last_key_ = 0;
    std::size_t subscriptions_ = 0;
    std::size_t unsettled_bytes_ = 0;  ///< in all queues
};

}  // namespace stentor::relay
