#pragma once

#include "broker/node_channel.hpp"
#include "kafka/engine.hpp"

#include <span>
#include <string>

namespace stentor::kafka {

class KafkaBroker;

/// The way between servers by a topic of their own: every server reads all of it from now on, and takes what
/// has its name, or none, as its key. One partition, so that it keeps the order of each sender. Shard-local.
class KafkaNodes final : public broker::NodeChannel {
public:
    explicit KafkaNodes(KafkaBroker& broker) : broker_(broker) {}

    void listen(const std::string& node, Listener& listener) override;
    void send(std::string_view node, std::string body, broker::Broker::Done done) override;

    void on_records(std::span<const Arrival> records);
    /// Whether the topic is read and the brokers are there.
    void set_open(bool open);

private:
    KafkaBroker& broker_;
    std::string node_;
    Listener* listener_ = nullptr;
    bool open_ = false;
};

}  // namespace stentor::kafka
