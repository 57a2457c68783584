#pragma once

#include "kafka/rd_handles.hpp"

#include <map>
#include <string>

namespace stentor::kafka {

// Questions to the brokers. Each waits for the answer, up to the request timeout.

/// Whether they answer at all.
Result<void> ask_whether_there(rd_kafka_t& client, const EngineSettings& settings);

/// Of a topic that is there, how many partitions it has.
Result<std::int32_t> ask_partitions(rd_kafka_t& client, const std::string& topic,
                                    const EngineSettings& settings);

/// Where its partitions end.
Result<Positions> ask_ends(rd_kafka_t& client, const std::string& topic, const EngineSettings& settings);

/// Where a reading from there begins, in the partitions that it concerns.
Result<std::map<std::int32_t, std::int64_t>> ask_first(rd_kafka_t& client, const std::string& topic,
                                                       const StartPosition& position,
                                                       const EngineSettings& settings);

struct NewTopic {
    std::string name;
    int partitions = -1;         ///< negative: the brokers' own default
    std::string retention = {};  ///< milliseconds; empty: theirs
};
/// Makes it; it is no failure that it is there.
Result<void> ask_to_create(rd_kafka_t& client, const NewTopic& topic, const EngineSettings& settings);

}  // namespace stentor::kafka
