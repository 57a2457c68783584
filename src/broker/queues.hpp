#pragma once

#include "broker/answers.hpp"
#include "broker/broker.hpp"
#include "broker/dead_letters.hpp"
#include "broker/mail.hpp"
#include "broker/queue.hpp"
#include "broker/rests.hpp"
#include "broker/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace stentor::broker {

/// All shards' queues as one of them sees them: those whose home is here, and its own consumers of any. Each
/// message is one consumer's at a time, in turn, until one has accepted it. Shard-local.
class Queues {
public:
    using Done = Broker::Done;

    /// All must outlive it; `everyone` takes what is for this shard too. `published`: whose numbers a
    /// PublishAnswer brings.
    Queues(const Settings& settings, Peers& everyone, base::TimerQueue& timers, Rests& rests,
           Answers& published, DeadLetters& dead_letters);

    void subscribe(Subscription& subscription, Done done);
    void unsubscribe(Subscription& subscription);
    void publish(MessagePtr message, Done done);
    void settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement);
    /// Something of that queue has rested; when it is to be woken again.
    [[nodiscard]] base::TimePoint wake(const std::string& queue, base::TimePoint now);

    // From another shard.
    void handle(unsigned from, QueueJoin& mail);
    void handle(unsigned from, QueueJoined& mail);
    void handle(unsigned from, QueueLeave& mail);
    void handle(unsigned from, QueuePublish& mail);
    void handle(unsigned from, QueueDelivery& mail);
    void handle(unsigned from, QueueSettle& mail);

    /// Whose home is here.
    [[nodiscard]] std::size_t size() const { return queues_.size(); }
    template <class F>
    void for_each(F visitor) const {
        for (const auto& [name, queue] : queues_) visitor(name, queue);
    }
    /// In those, also under way.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// By those.
    [[nodiscard]] std::uint64_t delivered() const { return delivered_; }
    /// This shard's, of any queue.
    [[nodiscard]] std::size_t consumers() const { return consumers_.size(); }
    /// While memory is used up, queues take nothing.
    void set_full(bool full) { is_full_ = full; }

private:
    [[nodiscard]] unsigned home_of(const std::string& queue) const;
    /// The queue of that name, made when there is room for one more; else null.
    Queue* find_or_make(const std::string& destination);
    std::optional<Error> take(Queue* queue, MessagePtr message);
    void drain(const std::string& destination);

    const Settings& settings_;
    Peers& peers_;
    base::TimerQueue& timers_;
    Rests& rests_;
    Answers& published_;
    DeadLetters& dead_letters_;
    Answers joining_;  ///< their numbers are the consumers'
    std::unordered_map<std::string, Queue> queues_;
    std::unordered_map<std::uint64_t, Subscription*> consumers_;
    bool is_full_ = false;
    std::uint64_t delivered_ = 0;
    std::size_t bytes_ = 0;  ///< of queues_
};

}  // namespace stentor::broker
