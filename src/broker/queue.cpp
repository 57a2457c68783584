#include "broker/queue.hpp"

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

bool Queue::push(MessagePtr message) {
    const std::size_t bytes = weight(*message);
    if (depth() >= limits_.max_messages || bytes_ > limits_.max_bytes || bytes > limits_.max_bytes - bytes_)
        return false;
    bytes_ += bytes;
    arrived_.push_back({std::move(message), ++last_place_});
    return true;
}

Queue::Held Queue::take_first() {
    if (!returned_.empty()) return std::move(returned_.extract(returned_.begin()).mapped());
    Held first = std::move(arrived_.front());
    arrived_.pop_front();
    return first;
}

std::optional<Queue::Turn> Queue::next() {
    if (depth() == 0 || ready_.empty()) return std::nullopt;
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

MessagePtr Queue::settle(Consumer consumer, std::uint64_t number, Settlement settlement) {
    const auto found = members_.find(consumer);
    if (found == members_.end()) return nullptr;
    Member& member = found->second;
    auto settled = member.under_way.extract(number);
    if (settled.empty()) return nullptr;
    Held& held = settled.mapped();
    const std::size_t bytes = weight(*held.message);
    member.bytes -= bytes;
    if (member.has_room()) ready_.insert(consumer);
    if (settlement == Settlement::rejected) return come_back(std::move(held), true);
    bytes_ -= bytes;
    return nullptr;
}

MessagePtr Queue::come_back(Held held, bool counts) {
    if (counts && ++held.returns >= limits_.delivery_limit) {
        bytes_ -= weight(*held.message);
        return std::move(held.message);
    }
    held.redelivered = true;
    returned_.emplace(held.place, std::move(held));
    return nullptr;
}

}  // namespace stentor::broker
