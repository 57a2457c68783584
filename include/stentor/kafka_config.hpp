#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace stentor {

/// Apache Kafka in place of the built-in broker; see docs/kafka.md.
struct KafkaConfig {
    std::vector<std::string> bootstrap_servers{"127.0.0.1:9092"};
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    std::vector<std::string> queue_prefixes{"/queue"};  ///< each message to exactly one subscriber
};

}  // namespace stentor
