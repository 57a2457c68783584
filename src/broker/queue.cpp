#include "broker/queue.hpp"

#include <algorithm>

namespace stentor::broker {

void Queue::leave(Consumer consumer) {
    const auto found = std::ranges::find(consumers_, consumer);
    if (found == consumers_.end()) return;
    const auto index = static_cast<std::size_t>(found - consumers_.begin());
    consumers_.erase(found);
    if (turn_ > index) --turn_;
}

bool Queue::push(MessagePtr message, const QueueLimits& limits) {
    if (waiting_.size() >= limits.max_messages || bytes_ + message->body.size() > limits.max_bytes)
        return false;
    bytes_ += message->body.size();
    waiting_.push_back(std::move(message));
    return true;
}

void Queue::push_back_first(MessagePtr message) {
    bytes_ += message->body.size();
    waiting_.push_front(std::move(message));
}

std::optional<std::pair<Consumer, MessagePtr>> Queue::next() {
    if (waiting_.empty() || consumers_.empty()) return std::nullopt;
    if (turn_ >= consumers_.size()) turn_ = 0;
    std::pair<Consumer, MessagePtr> result(consumers_[turn_++], std::move(waiting_.front()));
    waiting_.pop_front();
    bytes_ -= result.second->body.size();
    return result;
}

}  // namespace stentor::broker
