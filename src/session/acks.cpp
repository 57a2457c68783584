#include "session/acks.hpp"

#include <algorithm>

namespace stentor::session {
namespace {

/// Deliveries of ended subscriptions that are remembered: a late ACK is ignored, not an error.
constexpr std::size_t max_given_back = 1000;

std::size_t weight(const Message& message) {
    std::size_t bytes = message.destination.size() + message.body.size();
    for (const auto& [name, value] : message.headers) bytes += name.size() + value.size();
    return bytes;
}

}  // namespace

Acks::Id Acks::add(const broker::Subscription& subscription, const broker::Delivery& delivery,
                   base::TimePoint now) {
    const Message& message = *delivery.message;
    const Id id = ++last_id_;
    const auto place = all_.emplace_hint(
        all_.end(), id, Entry{&subscription, delivery.number, message.id, weight(message), now});
    const Entry& entry = place->second;
    by_message_.emplace(entry.message_id, id);
    OfSubscription& own = by_subscription_[&subscription];
    own.ids.insert(own.ids.end(), id);
    if (entry.number == 0) {
        ++own.unnumbered.messages;
        own.unnumbered.bytes += entry.bytes;
    }
    return id;
}

const broker::Subscription* Acks::find(Id id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : found->second.subscription;
}

std::optional<Acks::Id> Acks::find(std::string_view message_id,
                                   const broker::Subscription* subscription) const {
    for (auto i = by_message_.lower_bound({message_id, 0}); i != by_message_.end() && i->first == message_id;
         ++i)
        if (subscription == nullptr || all_.at(i->second).subscription == subscription) return i->second;
    return std::nullopt;
}

Acks::Delivered Acks::take(Id id) {
    const auto place = all_.find(id);
    const Entry& entry = place->second;
    const Delivered delivered{entry.subscription, entry.number};
    by_message_.erase({entry.message_id, id});
    const auto own = by_subscription_.find(entry.subscription);
    own->second.ids.erase(id);
    if (entry.number == 0) {
        --own->second.unnumbered.messages;
        own->second.unnumbered.bytes -= entry.bytes;
    }
    if (own->second.ids.empty()) by_subscription_.erase(own);
    all_.erase(place);
    return delivered;
}

std::vector<Acks::Delivered> Acks::take_up_to(Id id) {
    const std::set<Id>& ids = by_subscription_.at(find(id)).ids;
    const std::vector<Id> due(ids.begin(), ids.upper_bound(id));
    std::vector<Delivered> taken;
    taken.reserve(due.size());
    for (const Id each : due) taken.push_back(take(each));
    return taken;
}

void Acks::forget(const broker::Subscription& subscription) {
    const auto own = by_subscription_.find(&subscription);
    if (own == by_subscription_.end()) return;
    const std::vector<Id> ids(own->second.ids.begin(), own->second.ids.end());
    for (const Id id : ids) {
        given_back_.push_back({id, all_.at(id).message_id, subscription.id});
        if (given_back_.size() > max_given_back) given_back_.pop_front();
        take(id);
    }
}

bool Acks::was_given_back(Id id) const {
    return std::ranges::any_of(given_back_, [&](const GivenBack& each) { return each.id == id; });
}

bool Acks::was_given_back(std::string_view message_id, std::string_view subscription_id) const {
    return std::ranges::any_of(given_back_, [&](const GivenBack& each) {
        return each.message_id == message_id && each.subscription_id == subscription_id;
    });
}

Acks::Unnumbered Acks::unnumbered(const broker::Subscription& subscription) const {
    const auto own = by_subscription_.find(&subscription);
    return own == by_subscription_.end() ? Unnumbered{} : own->second.unnumbered;
}

base::TimePoint Acks::oldest() const { return all_.empty() ? base::never : all_.begin()->second.since; }

}  // namespace stentor::session
