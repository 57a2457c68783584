// Tests: tests/unit/session/stomp_acks_test.cpp
#include "session/deliveries.hpp"

#include <utility>

namespace stentor::session {
namespace {

using Found = std::optional<Acks::Id>;

Error unknown() { return {Errc::not_found, "There is no such message to acknowledge"}; }

}  // namespace

std::optional<Acks::Id> Deliveries::note(const broker::Subscription& subscription,
                                         const broker::Delivery& delivery, base::TimePoint now) {
    if (subscription.acknowledges) return acks_.add(subscription, delivery, now);
    if (delivery.number != 0) unwritten_.push_back({&subscription, delivery.number});
    return std::nullopt;
}

bool Deliveries::too_many(const broker::Subscription& subscription) const {
    const Acks::Unnumbered held = acks_.unnumbered(subscription);
    return held.messages > settings_.max_prefetch || held.bytes > settings_.max_bytes;
}

void Deliveries::written() {
    // Settling may bring more at once.
    for (const Acks::Delivered& each : std::exchange(unwritten_, {}))
        if (Subscriptions::Entry* const entry = subscriptions_.find(*each.subscription))
            hub_.settle(entry->subscription, each.number, broker::Settlement::accepted);
}

Result<std::optional<Acks::Id>> Deliveries::find(const AckRequest& request, stomp::Version version) const {
    switch (version) {
        case stomp::Version::v1_2:
            if (!request.id) return unknown();
            if (acks_.find(*request.id) != nullptr) return request.id;
            return acks_.was_given_back(*request.id) ? Result<Found>(Found()) : unknown();
        case stomp::Version::v1_1: {
            const auto* const entry = subscriptions_.find(*request.subscription);
            if (entry != nullptr && !entry->subscription.acknowledges)
                return Error{Errc::conflict,
                             "The subscription '" + entry->subscription.id + "' has ack mode auto"};
            if (entry != nullptr)
                if (const Found id = acks_.find(request.message_id, &entry->subscription)) return id;
            if (acks_.was_given_back(request.message_id, *request.subscription)) return Found();
            return unknown();
        }
        case stomp::Version::v1_0: {  // says nothing of unknown ones
            const auto* const entry =
                request.subscription ? subscriptions_.find(*request.subscription) : nullptr;
            if (request.subscription && entry == nullptr) return Found();
            return acks_.find(request.message_id, entry == nullptr ? nullptr : &entry->subscription);
        }
    }
    return unknown();
}

Result<void> Deliveries::check(const Transactions::Acknowledgement& acknowledgement) const {
    const Acks::Id id = acknowledgement.id;
    return acks_.find(id) != nullptr || acks_.was_given_back(id) ? Result<void>() : unknown();
}

Result<void> Deliveries::settle(const Transactions::Acknowledgement& acknowledgement) {
    const auto& [id, how] = acknowledgement;
    const broker::Subscription* const subscription = acks_.find(id);
    if (subscription == nullptr) return check(acknowledgement);
    Subscriptions::Entry& entry = *subscriptions_.find(*subscription);
    const auto ended = entry.ack_mode == AckMode::client ? acks_.take_up_to(id) : std::vector{acks_.take(id)};
    for (const Acks::Delivered& each : ended)
        if (each.number != 0) hub_.settle(entry.subscription, each.number, how);
    return {};
}

void Deliveries::forget(const broker::Subscription& subscription) {
    acks_.forget(subscription);
    std::erase_if(unwritten_, [&](const auto& each) { return each.subscription == &subscription; });
}

base::TimePoint Deliveries::deadline() const {
    const base::TimePoint oldest = acks_.oldest();
    return oldest == base::never ? base::never : oldest + settings_.timeout;
}

}  // namespace stentor::session
