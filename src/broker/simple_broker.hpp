#pragma once

#include "broker/mail.hpp"
#include "broker/queue.hpp"
#include "broker/subscription_index.hpp"
#include "stentor/result.hpp"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

struct Settings {
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    /// Destinations below these go to exactly one subscriber. Empty them and every destination is a topic, as
    /// in Spring's simple broker.
    std::vector<std::string> queue_prefixes{"/queue"};
    QueueLimits queue;
};

/// The built-in broker, one on each shard. Topics: every subscriber of every shard, in order per publisher.
/// Queues: exactly one of all shards' subscribers, in turn. Shard-local; reaches its peers by Mail only.
class SimpleBroker {
public:
    /// Called once, when the effect is there for all shards (or was refused); maybe before the call that took
    /// it returns.
    using Done = std::function<void(Result<void>)>;

    SimpleBroker(const Settings& settings, Peers& peers) : settings_(settings), peers_(peers) {}

    /// Whether a destination (or pattern) is this broker's.
    [[nodiscard]] bool handles(std::string_view destination) const;
    /// The subscription must be removed with unsubscribe() before it dies.
    void subscribe(Subscription& subscription, Done done);
    void unsubscribe(Subscription& subscription);
    void publish(MessagePtr message, Done done);

    /// From another shard's broker.
    void receive(unsigned from, Mail mail);

    [[nodiscard]] std::size_t subscriptions() const { return index_.size() + consumers_.size(); }
    [[nodiscard]] std::size_t queues() const { return queues_.size(); }

private:
    [[nodiscard]] bool is_queue(std::string_view destination) const;
    [[nodiscard]] unsigned home_of(std::string_view queue) const;
    void send(unsigned shard, Mail mail);
    void drain(const std::string& destination);

    void handle(unsigned from, TopicMessage& mail);
    void handle(unsigned from, QueueJoin& mail);
    void handle(unsigned from, QueueJoined& mail);
    void handle(unsigned from, QueueLeave& mail);
    void handle(unsigned from, QueuePublish& mail);
    void handle(unsigned from, QueueAnswer& mail);
    void handle(unsigned from, QueueDelivery& mail);
    void handle(unsigned from, QueueReturn& mail);

    const Settings& settings_;
    Peers& peers_;
    SubscriptionIndex index_;
    std::unordered_map<std::string, Queue> queues_;               ///< those whose home is here
    std::unordered_map<std::uint64_t, Subscription*> consumers_;  ///< this shard's, by their numbers
    std::unordered_map<std::uint64_t, Done> joining_;
    std::unordered_map<std::uint64_t, Done> publishing_;
    std::uint64_t last_number_ = 0;
};

}  // namespace stentor::broker
