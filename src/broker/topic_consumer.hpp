#pragma once

#include "broker/history.hpp"
#include "broker/kept_messages.hpp"
#include "broker/queue.hpp"
#include "broker/subscription.hpp"
#include "broker/topic_backlogs.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace stentor::broker {

/// What consumers keep to that may lose messages, and count. Shard-local.
struct LossyTopics {
    const SlowRules& rules;
    SlowConsumers& counts;
    std::size_t bytes = 0;  ///< that wait for all of them, and are not under way
};

/// Stands in the subscription index for a subscription to a topic that wants something other than every
/// message, once: it has a selector, or it acknowledges and so has a queue of its own, or it is to get what
/// is kept first and has a queue until it is done with that. Others stand there themselves, and what this
/// costs costs them nothing. Shard-local.
class TopicConsumer final : public Subscriber {
public:
    /// What is kept and has not come.
    struct Awaited {
        const History& history;
        unsigned shards;
        std::vector<unsigned> homes;  ///< that were asked for what they keep
        ReplayLimits limits;          ///< for all they give
    };

    /// All but the last must outlive it.
    TopicConsumer(Subscription& wanted, const QueueLimits& limits, TopicBacklogs& backlogs,
                  LossyTopics& lossy, std::optional<Awaited> awaited = std::nullopt);
    ~TopicConsumer();

    [[nodiscard]] Subscription& wanted() { return wanted_; }
    /// What the index has.
    [[nodiscard]] Subscription& listed() { return listed_; }

    void deliver(const Subscription& listed, const Delivery& delivery) override;
    void overflowed(const Subscription&) override {}  // what it is in has no queue
    /// What one of the homes keeps; messages of which it keeps some count for this subscription from now on.
    void replay(unsigned home, std::span<const MessagePtr> kept);
    /// The message if it is a dead letter now, else null.
    [[nodiscard]] MessagePtr settle(std::uint64_t number, Settlement settlement, base::TimePoint now = {});
    /// As a queue's.
    void wake(base::TimePoint now);
    [[nodiscard]] base::TimePoint next_wake() const { return queue_ ? queue_->next_wake() : base::never; }
    /// More waits for it than may.
    void overflow();
    /// What waits for it, and is under way.
    [[nodiscard]] std::size_t bytes() const { return queue_ ? queue_->bytes() : 0; }
    /// Whether the subscription may not stand in the index itself.
    [[nodiscard]] bool is_needed() const {
        return wanted_.acknowledges || wanted_.selector || queue_ || awaited_ || overflowed_;
    }

private:
    /// In front of the queue of one that may lose messages: the queue has no more than what is under way.
    struct Lossy {
        Lossy(const QueueLimits& of_others, std::size_t& total);
        QueueLimits limits;
        KeptMessages kept;
    };

    [[nodiscard]] bool comes_with_history(const Message& message) const;
    void open_queue();
    void close_queue();
    void push(const MessagePtr& message);
    void take(MessagePtr message);
    void drain();
    void give(const Queue::Turn& turn, const Gap& before);

    Subscription& wanted_;
    Subscription listed_;
    const QueueLimits& limits_;
    TopicBacklogs& backlogs_;
    LossyTopics& lossy_topics_;
    std::unique_ptr<Lossy> lossy_;  ///< with a queue, where messages may be lost
    std::optional<Queue> queue_;    ///< while it acknowledges, or has not written all that was kept
    std::optional<Awaited> awaited_;
    bool overflowed_ = false;
};

}  // namespace stentor::broker
