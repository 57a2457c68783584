// Tests: tests/unit/kafka/kafka_broker_test.cpp
#include "kafka/kafka_nodes.hpp"

#include "kafka/kafka_broker.hpp"

#include <memory>
#include <utility>

namespace stentor::kafka {

void KafkaNodes::listen(const std::string& node, Listener& listener) {
    to_me_ = to_all_ + node;
    listener_ = &listener;
    broker_.use_topic(broker_.settings_.nodes_topic);
}

void KafkaNodes::send(std::string_view node, std::string body, broker::Broker::Done done) {
    Place place{.topic = broker_.settings_.nodes_topic, .key = to_all_ + std::string(node)};
    auto message = std::make_shared<Message>();
    message->body = std::move(body);
    const std::size_t bytes = broker::Queue::weight(*message);
    broker_.produce(std::move(place), std::move(message), bytes, std::move(done));
}

void KafkaNodes::on_records(std::span<const Arrival> records) {
    for (const Arrival& record : records) {
        if (listener_ == nullptr || !record.message) continue;
        const std::string& key = record.message->id;
        if (key == to_all_ || key == to_me_) listener_->on_node_message(record.message->body);
    }
}

void KafkaNodes::set_open(bool open) {
    if (listener_ == nullptr || std::exchange(open_, open) == open) return;
    listener_->on_node_channel(open);
}

}  // namespace stentor::kafka
