#include "broker/simple_broker.hpp"

#include "messaging/destination.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace stentor::broker {
namespace {

bool below_any(const std::vector<std::string>& prefixes, std::string_view destination) {
    return std::ranges::any_of(prefixes,
                               [&](const std::string& p) { return messaging::has_prefix(destination, p); });
}

}  // namespace

SimpleBroker::SimpleBroker(const Settings& settings, Peers& peers, base::TimerQueue& timers)
    : settings_(settings),
      everyone_(*this, peers),
      rests_(timers, [this](const Rests::Where& where, base::TimePoint now) { wake(where, now); }),
      dead_letters_(settings, *this),
      topics_(settings, everyone_, timers, rests_, published_elsewhere_, dead_letters_),
      queues_(settings, everyone_, timers, rests_, published_elsewhere_, dead_letters_) {}

void SimpleBroker::Everyone::send(unsigned shard, Mail mail) {
    if (shard == others_.self()) own_.receive(shard, std::move(mail));
    else others_.send(shard, std::move(mail));
}

bool SimpleBroker::handles(std::string_view destination) const {
    return below_any(settings_.destination_prefixes, destination);
}

bool SimpleBroker::is_queue(std::string_view destination) const {
    return below_any(settings_.queue_prefixes, destination);
}

void SimpleBroker::subscribe(Subscription& subscription, Done done) {
    subscription.key = 0;  // it has none here unless it needs one
    if (is_queue(subscription.destination)) queues_.subscribe(subscription, std::move(done));
    else topics_.subscribe(subscription, std::move(done));
}

void SimpleBroker::unsubscribe(Subscription& subscription) {
    if (is_queue(subscription.destination)) queues_.unsubscribe(subscription);
    else topics_.unsubscribe(subscription);
}

void SimpleBroker::publish(MessagePtr message, Done done) {
    ++published_;
    if (is_queue(message->destination)) queues_.publish(std::move(message), std::move(done));
    else topics_.publish(std::move(message), std::move(done));
}

void SimpleBroker::settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) {
    if (is_queue(subscription.destination)) queues_.settle(subscription, delivery, settlement);
    else topics_.settle(subscription, delivery, settlement);
}

void SimpleBroker::receive(unsigned from, Mail mail) {
    if (std::holds_alternative<QueueDelivery>(mail)) flush();  // the topics' messages that came before it
    const auto handle = [&](auto& m) {
        if constexpr (requires { topics_.handle(from, m); }) topics_.handle(from, m);
        else if constexpr (requires { queues_.handle(from, m); }) queues_.handle(from, m);
        else published_elsewhere_.came(m.request, m.error ? Result<void>(*m.error) : Result<void>());
    };
    std::visit(handle, mail);
}

/// What rests longer is looked at later.
void SimpleBroker::wake(const Rests::Where& where, base::TimePoint now) {
    const base::TimePoint next =
        where.queue.empty() ? topics_.wake(where.consumer, now) : queues_.wake(where.queue, now);
    if (next != base::never) rests_.add(next, where);
}

}  // namespace stentor::broker
