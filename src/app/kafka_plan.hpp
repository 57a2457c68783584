#pragma once

#include "app/external_plan.hpp"
#include "kafka/engine.hpp"
#include "kafka/kafka_broker.hpp"
#include "stentor/config.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::app {

/// What is wrong with it; empty when nothing is.
std::string fault_of(const KafkaConfig& config);

/// Kafka as registered: one engine for all shards of a server, made with the first of them.
class KafkaPlan final : public ExternalPlan {
public:
    /// Throws ConfigError.
    explicit KafkaPlan(const KafkaConfig& config);

    [[nodiscard]] std::unique_ptr<broker::ExternalBroker> make(Driver& driver, unsigned shard,
                                                               base::TimerQueue& timers,
                                                               base::Random& random) const override;
    [[nodiscard]] std::string address() const override { return engine.servers; }
    [[nodiscard]] const std::vector<std::string>& queue_prefixes() const override { return queues_; }
    [[nodiscard]] BrokerRoom room() const override { return {broker.max_body, broker.max_pending_bytes}; }

    kafka::EngineSettings engine;
    kafka::BrokerSettings broker;

private:
    std::vector<std::string> queues_;
    mutable std::weak_ptr<kafka::Engine> running_;  ///< shards are made one after the other
};

}  // namespace stentor::app
