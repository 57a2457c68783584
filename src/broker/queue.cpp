#include "broker/queue.hpp"

#include <algorithm>
#include <utility>

namespace stentor::broker {

std::size_t Queue::weight(const Message& message) {
    std::size_t bytes = sizeof message + message.destination.size() + message.body.size();
    for (const auto& [name, value] : message.headers)
        bytes += sizeof(Headers::Entry) + name.size() + value.size();
    return bytes;
}

void Queue::join(Consumer consumer, const ConsumerTerms& terms) {
    const auto [joined, is_new] = members_.emplace(consumer, Member{terms});
    if (is_new && joined->second.has_room()) ready_.insert(consumer);
}

std::vector<MessagePtr> Queue::leave(Consumer consumer) {
    std::vector<MessagePtr> dead;
    auto leaving = members_.extract(consumer);
    if (leaving.empty()) return dead;
    ready_.erase(consumer);
    Member& member = leaving.mapped();
    for (auto& [number, held] : member.under_way)
        if (MessagePtr letter = come_back(std::move(held), member.terms.acknowledges))
            dead.push_back(std::move(letter));
    return dead;
}

bool Queue::push(MessagePtr message, bool redelivered) {
    const std::size_t bytes = weight(*message);
    if (depth() >= limits_.max_messages || bytes_ > limits_.max_bytes || bytes > limits_.max_bytes - bytes_)
        return false;
    bytes_ += bytes;
    arrived_.push_back({std::move(message), ++last_place_, 0, redelivered});
    return true;
}

void Queue::drop(const std::function<bool(const Message&)>& is_meant) {
    const auto drops = [&](const Held& held) {
        if (!is_meant(*held.message)) return false;
        bytes_ -= weight(*held.message);
        return true;
    };
    std::erase_if(returned_, [&](const auto& each) { return drops(each.second); });
    std::erase_if(arrived_, drops);
    std::erase_if(resting_, [&](const auto& each) { return drops(each.second); });
    for (auto& [consumer, member] : members_) {
        std::erase_if(member.under_way, [&](const auto& each) {
            if (!drops(each.second)) return false;
            member.bytes -= weight(*each.second.message);
            return true;
        });
        if (member.has_room()) ready_.insert(consumer);
    }
}

Queue::Held Queue::take_first() {
    if (!returned_.empty()) return std::move(returned_.extract(returned_.begin()).mapped());
    Held first = std::move(arrived_.front());
    arrived_.pop_front();
    return first;
}

std::optional<Queue::Turn> Queue::next() {
    if ((returned_.empty() && arrived_.empty()) || ready_.empty()) return std::nullopt;
    auto turn = ready_.upper_bound(last_);
    if (turn == ready_.end()) turn = ready_.begin();
    last_ = *turn;
    Held held = take_first();
    Turn given{last_, ++last_delivery_, held.message, held.redelivered};
    Member& member = members_.at(last_);
    member.bytes += weight(*held.message);
    member.under_way.emplace_hint(member.under_way.end(), given.number, std::move(held));
    if (!member.has_room()) ready_.erase(turn);
    return given;
}

MessagePtr Queue::given(Consumer consumer, std::uint64_t number) const {
    const auto member = members_.find(consumer);
    if (member == members_.end()) return nullptr;
    const auto held = member->second.under_way.find(number);
    return held == member->second.under_way.end() ? nullptr : held->second.message;
}

void Queue::clear() {
    drop([](const Message&) { return true; });
}

MessagePtr Queue::settle(Consumer consumer, std::uint64_t number, Settlement settlement,
                         base::TimePoint now) {
    const auto found = members_.find(consumer);
    if (found == members_.end()) return nullptr;
    Member& member = found->second;
    auto settled = member.under_way.extract(number);
    if (settled.empty()) return nullptr;
    Held& held = settled.mapped();
    const std::size_t bytes = weight(*held.message);
    member.bytes -= bytes;
    if (member.has_room()) ready_.insert(consumer);
    if (settlement == Settlement::rejected) {
        const base::Duration rest = rest_of(held);
        return come_back(std::move(held), true,
                         rest == base::Duration::zero() ? base::TimePoint() : now + rest);
    }
    bytes_ -= bytes;
    return nullptr;
}

std::size_t Queue::under_way() const {
    std::size_t sum = 0;
    for (const auto& [consumer, member] : members_) sum += member.under_way.size();
    return sum;
}

/// None the first time: somebody else may take it.
base::Duration Queue::rest_of(const Held& held) const {
    if (held.returns == 0 || limits_.redelivery_delay == base::Duration::zero())
        return base::Duration::zero();
    base::Duration rest = limits_.redelivery_delay;
    for (std::size_t i = 1; i < held.returns && rest < limits_.max_redelivery_delay; ++i) rest *= 2;
    return std::min(rest, limits_.max_redelivery_delay);
}

void Queue::wake(base::TimePoint now) {
    while (!resting_.empty() && resting_.begin()->first <= now) {
        Held held = std::move(resting_.extract(resting_.begin()).mapped());
        returned_.emplace(held.place, std::move(held));
    }
}

MessagePtr Queue::come_back(Held held, bool counts, base::TimePoint from) {
    if (counts && ++held.returns >= limits_.delivery_limit) {
        bytes_ -= weight(*held.message);
        ++dead_letters_;
        return std::move(held.message);
    }
    held.redelivered = true;
    const std::uint64_t place = held.place;
    if (from == base::TimePoint()) returned_.emplace(place, std::move(held));
    else resting_.emplace(from, std::move(held));
    return nullptr;
}

}  // namespace stentor::broker
