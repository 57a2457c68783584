#include "broker/topic_consumer.hpp"

namespace stentor::broker {
namespace {

constexpr Consumer only{1, 0};

}  // namespace

TopicConsumer::TopicConsumer(const Subscription& wanted, const QueueLimits& limits)
    : wanted_(wanted), listed_{*this, wanted.id, wanted.destination} {
    if (wanted.acknowledges) queue_.emplace(limits).join(only, {wanted.window, true});
}

void TopicConsumer::deliver(const Subscription&, const Delivery& delivery) {
    if (wanted_.selector && !wanted_.selector->matches(delivery.message->headers)) return;
    if (!wanted_.acknowledges) return wanted_.subscriber.deliver(wanted_, {delivery.message});
    if (!queue_) return;
    if (queue_->push(delivery.message)) return drain();
    queue_.reset();  // its session has to end: nothing more is worth keeping for it
    wanted_.subscriber.overflowed(wanted_);
}

MessagePtr TopicConsumer::settle(std::uint64_t number, Settlement settlement) {
    if (!queue_) return nullptr;
    MessagePtr dead = queue_->settle(only, number, settlement);
    drain();
    return dead;
}

void TopicConsumer::drain() {
    while (const auto turn = queue_->next())
        wanted_.subscriber.deliver(wanted_, {turn->message, turn->number, turn->redelivered});
}

}  // namespace stentor::broker
