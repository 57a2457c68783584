#pragma once

#include "base/timer_queue.hpp"
#include "broker/external_broker.hpp"
#include "broker/subscription_index.hpp"
#include "broker/turn_run.hpp"
#include "kafka/engine.hpp"
#include "kafka/kafka_nodes.hpp"
#include "kafka/resuming.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::kafka {

struct BrokerSettings {
    std::shared_ptr<const TopicRules> rules;
    std::string nodes_topic = "stentor-nodes";
    std::size_t max_pending = 1000;                        ///< messages that the brokers have not confirmed
    std::size_t max_pending_bytes = std::size_t{1} << 20;  ///< of those
    std::size_t max_body = 256 * 1024;
    broker::QueueLimits resume_backlog;  ///< of one subscription that resumes
};

/// Apache Kafka in the built-in broker's place, as one shard sees it. What its clients are subscribed to is
/// read once for all shards and fanned out here; subscriptions outlive the brokers' absence, what is
/// published meanwhile is refused. Shard-local, but for the constructor.
class KafkaBroker final : public broker::ExternalBroker, private EngineUser {
public:
    /// `post` runs what it is given on this shard. The engine must outlive it.
    KafkaBroker(const BrokerSettings& settings, std::shared_ptr<Engine> engine, unsigned shard,
                Engine::Post post, base::TimerQueue& timers);
    ~KafkaBroker() override;

    [[nodiscard]] bool handles(std::string_view destination) const override;
    /// Done when what is published from now on will come; while the brokers are away that waits.
    void subscribe(broker::Subscription& subscription, Done done) override;
    /// Its headers say where it begins.
    void subscribe_with(const Headers& headers, broker::Subscription& subscription, Done done) override;
    void unsubscribe(broker::Subscription& subscription) override;
    /// Done when all brokers that have to have the message have it.
    void publish(MessagePtr message, Done done) override;
    void settle(broker::Subscription& subscription, std::uint64_t delivery,
                broker::Settlement settlement) override;

    void on_availability(Availability listener) override { tell_ = std::move(listener); }
    [[nodiscard]] bool is_available() const override { return available_; }
    void shut_down() override;
    [[nodiscard]] broker::NodeChannel* node_channel(const std::string& group) override {
        nodes_.set_group(group);
        return &nodes_;
    }

    [[nodiscard]] std::size_t pending() const { return pending_.size(); }

private:
    using Key = std::uint64_t;
    /// One that wants something other than every message from now on.
    struct Special;
    /// That some subscription is to.
    struct Topic {
        enum class State : std::uint8_t { looked_for, asked, attached, absent };
        State state = State::looked_for;
        std::uint64_t ticket = 0;
        std::size_t subscribers = 0;
        Positions next{};             ///< of the live stream
        std::vector<Key> waiting{};   ///< that were not answered
        std::vector<Key> resuming{};  ///< that do not stand in the index
    };
    struct Unconfirmed {
        Done done;
        std::size_t bytes;
    };
    struct Held {
        std::uint64_t number;
        Place place;
        MessagePtr message;
    };
    struct Consumer {
        broker::Subscription* subscription;
        Place place;
        bool has_joined = false;
    };

    // EngineUser
    void on_availability(bool available, const std::string& reason) override;
    void on_produced(std::span<const Report> reports) override;
    void on_topic(const std::string& topic, const Result<void>& found) override;
    void on_attached(const std::string& topic, std::uint64_t ticket, const Positions& positions) override;
    void on_records(const std::string& topic, std::span<const Arrival> records) override;
    void on_reader(std::uint64_t reader, const Result<std::map<std::int32_t, std::int64_t>>& first) override;
    void on_reader_records(std::uint64_t reader, std::span<const Arrival> records,
                           std::size_t bytes) override;
    void on_queue(std::span<const QueueArrival> messages) override;

    friend class KafkaNodes;
    void begin();
    [[nodiscard]] Result<Place> place_of(std::string_view destination) const;
    void produce(Place place, MessagePtr message, std::size_t bytes, Done done);
    void write(std::uint64_t number, const Place& place, const MessagePtr& message);
    void finish_publish(std::uint64_t number, const Result<void>& result);
    void look_up(const std::string& topic);
    void look_again();
    void use_topic(const std::string& name);
    void leave_topic(const std::string& name);
    void attach(const std::string& name, Topic& topic);
    void answer(Key key, const Result<void>& result);
    void join(Key key);
    void subscribe_to_queue(broker::Subscription& subscription, Place place, Done done);
    void deliver(std::span<const Arrival> records);
    void go_on(Special& special);
    void become_live(Special& special);

    const BrokerSettings& settings_;
    std::shared_ptr<Engine> engine_;
    unsigned shard_;
    Engine::Post post_;
    base::TimerQueue& timers_;
    base::Timer begin_;
    base::Timer retry_;
    bool open_ = false;
    bool available_ = false;
    Availability tell_ = [](bool, const std::string&) {};
    std::uint64_t last_number_ = 0;

    broker::SubscriptionIndex index_;
    std::unordered_map<std::string, Topic> topics_;
    std::unordered_map<Key, Done> answers_;
    std::map<Key, std::unique_ptr<Special>> specials_;
    std::unordered_map<Key, Consumer> consumers_;      ///< of queues
    std::map<std::string, std::vector<Key>> joining_;  ///< those whose topic is looked for

    std::unordered_map<std::string, bool> known_;  ///< topics; false: it was asked for and not answered
    std::size_t looking_ = 0;                      ///< of them that are not answered
    std::unordered_map<std::string, std::vector<Held>> held_;  ///< publishes until their topic is known
    std::unordered_map<std::uint64_t, Unconfirmed> pending_;
    std::size_t pending_bytes_ = 0;
    broker::TurnRun run_{[this](std::span<const MessagePtr> messages) { return index_.deliver(messages); }};
    KafkaNodes nodes_;
};

}  // namespace stentor::kafka
