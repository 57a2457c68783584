#pragma once

#include "broker/answers.hpp"
#include "broker/broker.hpp"
#include "broker/dead_letters.hpp"
#include "broker/held_topics.hpp"
#include "broker/history.hpp"
#include "broker/interests.hpp"
#include "broker/mail.hpp"
#include "broker/rests.hpp"
#include "broker/settings.hpp"
#include "broker/subscription_index.hpp"
#include "broker/topic_backlogs.hpp"
#include "broker/topic_consumer.hpp"
#include "broker/turn_run.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

/// All shards' topics as one of them sees them: its own subscriptions, and which other shards want what. A
/// shard that does not want a message has nothing of it; those of a topic that is kept go by its home, in one
/// order. Shard-local.
class Topics {
public:
    using Done = Broker::Done;

    /// As Queues'.
    Topics(const Settings& settings, Peers& everyone, base::TimerQueue& timers, Rests& rests,
           Answers& published, DeadLetters& dead_letters);

    void subscribe(Subscription& subscription, Done done);
    void unsubscribe(Subscription& subscription);
    void publish(MessagePtr message, Done done);
    void settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement);
    void flush() { run_.flush(); }
    /// Something waits for flush().
    [[nodiscard]] bool waits() const { return !run_.empty(); }
    /// Something of that subscription has rested; when it is to be woken again.
    [[nodiscard]] base::TimePoint wake(std::uint64_t key, base::TimePoint now);

    // From another shard.
    void handle(unsigned from, TopicMessage& mail);
    void handle(unsigned from, Interest& mail);
    void handle(unsigned from, InterestKnown& mail);
    void handle(unsigned from, InterestGone& mail);
    void handle(unsigned from, HistoryPublish& mail);
    void handle(unsigned from, HistoryRequest& mail);
    void handle(unsigned from, HistoryReplay& mail);

    [[nodiscard]] const SubscriptionIndex& index() const { return index_; }
    [[nodiscard]] const HeldTopics& held() const { return held_; }
    [[nodiscard]] const History& history() const { return history_; }
    /// For subscriptions, also under way. A message that waits for several counts for each.
    [[nodiscard]] std::size_t backlogs_bytes() const { return backlogs_.bytes() + lossy_topics_.bytes; }
    /// What slow consumers that acknowledge have come to.
    [[nodiscard]] const SlowConsumers& slow_consumers() const { return slow_consumers_; }

private:
    [[nodiscard]] unsigned home_of(const std::string& destination) const;
    [[nodiscard]] std::vector<unsigned> homes_of(const Subscription& subscription) const;
    void ask_for_history(const Topic& topic, const Subscription& subscription,
                         const std::vector<unsigned>& homes, Done done);
    [[nodiscard]] ReplayLimits replay_limits() const;
    void one_known(std::uint64_t key);
    void publish_kept(MessagePtr message, Done done);
    void list_itself_if_it_may(std::uint64_t key);
    void to_those_who_want(const MessagePtr& message);
    void to_all(const MessagePtr& message);

    const Settings& settings_;
    Peers& peers_;
    base::TimerQueue& timers_;
    Rests& rests_;
    Answers& published_;
    DeadLetters& dead_letters_;
    SubscriptionIndex index_;
    Interests interests_;
    History history_;
    TopicBacklogs backlogs_;
    HeldTopics held_;
    TurnRun run_;
    std::vector<unsigned> interested_;  ///< shards, in the message at hand
    SlowConsumers slow_consumers_;
    LossyTopics lossy_topics_;
    std::unordered_map<std::uint64_t, std::unique_ptr<TopicConsumer>> consumers_;  ///< by their keys
    /// A subscription that is active when so many shards, and Interests, have said so.
    struct Activation {
        std::size_t missing;
        Done done;
    };
    std::unordered_map<std::uint64_t, Activation> activating_;  ///< by the keys of consumers_
    std::uint64_t last_key_ = 0;
};

}  // namespace stentor::broker
