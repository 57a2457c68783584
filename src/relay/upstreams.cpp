#include "relay/upstreams.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace stentor::relay {

Upstreams::Upstreams(const UpstreamSettings& settings)
    : settings_(settings),
      backlogs_(settings.max_topic_backlogs_bytes),
      lossy_topics_{settings.slow_rules, slow_consumers_} {}

Upstream& Upstreams::join(broker::Subscription& subscription, const std::string& name, bool is_queue) {
    const auto [known, is_new] = numbers_.try_emplace(subscription.destination, last_number_ + 1);
    if (is_new) {
        ++last_number_;
        auto queue = is_queue ? std::make_unique<UpstreamQueue>(settings_.queue) : nullptr;
        Upstream made{last_number_, subscription.destination, name, std::move(queue)};
        if (messaging::DestinationPattern::has_wildcard(made.destination))
            made.pattern = messaging::DestinationPattern::parse(made.destination).value();
        upstreams_.emplace(last_number_, std::move(made));
    }
    Upstream& upstream = upstreams_.at(known->second);
    subscription.key = ++last_key_;
    if (upstream.queue) upstream.queue->join(subscription);
    else upstream.topic = &add_to_topics(subscription);
    ++upstream.subscribers;
    ++subscriptions_;
    return upstream;
}

Upstreams::Left Upstreams::leave(broker::Subscription& subscription) {
    if (subscription.key == 0) return {};
    Upstream* const upstream = find(subscription.destination);
    assert(upstream != nullptr);
    upstream->waiting.erase(subscription.key);
    Left left;
    if (upstream->queue) {
        const std::size_t before = upstream->queue->bytes();
        left.answers = upstream->queue->leave(subscription);
        unsettled_bytes_ -= before - upstream->queue->bytes();
    } else {
        remove_from_topics(subscription);
    }
    subscription.key = 0;
    --subscriptions_;
    if (--upstream->subscribers == 0) left.unused = upstream;
    else if (upstream->queue) upstream->queue->deliver();
    return left;
}

const broker::Topic& Upstreams::add_to_topics(broker::Subscription& subscription) {
    if (!subscription.acknowledges && !subscription.selector) return topics_.add(subscription);
    auto consumer = std::make_unique<broker::TopicConsumer>(subscription, settings_.topic_backlog, backlogs_,
                                                            lossy_topics_);
    const broker::Topic& topic = topics_.add(consumer->listed());
    topic_consumers_.emplace(subscription.key, std::move(consumer));
    return topic;
}

void Upstreams::remove_from_topics(broker::Subscription& subscription) {
    const auto consumer = topic_consumers_.find(subscription.key);
    const bool is_listed = consumer == topic_consumers_.end();
    topics_.remove(is_listed ? subscription : consumer->second->listed());
    if (!is_listed) topic_consumers_.erase(consumer);
}

std::vector<std::string> Upstreams::forget(Upstream& upstream) {
    std::vector<std::string> unsettled;
    if (upstream.queue) {
        unsettled_bytes_ -= upstream.queue->bytes();
        unsettled = upstream.queue->take_all();
    }
    numbers_.erase(upstream.destination);
    upstreams_.erase(upstream.number);
    return unsettled;
}

Upstream* Upstreams::find(std::uint64_t number) {
    const auto found = upstreams_.find(number);
    return found == upstreams_.end() ? nullptr : &found->second;
}

Upstream* Upstreams::find(const std::string& destination) {
    const auto found = numbers_.find(destination);
    return found == numbers_.end() ? nullptr : find(found->second);
}

/// To no other topic: the broker gives a message once for each subscription that it reaches.
void Upstreams::deliver(const Upstream& topic, const MessagePtr& message) {
    topic.topic->deliver({&message, 1});
}

void Upstreams::deliver(Upstream& queue, MessagePtr message, std::string ack, bool redelivered) {
    const std::size_t before = queue.queue->bytes();
    const bool is_taken = queue.queue->push(std::move(message), std::move(ack), redelivered);
    unsettled_bytes_ += queue.queue->bytes() - before;
    if (!is_taken || unsettled_bytes_ > settings_.max_unsettled_bytes) return overflow();
    queue.queue->deliver();
}

void Upstreams::deliver_waiting(std::uint64_t number) {
    Upstream* const upstream = find(number);
    if (upstream != nullptr && upstream->queue) upstream->queue->deliver();
}

/// The sessions end later in the turn, and what they had goes back to the broker.
void Upstreams::overflow() {
    UpstreamQueue* largest = nullptr;
    for (auto& [number, upstream] : upstreams_)
        if (upstream.queue && (largest == nullptr || upstream.queue->bytes() > largest->bytes()))
            largest = upstream.queue.get();
    for (const auto& [key, consumer] : largest->consumers()) consumer->subscriber.overflowed(*consumer);
}

Upstreams::Settled Upstreams::settle(broker::Subscription& subscription, std::uint64_t delivery,
                                     broker::Settlement how, Rejected rejected, base::TimePoint now) {
    if (const auto topic = topic_consumers_.find(subscription.key); topic != topic_consumers_.end()) {
        MessagePtr dead = topic->second->settle(delivery, how, now);
        return {std::nullopt, std::move(dead), topic->second->next_wake()};
    }
    Upstream* const upstream = subscription.key == 0 ? nullptr : find(subscription.destination);
    if (upstream == nullptr || !upstream->queue) return {};
    UpstreamQueue& queue = *upstream->queue;
    const std::size_t before = queue.bytes();
    auto answer = queue.settle(subscription, delivery, how, rejected, now);
    unsettled_bytes_ -= before - queue.bytes();
    queue.deliver();
    return {std::move(answer), nullptr, queue.next_wake()};
}

Upstreams::Woken Upstreams::wake(const std::string& queue, std::uint64_t key, base::TimePoint now) {
    if (const auto topic = topic_consumers_.find(key); topic != topic_consumers_.end()) {
        topic->second->wake(now);
        return {{}, topic->second->next_wake()};
    }
    Upstream* const upstream = find(queue);
    if (upstream == nullptr || !upstream->queue) return {};
    auto answers = upstream->queue->wake(now);
    upstream->queue->deliver();
    return {std::move(answers), upstream->queue->next_wake()};
}

void Upstreams::forget_unsettled() {
    for (auto& [number, upstream] : upstreams_)
        if (upstream.queue) (void)upstream.queue->take_all();
    unsettled_bytes_ = 0;
}

std::size_t Upstreams::held_bytes() const {
    return unsettled_bytes_ + backlogs_.bytes() + lossy_topics_.bytes;
}

}  // namespace stentor::relay
