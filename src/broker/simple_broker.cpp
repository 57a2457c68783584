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

Error too_many_queues() { return {Errc::too_large, "There are too many queues"}; }

Result<void> to_result(const std::optional<Error>& error) {
    return error ? Result<void>(*error) : Result<void>();
}

/// One that unsubscribed meanwhile is told as well: its SUBSCRIBE did happen.
void finish(std::unordered_map<std::uint64_t, SimpleBroker::Done>& waiting, std::uint64_t number,
            Result<void> result) {
    const auto found = waiting.find(number);
    if (found == waiting.end()) return;
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

void SimpleBroker::settle(Subscription&, std::uint64_t, Settlement) {}

void SimpleBroker::receive(unsigned from, Mail mail) {
    std::visit([&](auto& m) { handle(from, m); }, mail);
}

void SimpleBroker::handle(unsigned, TopicMessage& mail) { index_.deliver(mail.message); }

Queue* SimpleBroker::find_or_make(const std::string& destination) {
    if (const auto found = queues_.find(destination); found != queues_.end()) return &found->second;
    return queues_.size() < settings_.max_queues ? &queues_[destination] : nullptr;
}

void SimpleBroker::handle(unsigned from, QueueJoin& mail) {
    Queue* const queue = find_or_make(mail.destination);
    if (queue == nullptr) return send(from, QueueJoined{mail.consumer, too_many_queues()});
    queue->join({mail.consumer, from});
    send(from, QueueJoined{mail.consumer, std::nullopt});
    drain(mail.destination);
}

void SimpleBroker::handle(unsigned, QueueJoined& mail) {
    finish(joining_, mail.consumer, to_result(mail.error));
}

void SimpleBroker::handle(unsigned from, QueueLeave& mail) {
    const auto found = queues_.find(mail.destination);
    if (found == queues_.end()) return;
    found->second.leave({mail.consumer, from});
    if (found->second.unused()) queues_.erase(found);
}

std::optional<Error> SimpleBroker::take(Queue* queue, MessagePtr message) {
    if (queue == nullptr) return too_many_queues();
    const std::size_t before = queue->bytes();
    if (waiting_bytes_ >= settings_.max_waiting_bytes ||
        !queue->push({++last_number_, std::move(message)}, settings_.queue))
        return Error{Errc::too_large, "The queue is full"};
    waiting_bytes_ += queue->bytes() - before;
    return std::nullopt;
}

void SimpleBroker::handle(unsigned from, QueuePublish& mail) {
    const std::string destination = mail.message->destination;
    send(from, QueueAnswer{mail.request, take(find_or_make(destination), std::move(mail.message))});
    drain(destination);
}

void SimpleBroker::handle(unsigned, QueueAnswer& mail) {
    finish(publishing_, mail.request, to_result(mail.error));
}

void SimpleBroker::handle(unsigned from, QueueDelivery& mail) {
    const auto found = consumers_.find(mail.consumer);
    if (found == consumers_.end()) return send(from, QueueReturn{std::move(mail.message), mail.place});
    found->second->subscriber.deliver(*found->second, {mail.message});
}

void SimpleBroker::handle(unsigned, QueueReturn& mail) {
    const std::string destination = mail.message->destination;
    Queue& queue = queues_[destination];
    const std::size_t before = queue.bytes();
    queue.put_back({mail.place, std::move(mail.message)});
    waiting_bytes_ += queue.bytes() - before;
    drain(destination);
}

/// Deliveries may come straight back (a consumer that has left), so the queue is looked up anew each time.
void SimpleBroker::drain(const std::string& destination) {
    for (;;) {
        const auto found = queues_.find(destination);
        if (found == queues_.end()) return;
        Queue& queue = found->second;
        const std::size_t before = queue.bytes();
        auto turn = queue.next();
        waiting_bytes_ -= before - queue.bytes();
        if (!turn) {
            if (queue.unused()) queues_.erase(found);
            return;
        }
        send(turn->consumer.shard,
             QueueDelivery{std::move(turn->taken.message), turn->consumer.number, turn->taken.place});
    }
}

}  // namespace stentor::broker
