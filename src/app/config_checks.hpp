#pragma once

#include "app/config_toml.hpp"
#include "app/external_plan.hpp"
#include "stentor/config_file.hpp"

#include <cstddef>
#include <string>

namespace stentor::app {

/// What is wrong with it, beginning with the setting's name; empty when nothing is.
std::string fault_of(const DeflateConfig& deflate);
std::string fault_of(const HoldConfig& hold);
std::string fault_of(const HistoryConfig& history, const std::vector<std::string>& queue_prefixes);
std::string fault_of(const SlowConsumerConfig& slow);
std::string fault_of(const SecurityConfig& security);
constexpr std::size_t smallest_budget = 16 * 1024 * 1024;
std::string fault_of(const MemoryConfig& memory);
std::string fault_of(const NodesConfig& nodes);
/// Whether what the servers tell each other passes their broker.
std::string fault_of(const NodesConfig& nodes, const BrokerRoom& room);
std::string fault_of(const LoginsConfig& logins);

/// The relay or Kafka of a broker of that type: its prefixes are those of every type.
StompRelayConfig relay_of(const BrokerConfig& broker);
KafkaConfig kafka_of(const BrokerConfig& broker);

/// Refuses values that are well-formed and cannot be meant, each with the place it came from. Throws
/// ConfigError.
void check_config(const ServerConfig& config, const Sources& sources);

}  // namespace stentor::app
