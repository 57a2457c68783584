#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
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

/// A setting of the client library itself.
struct KafkaPropertyConfig {
    std::string name;   ///< "security.protocol"
    std::string value;  ///< "SASL_SSL"
};
BOOST_DESCRIBE_STRUCT(KafkaPropertyConfig, (), (name, value))

/// Apache Kafka in place of the built-in broker; see docs/kafka.md.
struct KafkaConfig {
    std::vector<std::string> bootstrap_servers{"127.0.0.1:9092"};  ///< of which one has to be there
    std::vector<KafkaTopicConfig> topics{};  ///< rules; each `[[broker.kafka.topics]]` adds one
    bool other_destinations = true;          ///< those without a rule have the topic of their name with dots
    bool create_topics = false;  ///< makes topics that are not there, as the brokers do by default
    std::vector<std::string> headers{"content-type", "correlation-id"};  ///< that pass; "x-*" for all such
    std::string group = "stentor";  ///< of the consumers of queues, shared by all servers
    std::chrono::milliseconds delivery_timeout{10'000};  ///< until a publish has failed
    std::chrono::milliseconds request_timeout{5'000};    ///< of what is asked of the brokers
    std::size_t max_body = 256 * 1024;                   ///< bytes of a message; larger records are skipped
    std::size_t max_headers = 32;                        ///< of a record that are passed on
    std::size_t max_header_bytes = 1024;                 ///< of one of those, and of a key
    std::size_t max_pending = 1'000;                     ///< messages of a shard that are not confirmed
    std::size_t max_pending_bytes = 1024 * 1024;         ///< of those; a publish past either is refused
    std::size_t fetch_bytes = 16 * 1024 * 1024;          ///< read ahead of the shards
    std::size_t max_readers = 16;             ///< of subscriptions that resume, at work at once; others wait
    std::size_t max_waiting_readers = 1'000;  ///< subscriptions that wait; more are refused
    std::size_t resume_backlog = 4 * 1024 * 1024;            ///< bytes kept for a subscription that resumes
    std::chrono::milliseconds session_timeout{10'000};       ///< of a server's: then its queues are others'
    std::size_t queue_backlog = 1'000;                       ///< messages of a queue that wait here
    std::size_t queue_backlog_bytes = 4 * 1024 * 1024;       ///< of those, and of what is under way
    std::size_t delivery_limit = 20;                         ///< of a queue's message that comes back
    std::chrono::milliseconds redelivery_delay{100};         ///< doubled by each rejection but the first
    std::chrono::milliseconds max_redelivery_delay{10'000};  ///< between two deliveries
    std::string dead_letter_suffix = ".dlq";        ///< of the topic for those that came back too often
    std::vector<KafkaPropertyConfig> properties{};  ///< the client library's own, for what has no setting
                                                    ///< here; each `[[broker.kafka.properties]]` adds one

    // A configuration file has these beside the broker's type.
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    std::vector<std::string> queue_prefixes{"/queue"};  ///< each message to exactly one subscriber
};
BOOST_DESCRIBE_STRUCT(KafkaConfig, (),
                      (bootstrap_servers, topics, other_destinations, create_topics, headers, group,
                       delivery_timeout, request_timeout, max_body, max_headers, max_header_bytes,
                       max_pending, max_pending_bytes, fetch_bytes, max_readers, max_waiting_readers,
                       resume_backlog, session_timeout, queue_backlog, queue_backlog_bytes, delivery_limit,
                       redelivery_delay, max_redelivery_delay, dead_letter_suffix, properties))

}  // namespace stentor
