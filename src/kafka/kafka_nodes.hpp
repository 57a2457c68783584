#pragma once

#include "broker/node_channel.hpp"
#include "kafka/engine.hpp"

#include <span>
#include <string>

namespace stentor::kafka {

class KafkaBroker;

/// The way between servers by a topic of their own: every server reads all of it from now on, and takes what
/// has as its key their group and its name, or no name: "stentor/n1", "stentor/". In the first partition,
/// which keeps the order of each sender. Shard-local.
class KafkaNodes final : public broker::NodeChannel {
public:
    explicit KafkaNodes(KafkaBroker& broker) : broker_(broker) {}

    /// The servers of which group it is for.
    void set_group(const std::string& group) { to_all_ = group + "/"; }
    void listen(const std::string& node, Listener& listener) override;
    void send(std::string_view node, std::string body, broker::Broker::Done done) override;

    void on_records(std::span<const Arrival> records);
    /// Whether the topic is read and the brokers are there.
    void set_open(bool open);

private:
    KafkaBroker& broker_;
    std::string to_all_;  ///< their keys
    std::string to_me_;
    Listener* listener_ = nullptr;
    bool open_ = false;
};

}  // namespace stentor::kafka
