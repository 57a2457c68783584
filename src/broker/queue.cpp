// Tests: tests/unit/broker/queue_test.cpp
#include "broker/queue.hpp"

#include <utility>

namespace stentor::broker {

std::size_t Queue::weight(const Message& message) {
    std::size_t bytes = sizeof message + message.destination.size() + message.body.size();
    for (const auto& [name, value] : message.headers)
        bytes += sizeof(Headers::Entry) + name.size() + value.size();
    return bytes;
}

void Queue::leave(Consumer consumer) {
    const auto found = consumers_.find(consumer);
    if (found == consumers_.end()) return;
    if (turn_ == found) ++turn_;
    consumers_.erase(found);
}

bool Queue::push(Waiting arrived, const QueueLimits& limits) {
    const std::size_t bytes = weight(*arrived.message);
    if (depth() >= limits.max_messages || bytes_ > limits.max_bytes || bytes > limits.max_bytes - bytes_)
        return false;
    bytes_ += bytes;
    arrived_.push_back(std::move(arrived));
    return true;
}

void Queue::put_back(Waiting returned) {
    bytes_ += weight(*returned.message);
    returned_.emplace(returned.place, std::move(returned.message));
}

std::optional<Queue::Turn> Queue::next() {
    if (depth() == 0 || consumers_.empty()) return std::nullopt;
    Waiting taken;
    if (!returned_.empty()) {
        auto first = returned_.extract(returned_.begin());
        taken = {first.key(), std::move(first.mapped())};
    } else {
        taken = std::move(arrived_.front());
        arrived_.pop_front();
    }
    bytes_ -= weight(*taken.message);
    if (turn_ == consumers_.end()) turn_ = consumers_.begin();
    return Turn{*turn_++, std::move(taken)};
}

}  // namespace stentor::broker
