#pragma once

#include "broker/broker.hpp"
#include "broker/held_topics.hpp"
#include "broker/history.hpp"
#include "broker/interests.hpp"
#include "broker/mail.hpp"
#include "broker/queue.hpp"
#include "broker/rests.hpp"
#include "broker/subscription_index.hpp"
#include "broker/topic_backlogs.hpp"
#include "broker/topic_consumer.hpp"
#include "broker/turn_run.hpp"
#include "stentor/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

struct Settings {
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    /// Destinations below these go to exactly one subscriber. Empty them and every destination is a topic, as
    /// in Spring's simple broker.
    std::vector<std::string> queue_prefixes{"/queue"};
    QueueLimits queue = {};
    std::size_t max_queues = 100'000;  ///< of one shard: their names are the clients' choice
    std::size_t max_waiting_bytes = 1024 * 1024 * 1024U;  ///< in all queues of one shard, also under way
    /// Of each subscription to a topic that acknowledges.
    QueueLimits topic_backlog{.max_messages = 10'000, .max_bytes = 8 * 1024 * 1024};
    SlowRules slow_rules = {};  ///< for those that may lose messages instead
    /// Where messages go whose deliveries came back too often; empty: nowhere.
    std::string dead_letter_destination = "/queue/dead-letters";
    /// A topic's messages wait for flush(), at the end of the turn, so that those of one turn go out
    /// together.
    bool in_runs = false;
    std::vector<HoldRule> holds = {};         ///< which topics' messages may wait for others
    std::vector<HistoryRule> histories = {};  ///< which topics' messages are kept for later subscribers
    ReplayLimits replay = {};                 ///< of one subscription
    /// In the backlogs of all of a shard's subscriptions to topics.
    std::size_t max_topic_backlogs_bytes = 512 * 1024 * 1024;
};

/// Of one shard, since it is there.
struct Counts {
    std::uint64_t published = 0;  ///< by this shard's clients and application
    std::uint64_t delivered = 0;  ///< to topics' subscriptions here, and by queues whose home is here
    std::uint64_t dead_letters = 0;
};

/// The built-in broker, one on each shard. Topics: every subscriber of every shard, in order per publisher; a
/// shard without one has nothing of the message; those of a topic that is kept in one order, its home's.
/// Queues: one of all shards' subscribers at a time, in turn,
/// until one has accepted. Shard-local; reaches its peers by Mail only.
class SimpleBroker final : public Broker {
public:
    SimpleBroker(const Settings& settings, Peers& peers, base::TimerQueue& timers);

    [[nodiscard]] bool handles(std::string_view destination) const override;
    void subscribe(Subscription& subscription, Done done) override;
    void unsubscribe(Subscription& subscription) override;
    void publish(MessagePtr message, Done done) override;
    void settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) override;
    void flush() override { run_.flush(); }
    /// Something waits for flush().
    [[nodiscard]] bool waits() const { return !run_.empty(); }

    /// From another shard's broker.
    void receive(unsigned from, Mail mail);

    [[nodiscard]] std::size_t subscriptions() const { return index_.size() + consumers_.size(); }
    [[nodiscard]] std::size_t queues() const { return queues_.size(); }
    /// Nothing is left of any topic, also not of other shards' interest.
    [[nodiscard]] bool has_no_topics() const { return index_.empty(); }
    [[nodiscard]] const HeldTopics& held() const { return held_; }
    [[nodiscard]] const History& history() const { return history_; }
    /// In queues, also under way.
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }
    /// For subscriptions to topics, also under way. A message that waits for several counts for each.
    [[nodiscard]] std::size_t topic_backlogs_bytes() const { return backlogs_.bytes() + lossy_topics_.bytes; }
    /// Of all messages that wait here, are under way or are kept.
    [[nodiscard]] std::size_t held_bytes() const {
        return waiting_bytes_ + topic_backlogs_bytes() + held_.bytes() + history_.bytes();
    }
    /// While memory is used up, queues take nothing.
    void set_full(bool full) { is_full_ = full; }
    /// What slow consumers that acknowledge have come to.
    [[nodiscard]] const SlowConsumers& slow_consumers() const { return slow_consumers_; }
    [[nodiscard]] Counts counts() const {
        return {counts_.published, counts_.delivered + index_.delivered(), counts_.dead_letters};
    }
    /// Those that anybody wants, on any shard, with what this one counted.
    void for_each_topic(const SubscriptionIndex::Visitor& visitor) const { index_.for_each(visitor); }
    /// Those whose home is here.
    template <class F>
    void for_each_queue(F visitor) const {
        for (const auto& [name, queue] : queues_) visitor(name, queue);
    }

