#include "broker/topic_consumer.hpp"

#include "broker/home.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace stentor::broker {
namespace {

constexpr Consumer only{1, 0};

/// The newest of them that are within the limits, which get smaller by them.
std::span<const MessagePtr> newest(std::span<const MessagePtr> kept, ReplayLimits& limits) {
    std::size_t count = 0;
    while (count < kept.size() && limits.messages > 0) {
        const std::size_t bytes = Queue::weight(*kept[kept.size() - count - 1]);
        if (bytes > limits.bytes) break;
        limits.bytes -= bytes;
        --limits.messages;
        ++count;
    }
    return kept.last(count);
}

}  // namespace

TopicConsumer::Lossy::Lossy(const QueueLimits& of_others, std::size_t& total)
    : limits(of_others), kept(total) {
    limits.max_messages = std::numeric_limits<std::size_t>::max();
    limits.max_bytes = std::numeric_limits<std::size_t>::max();
}

TopicConsumer::TopicConsumer(Subscription& wanted, const QueueLimits& limits, TopicBacklogs& backlogs,
                             LossyTopics& lossy, std::optional<Awaited> awaited)
    : wanted_(wanted),
      listed_{*this, wanted.id, wanted.destination},
      limits_(limits),
      backlogs_(backlogs),
      lossy_topics_(lossy),
      awaited_(std::move(awaited)) {
    if (wanted.acknowledges) open_queue();
}

TopicConsumer::~TopicConsumer() { close_queue(); }

void TopicConsumer::open_queue() {
    if (queue_) return;
    if (wanted_.may_lose) lossy_ = std::make_unique<Lossy>(limits_, lossy_topics_.bytes);
    queue_.emplace(lossy_ ? lossy_->limits : limits_).join(only, {wanted_.window, wanted_.acknowledges});
    backlogs_.add(*this);
}

void TopicConsumer::close_queue() {
    if (!queue_) return;
    backlogs_.remove(*this);
    queue_.reset();
    lossy_.reset();
}

void TopicConsumer::deliver(const Subscription&, const Delivery& delivery) {
    if (awaited_ && comes_with_history(*delivery.message)) return;
    if (wanted_.selector && !wanted_.selector->matches(delivery.message->headers)) return;
    if (overflowed_) return;
    if (!queue_) return wanted_.subscriber.deliver(wanted_, {delivery.message});
    push(delivery.message);
    drain();
}

bool TopicConsumer::comes_with_history(const Message& message) const {
    return awaited_->history.keeps(message.destination) &&
           std::ranges::count(awaited_->homes, home_shard(message.destination, awaited_->shards)) != 0;
}

/// With a queue even where nothing is acknowledged: the subscriber is given no more than it has written. What
/// is kept is replayed whole, also where messages may be lost: who is new is not slow.
void TopicConsumer::replay(unsigned home, std::span<const MessagePtr> kept) {
    if (!awaited_) return;
    kept = newest(kept, awaited_->limits);
    std::erase(awaited_->homes, home);
    if (awaited_->homes.empty()) awaited_.reset();
    if (overflowed_ || kept.empty()) return;
    open_queue();
    for (const MessagePtr& message : kept) {
        take(message);
        if (overflowed_) return;
    }
    drain();
}

void TopicConsumer::push(const MessagePtr& message) {
    if (!queue_) return;
    if (!lossy_) return take(message);
    const auto gap = lossy_->kept.add(lossy_topics_.rules.find(message->destination), message);
    if (gap) lossy_topics_.counts.count(*gap);
    else overflow();
}

void TopicConsumer::take(MessagePtr message) {
    const std::size_t before = queue_->bytes();
    if (queue_->push(std::move(message))) backlogs_.change(before, queue_->bytes());
    else overflow();
}

/// Its session has to end: nothing more is worth keeping for it.
void TopicConsumer::overflow() {
    close_queue();
    overflowed_ = true;
    wanted_.subscriber.overflowed(wanted_);
}

MessagePtr TopicConsumer::settle(std::uint64_t number, Settlement settlement, base::TimePoint now) {
    if (!queue_) return nullptr;
    const std::size_t before = queue_->bytes();
    MessagePtr dead = queue_->settle(only, number, settlement, now);
    backlogs_.change(before, queue_->bytes());
    drain();
    if (!wanted_.acknowledges && queue_ && queue_->bytes() == 0 && (!lossy_ || lossy_->kept.empty()))
        close_queue();
    return dead;
}

void TopicConsumer::wake(base::TimePoint now) {
    if (!queue_) return;
    queue_->wake(now);
    drain();
}

/// What came back goes first: it is older than all that waits.
void TopicConsumer::drain() {
    if (!queue_) return;
    while (const auto turn = queue_->next()) give(*turn, {});
    while (lossy_ && !lossy_->kept.empty() && queue_->has_room()) {
        KeptMessages::Taken next = lossy_->kept.take();
        take(std::move(next.message));
        if (!queue_) return;
        if (const auto turn = queue_->next()) give(*turn, next.before);
    }
}

void TopicConsumer::give(const Queue::Turn& turn, const Gap& before) {
    wanted_.subscriber.deliver(wanted_, {turn.message, turn.number, turn.redelivered, before});
}

}  // namespace stentor::broker
