#pragma once

#include "broker/answers.hpp"
#include "broker/broker.hpp"
#include "broker/dead_letters.hpp"
#include "broker/mail.hpp"
#include "broker/queues.hpp"
#include "broker/rests.hpp"
#include "broker/settings.hpp"
#include "broker/topics.hpp"

#include <cstdint>

namespace stentor::broker {

/// Of one shard, since it is there.
struct Counts {
    std::uint64_t published = 0;  ///< by this shard's clients and application
    std::uint64_t delivered = 0;  ///< to topics' subscriptions here, and by queues whose home is here
    std::uint64_t dead_letters = 0;
};

/// The built-in broker, one on each shard: its topics and its queues. Shard-local; reaches its peers by Mail
/// only.
class SimpleBroker final : public Broker {
public:
    SimpleBroker(const Settings& settings, Peers& peers, base::TimerQueue& timers);

    [[nodiscard]] bool handles(std::string_view destination) const override;
    void subscribe(Subscription& subscription, Done done) override;
    void unsubscribe(Subscription& subscription) override;
    void publish(MessagePtr message, Done done) override;
    void settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) override;
    void flush() override { topics_.flush(); }
    /// Something waits for flush().
    [[nodiscard]] bool waits() const { return topics_.waits(); }

    /// From another shard's broker.
    void receive(unsigned from, Mail mail);

    [[nodiscard]] std::size_t subscriptions() const { return topics_.index().size() + queues_.consumers(); }
    [[nodiscard]] std::size_t queues() const { return queues_.size(); }
    /// Nothing is left of any topic, also not of other shards' interest.
    [[nodiscard]] bool has_no_topics() const { return topics_.index().empty(); }
    [[nodiscard]] const HeldTopics& held() const { return topics_.held(); }
    [[nodiscard]] const History& history() const { return topics_.history(); }
    /// In queues, also under way.
    [[nodiscard]] std::size_t waiting_bytes() const { return queues_.bytes(); }
    /// For subscriptions to topics, also under way. A message that waits for several counts for each.
    [[nodiscard]] std::size_t topic_backlogs_bytes() const { return topics_.backlogs_bytes(); }
    /// Of all messages that wait here, are under way or are kept.
    [[nodiscard]] std::size_t held_bytes() const {
        return waiting_bytes() + topic_backlogs_bytes() + held().bytes() + history().bytes();
    }
    /// While memory is used up, queues take nothing.
    void set_full(bool full) { queues_.set_full(full); }
    /// What slow consumers that acknowledge have come to.
    [[nodiscard]] const SlowConsumers& slow_consumers() const { return topics_.slow_consumers(); }
    [[nodiscard]] Counts counts() const {
        return {published_, queues_.delivered() + topics_.index().delivered(), dead_letters_.count()};
    }
    /// Those that anybody wants, on any shard, with what this one counted.
    void for_each_topic(const SubscriptionIndex::Visitor& visitor) const {
        topics_.index().for_each(visitor);
    }
    /// Those whose home is here.
    template <class F>
    void for_each_queue(F visitor) const {
        queues_.for_each(visitor);
    }

private:
    /// All shards, this one too: what is for it is there at once.
    class Everyone final : public Peers {
    public:
        Everyone(SimpleBroker& own, Peers& others) : own_(own), others_(others) {}
        [[nodiscard]] unsigned self() const override { return others_.self(); }
        [[nodiscard]] unsigned count() const override { return others_.count(); }
        void send(unsigned shard, Mail mail) override;

    private:
        SimpleBroker& own_;
        Peers& others_;
    };

    [[nodiscard]] bool is_queue(std::string_view destination) const;
    void wake(const Rests::Where& where, base::TimePoint now);

    const Settings& settings_;
    Everyone everyone_;
    Rests rests_;
    Answers published_elsewhere_;
    DeadLetters dead_letters_;
    Topics topics_;
    Queues queues_;
    std::uint64_t published_ = 0;
};

}  // namespace stentor::broker