private:
    [[nodiscard]] bool is_queue(std::string_view destination) const;
    [[nodiscard]] unsigned home_of(std::string_view destination) const;
    void send(unsigned shard, Mail mail);
    /// The queue of that name, made when there is room for one more; else null.
    Queue* find_or_make(const std::string& destination);
    std::optional<Error> take(Queue* queue, MessagePtr message);
    void drain(const std::string& destination);
    void subscribe_to_topic(Subscription& subscription, Done done);
    [[nodiscard]] std::vector<unsigned> homes_of(const Subscription& subscription) const;
    void ask_for_history(const Topic& topic, const Subscription& subscription,
                         const std::vector<unsigned>& homes, Done done);
    [[nodiscard]] ReplayLimits replay_limits() const;
    void one_known(std::uint64_t key);
    void wake(const Rests::Where& where, base::TimePoint now);
    void publish_kept(MessagePtr message, Done done);
    void list_itself_if_it_may(std::uint64_t key);
    void publish_to_topics(const MessagePtr& message);
    void to_all(const MessagePtr& message);
    void bury(const MessagePtr& dead);

    void handle(unsigned from, TopicMessage& mail);
    void handle(unsigned from, Interest& mail);
    void handle(unsigned from, InterestKnown& mail);
    void handle(unsigned from, InterestGone& mail);
    void handle(unsigned from, QueueJoin& mail);
    void handle(unsigned from, QueueJoined& mail);
    void handle(unsigned from, QueueLeave& mail);
    void handle(unsigned from, QueuePublish& mail);
    void handle(unsigned from, PublishAnswer& mail);
    void handle(unsigned from, QueueDelivery& mail);
    void handle(unsigned from, QueueSettle& mail);
    void handle(unsigned from, HistoryPublish& mail);
    void handle(unsigned from, HistoryRequest& mail);
    void handle(unsigned from, HistoryReplay& mail);

    const Settings& settings_;
    Peers& peers_;
    SubscriptionIndex index_;
    Interests interests_;
    base::TimerQueue& timers_;
    History history_;
    TopicBacklogs backlogs_;
    Rests rests_;
    HeldTopics held_;
    TurnRun run_;
    std::vector<unsigned> interested_;                            ///< shards, in the message at hand
    std::unordered_map<std::string, Queue> queues_;               ///< those whose home is here
    std::unordered_map<std::uint64_t, Subscription*> consumers_;  ///< this shard's, by their numbers
    bool is_full_ = false;
    SlowConsumers slow_consumers_;
    LossyTopics lossy_topics_;
    std::unordered_map<std::uint64_t, std::unique_ptr<TopicConsumer>> topic_consumers_;  ///< by their keys
    /// A subscription that is active when so many shards, and Interests, have said so.
    struct Activation {
        std::size_t missing;
        Done done;
    };
    std::unordered_map<std::uint64_t, Activation> activating_;  ///< by the keys of topic_consumers_
    std::unordered_map<std::uint64_t, Done> joining_;
    std::unordered_map<std::uint64_t, Done> publishing_;
    std::uint64_t last_number_ = 0;
    Counts counts_;                  ///< what topics delivered is counted there
    std::size_t waiting_bytes_ = 0;  ///< of queues_
};

}  // namespace stentor::broker
