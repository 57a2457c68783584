#include "broker/queues.hpp"

#include "broker/home.hpp"
#include "messaging/destination_pattern.hpp"

#include <utility>
#include <vector>

namespace stentor::broker {
namespace {

Error too_many_queues() { return {Errc::too_large, "There are too many queues"}; }

}  // namespace

Queues::Queues(const Settings& settings, Peers& everyone, base::TimerQueue& timers, Rests& rests,
               Answers& published, DeadLetters& dead_letters)
    : settings_(settings),
      peers_(everyone),
      timers_(timers),
      rests_(rests),
      published_(published),
      dead_letters_(dead_letters) {}

unsigned Queues::home_of(const std::string& queue) const { return home_shard(queue, peers_.count()); }

void Queues::subscribe(Subscription& subscription, Done done) {
    if (messaging::DestinationPattern::has_wildcard(subscription.destination))
        return done(Error{Errc::unsupported, "A queue subscription cannot have wildcards"});
    if (subscription.selector)  // what nobody selects would wait for ever
        return done(Error{Errc::unsupported, "A queue subscription cannot have a selector"});
    subscription.key = joining_.await(std::move(done));
    consumers_.emplace(subscription.key, &subscription);
    peers_.send(
        home_of(subscription.destination),
        QueueJoin{
            subscription.destination, subscription.key, {subscription.window, subscription.acknowledges}});
}

void Queues::unsubscribe(Subscription& subscription) {
    if (consumers_.erase(subscription.key) != 0)
        peers_.send(home_of(subscription.destination),
                    QueueLeave{subscription.destination, subscription.key});
}

void Queues::publish(MessagePtr message, Done done) {
    const unsigned home = home_of(message->destination);
    const std::uint64_t request = published_.await(std::move(done));
    peers_.send(home, QueuePublish{std::move(message), request});
}

/// Of a consumer that has left nothing is under way: its key is known no more.
void Queues::settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) {
    if (consumers_.contains(subscription.key))
        peers_.send(home_of(subscription.destination),
                    QueueSettle{subscription.destination, subscription.key, delivery, settlement});
}

Queue* Queues::find_or_make(const std::string& destination) {
    if (const auto found = queues_.find(destination); found != queues_.end()) return &found->second;
    return queues_.size() < settings_.max_queues
               ? &queues_.try_emplace(destination, settings_.queue).first->second
               : nullptr;
}

void Queues::handle(unsigned from, QueueJoin& mail) {
    Queue* const queue = find_or_make(mail.destination);
    if (queue == nullptr) return peers_.send(from, QueueJoined{mail.consumer, too_many_queues()});
    queue->join({mail.consumer, from}, mail.terms);
    peers_.send(from, QueueJoined{mail.consumer, std::nullopt});
    drain(mail.destination);
}

/// One that unsubscribed meanwhile is told as well: its SUBSCRIBE did happen.
void Queues::handle(unsigned, QueueJoined& mail) {
    joining_.came(mail.consumer, mail.error ? Result<void>(*mail.error) : Result<void>());
}

void Queues::handle(unsigned from, QueueLeave& mail) {
    const auto found = queues_.find(mail.destination);
    if (found == queues_.end()) return;
    const std::size_t before = found->second.bytes();
    const std::vector<MessagePtr> dead = found->second.leave({mail.consumer, from});
    bytes_ -= before - found->second.bytes();
    drain(mail.destination);
    for (const MessagePtr& letter : dead) dead_letters_.bury(letter);
}

std::optional<Error> Queues::take(Queue* queue, MessagePtr message) {
    if (queue == nullptr) return too_many_queues();
    if (is_full_) return Error{Errc::unavailable, "The server has no memory left for messages that wait"};
    const std::size_t before = queue->bytes();
    if (bytes_ >= settings_.max_waiting_bytes || !queue->push(std::move(message)))
        return Error{Errc::too_large, "The queue is full"};
    bytes_ += queue->bytes() - before;
    return std::nullopt;
}

void Queues::handle(unsigned from, QueuePublish& mail) {
    const std::string destination = mail.message->destination;
    peers_.send(from, PublishAnswer{mail.request, take(find_or_make(destination), std::move(mail.message))});
    drain(destination);
}

void Queues::handle(unsigned, QueueDelivery& mail) {
    const auto found = consumers_.find(mail.consumer);
    if (found == consumers_.end()) return;  // its QueueLeave is under way and brings the message back
    found->second->subscriber.deliver(*found->second, {mail.message, mail.number, mail.redelivered});
}

void Queues::handle(unsigned from, QueueSettle& mail) {
    const auto found = queues_.find(mail.destination);
    if (found == queues_.end()) return;
    const std::size_t before = found->second.bytes();
    const MessagePtr dead =
        found->second.settle({mail.consumer, from}, mail.number, mail.settlement, timers_.now());
    bytes_ -= before - found->second.bytes();
    if (found->second.next_wake() != base::never) rests_.add(found->second.next_wake(), {mail.destination});
    drain(mail.destination);
    if (dead) dead_letters_.bury(dead);
}

void Queues::drain(const std::string& destination) {
    const auto found = queues_.find(destination);
    if (found == queues_.end()) return;
    while (auto turn = found->second.next()) {
        ++delivered_;
        peers_.send(turn->consumer.shard, QueueDelivery{std::move(turn->message), turn->consumer.number,
                                                        turn->number, turn->redelivered});
    }
    if (found->second.unused()) queues_.erase(found);
}

base::TimePoint Queues::wake(const std::string& queue, base::TimePoint now) {
    const auto found = queues_.find(queue);
    if (found == queues_.end()) return base::never;
    found->second.wake(now);
    const base::TimePoint next = found->second.next_wake();
    drain(queue);
    return next;
}

}  // namespace stentor::broker
