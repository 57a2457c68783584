#include "broker/topic_backlogs.hpp"

#include "broker/topic_consumer.hpp"

#include <algorithm>

namespace stentor::broker {

void TopicBacklogs::add(TopicConsumer& consumer) { all_.insert(&consumer); }

void TopicBacklogs::remove(TopicConsumer& consumer) {
    bytes_ -= consumer.bytes();
    all_.erase(&consumer);
}

void TopicBacklogs::change(std::size_t before, std::size_t after) {
    bytes_ = bytes_ - before + after;
    if (bytes_ <= max_bytes_) return;
    const auto largest = std::ranges::max_element(all_, {}, &TopicConsumer::bytes);
    (*largest)->overflow();
}

}  // namespace stentor::broker
