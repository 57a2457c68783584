#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace stentor {

/// Which topic destinations have, and which of their variables is the records' key.
struct KafkaTopicConfig {
    std::string destination;  ///< with variables, such as "/topic/prices/{symbol}"
    std::string topic;        ///< "prices"; a variable is a whole part between dots: "room.{id}"
    std::string key;          ///< "{symbol}"; empty: records are of all keys
};
BOOST_DESCRIBE_STRUCT(KafkaTopicConfig, (), (destination, topic, key))

/// Apache Kafka in place of the built-in broker; see docs/kafka.md.
struct KafkaConfig {
    std::vector<std::string> bootstrap_servers{"127.0.0.1:9092"};
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    std::vector<std::string> queue_prefixes{"/queue"};  ///< each message to exactly one subscriber
    std::vector<KafkaTopicConfig> topics{};             ///< of several that match none may come first
    bool other_destinations = true;  ///< those without a rule have the topic of their name with dots
    bool create_topics = false;      ///< makes topics that are not there, as the brokers do by default
    std::vector<std::string> headers{"content-type", "correlation-id"};  ///< that pass; "x-*" for all such
    std::string group = "stentor";  ///< of the consumers of queues, shared by all servers
    std::chrono::milliseconds delivery_timeout{10'000};    ///< until a publish has failed
    std::chrono::milliseconds request_timeout{5'000};      ///< of what is asked of the brokers
    std::size_t max_body = 256 * 1024;                     ///< bytes of a message; larger records are skipped
    std::size_t max_headers = 32;                          ///< of a record that are passed on
    std::size_t max_header_bytes = 1024;                   ///< of one of those, and of a key
    std::size_t max_pending = 1'000;                       ///< messages of a shard that are not confirmed
    std::size_t max_pending_bytes = std::size_t{1} << 20;  ///< of those; a publish past either is refused
    std::size_t fetch_bytes = std::size_t{16} << 20;       ///< read ahead of the shards
    std::size_t max_readers = 16;             ///< of subscriptions that resume, at work at once; others wait
    std::size_t max_waiting_readers = 1'000;  ///< subscriptions that wait; more are refused
    std::size_t resume_backlog = std::size_t{4} << 20;       ///< bytes kept for a subscription that resumes
    std::chrono::milliseconds session_timeout{10'000};       ///< of a server's: then its queues are others'
    std::size_t queue_backlog = 1'000;                       ///< messages of a queue that wait here
    std::size_t queue_backlog_bytes = std::size_t{4} << 20;  ///< of those, and of what is under way
    std::size_t delivery_limit = 20;                         ///< of a queue's message that comes back
    std::chrono::milliseconds redelivery_delay{100};         ///< doubled by each rejection but the first
    std::chrono::milliseconds max_redelivery_delay{10'000};
    std::string dead_letter_suffix = ".dlq";  ///< of the topic for those that came back too often
    /// The client library's own, for what has no setting here: security.protocol, sasl.*, ssl.*.
    std::map<std::string, std::string> properties{};
};

}  // namespace stentor
