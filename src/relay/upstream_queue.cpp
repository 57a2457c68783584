#include "relay/upstream_queue.hpp"

#include <algorithm>
#include <utility>

namespace stentor::relay {
namespace {

using broker::Settlement;

broker::Consumer as_consumer(const broker::Subscription& subscription) { return {subscription.key, 0}; }

}  // namespace

void UpstreamQueue::join(broker::Subscription& consumer) {
    consumers_.emplace(consumer.key, &consumer);
    queue_.join(as_consumer(consumer), {consumer.window, consumer.acknowledges});
}

std::vector<Answer> UpstreamQueue::leave(const broker::Subscription& consumer) {
    consumers_.erase(consumer.key);
    std::vector<Answer> answers;
    for (MessagePtr& dead : queue_.leave(as_consumer(consumer))) {
        std::string ack = take(*dead).ack;
        answers.push_back({std::move(ack), Settlement::rejected, std::move(dead)});
    }
    return answers;
}

bool UpstreamQueue::push(MessagePtr message, std::string ack, bool redelivered) {
    const Message* const key = message.get();
    if (!queue_.push(std::move(message), redelivered)) return false;
    unsettled_.emplace(key, Unsettled{++last_place_, std::move(ack), redelivered});
    return true;
}

void UpstreamQueue::deliver() {
    while (const auto turn = queue_.next()) {
        const broker::Subscription& to = *consumers_.at(turn->consumer.number);
        to.subscriber.deliver(to, {turn->message, turn->number, turn->redelivered});
    }
}

UpstreamQueue::Unsettled UpstreamQueue::take(const Message& message) {
    return std::move(unsettled_.extract(&message).mapped());
}

std::optional<Answer> UpstreamQueue::settle(const broker::Subscription& consumer, std::uint64_t number,
                                            Settlement how, Rejected rejected, base::TimePoint now) {
    const MessagePtr message = queue_.given(as_consumer(consumer), number);
    if (message == nullptr) return std::nullopt;
    if (how == Settlement::rejected && rejected == Rejected::redelivered) {
        MessagePtr dead = queue_.settle(as_consumer(consumer), number, how, now);
        if (dead == nullptr) return std::nullopt;
        return Answer{take(*message).ack, how, std::move(dead)};
    }
    (void)queue_.settle(as_consumer(consumer), number, Settlement::accepted);
    Unsettled ended = take(*message);
    if (how == Settlement::accepted || !ended.redelivered) return Answer{std::move(ended.ack), how};
    resting_.emplace(now + limits_.max_redelivery_delay, std::move(ended));
    return std::nullopt;
}

std::vector<Answer> UpstreamQueue::wake(base::TimePoint now) {
    queue_.wake(now);
    std::vector<Answer> answers;
    while (!resting_.empty() && resting_.begin()->first <= now)
        answers.push_back({std::move(resting_.extract(resting_.begin()).mapped().ack), Settlement::rejected});
    return answers;
}

base::TimePoint UpstreamQueue::next_wake() const {
    return std::min(queue_.next_wake(), resting_.empty() ? base::never : resting_.begin()->first);
}

std::vector<std::string> UpstreamQueue::take_all() {
    std::vector<Unsettled> all;
    all.reserve(unsettled());
    for (auto& [message, one] : unsettled_) all.push_back(std::move(one));
    for (auto& [time, one] : resting_) all.push_back(std::move(one));
    std::ranges::sort(all, {}, &Unsettled::place);
    unsettled_.clear();
    resting_.clear();
    queue_.clear();
    std::vector<std::string> acks;
    acks.reserve(all.size());
    for (Unsettled& one : all) acks.push_back(std::move(one.ack));
    return acks;
}

}  // namespace stentor::relay
