#pragma once

#include "kafka/engine.hpp"
#include "kafka/record.hpp"

#include <librdkafka/rdkafka.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

namespace stentor::kafka {

template <auto Release>
struct Releases {
    template <class T>
    void operator()(T* handle) const {
        Release(handle);
    }
};

using ConfPtr = std::unique_ptr<rd_kafka_conf_t, Releases<rd_kafka_conf_destroy>>;
using ClientPtr = std::unique_ptr<rd_kafka_t, Releases<rd_kafka_destroy>>;
using TopicPtr = std::unique_ptr<rd_kafka_topic_t, Releases<rd_kafka_topic_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Releases<rd_kafka_queue_destroy>>;
using RecordPtr = std::unique_ptr<rd_kafka_message_t, Releases<rd_kafka_message_destroy>>;
using PartitionsPtr =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Releases<rd_kafka_topic_partition_list_destroy>>;
using MetadataPtr = std::unique_ptr<const rd_kafka_metadata_t, Releases<rd_kafka_metadata_destroy>>;

using Property = std::pair<const char*, std::string>;

/// What every client of this server has: the brokers, the users' own properties and the log, and then these.
/// Throws std::invalid_argument with the library's reason.
ConfPtr make_conf(const EngineSettings& settings, std::initializer_list<Property> properties);
/// Throws std::invalid_argument too.
ClientPtr make_client(rd_kafka_type_t type, ConfPtr conf);

/// Views into the record.
Record read(const rd_kafka_message_t& record);

/// What a client is told of a failure.
Error error_of(rd_kafka_resp_err_t code);

}  // namespace stentor::kafka
