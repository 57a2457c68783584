#include "broker/simple_broker.hpp"

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"

#include <algorithm>

namespace stentor::broker {
namespace {

bool below_any(const std::vector<std::string>& prefixes, std::string_view destination) {
    return std::ranges::any_of(prefixes,
                               [&](const std::string& p) { return messaging::has_prefix(destination, p); });
}

void finish(std::unordered_map<std::uint64_t, SimpleBroker::Done>& waiting, std::uint64_t number,
            Result<void> result) {
    const auto found = waiting.find(number);
    if (found == waiting.end()) return;  // it unsubscribed meanwhile
    const SimpleBroker::Done done = std::move(found->second);
    waiting.erase(found);
    done(std::move(result));
}

}  // namespace

bool SimpleBroker::handles(std::string_view destination) const {
    return below_any(settings_.destination_prefixes, destination);
}

bool SimpleBroker::is_queue(std::string_view destination) const {
    return below_any(settings_.queue_prefixes, destination);
}

unsigned SimpleBroker::home_of(std::string_view queue) const {
    return static_cast<unsigned>(std::hash<std::string_view>{}(queue) % peers_.count());
}

void SimpleBroker::send(unsigned shard, Mail mail) {
    if (shard == peers_.self()) receive(shard, std::move(mail));
    else peers_.send(shard, std::move(mail));
}

void SimpleBroker::subscribe(Subscription& subscription, Done done) {
    if (!is_queue(subscription.destination)) {
        index_.add(subscription);
        return done({});
    }
    if (messaging::DestinationPattern::has_wildcard(subscription.destination))
        return done(Error{Errc::unsupported, "A queue subscription cannot have wildcards"});
    subscription.key = ++last_number_;
    consumers_.emplace(subscription.key, &subscription);
    joining_.emplace(subscription.key, std::move(done));
    send(home_of(subscription.destination), QueueJoin{subscription.destination, subscription.key});
}

void SimpleBroker::unsubscribe(Subscription& subscription) {
    if (!is_queue(subscription.destination)) return index_.remove(subscription);
    if (consumers_.erase(subscription.key) == 0) return;
    joining_.erase(subscription.key);
    send(home_of(subscription.destination), QueueLeave{subscription.destination, subscription.key});
}

void SimpleBroker::publish(MessagePtr message, Done done) {
    if (is_queue(message->destination)) {
        const unsigned home = home_of(message->destination);
        publishing_.emplace(++last_number_, std::move(done));
        return send(home, QueuePublish{std::move(message), last_number_});
    }
    for (unsigned shard = 0; shard < peers_.count(); ++shard)
        if (shard != peers_.self()) peers_.send(shard, TopicMessage{message});
    index_.deliver(message);
    done({});
}

void SimpleBroker::receive(unsigned from, Mail mail) {
    std::visit([&](auto& m) { handle(from, m); }, mail);
}

void SimpleBroker::handle(unsigned, TopicMessage& mail) { index_.deliver(mail.message); }

void SimpleBroker::handle(unsigned from, QueueJoin& mail) {
    queues_[mail.destination].join({from, mail.consumer});
    send(from, QueueJoined{mail.consumer});
    drain(mail.destination);
}

void SimpleBroker::handle(unsigned, QueueJoined& mail) { finish(joining_, mail.consumer, {}); }

void SimpleBroker::handle(unsigned from, QueueLeave& mail) {
    const auto found = queues_.find(mail.destination);
    if (found == queues_.end()) return;
    found->second.leave({from, mail.consumer});
    if (found->second.unused()) queues_.erase(found);
}

void SimpleBroker::handle(unsigned from, QueuePublish& mail) {
    const std::string destination = mail.message->destination;
    QueueAnswer answer{mail.request, std::nullopt};
    if (!queues_[destination].push(std::move(mail.message), settings_.queue))
        answer.error = Error{Errc::too_large, "The queue is full"};
    send(from, std::move(answer));
    drain(destination);
}

void SimpleBroker::handle(unsigned, QueueAnswer& mail) {
    finish(publishing_, mail.request, mail.error ? Result<void>(*mail.error) : Result<void>());
}

void SimpleBroker::handle(unsigned from, QueueDelivery& mail) {
    const auto found = consumers_.find(mail.consumer);
    if (found == consumers_.end()) return send(from, QueueReturn{std::move(mail.message)});
    found->second->subscriber.deliver(*found->second, mail.message);
}

void SimpleBroker::handle(unsigned, QueueReturn& mail) {
    const std::string destination = mail.message->destination;
    queues_[destination].push_back_first(std::move(mail.message));
    drain(destination);
}

/// Deliveries may come straight back (a consumer that has left), so the queue is looked up anew each time.
void SimpleBroker::drain(const std::string& destination) {
    for (;;) {
        const auto found = queues_.find(destination);
        if (found == queues_.end()) return;
        auto next = found->second.next();
        if (!next) break;
        send(next->first.shard, QueueDelivery{std::move(next->second), next->first.number});
    }
    if (const auto found = queues_.find(destination); found != queues_.end() && found->second.unused())
        queues_.erase(found);
}

}  // namespace stentor::broker
