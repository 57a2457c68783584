// Tests: tests/kafka/kafka_test.py, tests/unit/kafka/rd_engine_test.cpp
#include "kafka/rd_questions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::kafka {
namespace {

using AdminPtr = std::unique_ptr<rd_kafka_AdminOptions_t, Releases<rd_kafka_AdminOptions_destroy>>;
using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, Releases<rd_kafka_NewTopic_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Releases<rd_kafka_event_destroy>>;

int wait_of(const EngineSettings& settings) { return static_cast<int>(settings.request_timeout.count()); }

/// Of each partition the first offset of that time; ListOffsets has names for the ends too.
Result<Positions> ask_offsets(rd_kafka_t& client, const std::string& topic, std::int32_t partitions,
                              std::int64_t time, const EngineSettings& settings) {
    const PartitionsPtr list(rd_kafka_topic_partition_list_new(partitions));
    for (std::int32_t p = 0; p < partitions; ++p)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset = time;
    if (const auto code = rd_kafka_offsets_for_times(&client, list.get(), wait_of(settings)))
        return error_of(code);
    Positions positions(static_cast<std::size_t>(partitions));
    for (int i = 0; i < list->cnt; ++i) {
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(list->elems[i].err);
        positions[static_cast<std::size_t>(list->elems[i].partition)] = list->elems[i].offset;
    }
    return positions;
}

}  // namespace

Result<void> ask_whether_there(rd_kafka_t& client, const EngineSettings& settings) {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(&client, 0, nullptr, &metadata, wait_of(settings));
    const MetadataPtr owner(metadata);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
    return {};
}

Result<std::int32_t> ask_partitions(rd_kafka_t& client, const std::string& topic,
                                    const EngineSettings& settings) {
    const TopicPtr handle(rd_kafka_topic_new(&client, topic.c_str(), nullptr));
    if (!handle) return error_of(rd_kafka_last_error());
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(&client, 0, handle.get(), &metadata, wait_of(settings));
    const MetadataPtr owner(metadata);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
    if (metadata->topic_cnt != 1) return error_of(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC);
    const rd_kafka_metadata_topic_t& found = metadata->topics[0];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(found.err);
    if (found.partition_cnt == 0) return error_of(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
    return found.partition_cnt;
}

Result<Positions> ask_ends(rd_kafka_t& client, const std::string& topic, const EngineSettings& settings) {
    const auto partitions = ask_partitions(client, topic, settings);
    if (partitions.has_error()) return partitions.error();
    return ask_offsets(client, topic, *partitions, RD_KAFKA_OFFSET_END, settings);
}

Result<std::map<std::int32_t, std::int64_t>> ask_first(rd_kafka_t& client, const std::string& topic,
                                                       const StartPosition& position,
                                                       const EngineSettings& settings) {
    const auto partitions = ask_partitions(client, topic, settings);
    if (partitions.has_error()) return partitions.error();
    const auto ask = [&](std::int64_t time) {
        return ask_offsets(client, topic, *partitions, time, settings);
    };
    const auto begins = ask(RD_KAFKA_OFFSET_BEGINNING);
    if (begins.has_error()) return begins.error();
    const auto ends = ask(RD_KAFKA_OFFSET_END);
    if (ends.has_error()) return ends.error();

    std::map<std::int32_t, std::int64_t> first;
    if (const auto* const offsets = std::get_if<Offsets>(&position)) {
        for (const auto& [partition, offset] : offsets->first) {
            if (partition >= *partitions) return Error{Errc::not_found, "There is no such partition"};
            const auto p = static_cast<std::size_t>(partition);
            first[partition] = std::clamp(offset, (*begins)[p], std::max((*begins)[p], (*ends)[p]));
        }
        return first;
    }
    Positions wanted = std::holds_alternative<Latest>(position) ? *ends : *begins;
    if (const auto* const since = std::get_if<Since>(&position)) {
        const auto found = ask(since->timestamp);
        if (found.has_error()) return found.error();
        for (std::size_t p = 0; p < wanted.size(); ++p)
            wanted[p] = (*found)[p] < 0 ? (*ends)[p] : (*found)[p];
    }
    for (std::size_t p = 0; p < wanted.size(); ++p) first[static_cast<std::int32_t>(p)] = wanted[p];
    return first;
}

Result<void> ask_to_create(rd_kafka_t& client, const NewTopic& topic, const EngineSettings& settings) {
    std::array<char, 512> reason{};
    const NewTopicPtr wanted(
        rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, -1, reason.data(), reason.size()));
    if (!wanted) return Error{Errc::unsupported, "Kafka takes no such topic"};
    if (!topic.retention.empty())
        rd_kafka_NewTopic_set_config(wanted.get(), "retention.ms", topic.retention.c_str());
    const AdminPtr options(rd_kafka_AdminOptions_new(&client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
    rd_kafka_AdminOptions_set_request_timeout(options.get(), wait_of(settings), nullptr, 0);
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), wait_of(settings), nullptr, 0);
    const QueuePtr answers(rd_kafka_queue_new(&client));
    rd_kafka_NewTopic_t* topics[] = {wanted.get()};
    rd_kafka_CreateTopics(&client, topics, 1, options.get(), answers.get());
    const EventPtr answer(rd_kafka_queue_poll(answers.get(), wait_of(settings) + 1000));
    if (!answer) return error_of(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (const auto code = rd_kafka_event_error(answer.get())) return error_of(code);
    const auto* const result = rd_kafka_event_CreateTopics_result(answer.get());
    std::size_t count = 0;
    const auto* const* const made = rd_kafka_CreateTopics_result_topics(result, &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto code = rd_kafka_topic_result_error(made[i]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return error_of(code);
    }
    return {};
}

}  // namespace stentor::kafka
