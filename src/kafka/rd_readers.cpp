// Tests: tests/kafka/kafka_test.py, tests/unit/kafka/rd_engine_test.cpp
#include "kafka/rd_readers.hpp"

#include "base/log.hpp"
#include "kafka/rd_questions.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

namespace stentor::kafka {
namespace {

constexpr std::size_t at_once = 64;  // records of one drain

}  // namespace

RdReaders::RdReaders(const EngineSettings& settings, Inbox& inbox, Asker& asker, Shards& shards)
    : settings_(settings), inbox_(inbox), asker_(asker), shards_(shards), reader_(settings) {}

void RdReaders::start(unsigned shard, std::uint64_t number, const std::string& topic,
                      const StartPosition& position) {
    const Wanted wanted{{shard, number}, topic, position};
    if (readers_.size() < settings_.max_readers) return begin(wanted);
    if (waiting_.size() < settings_.max_waiting_readers) return waiting_.push_back(wanted);
    shards_.tell(shard, [number](EngineUser& user) {
        user.on_reader(number, Error{Errc::unavailable, "Too many subscriptions are resuming"});
    });
}

void RdReaders::begin(const Wanted& wanted) {
    readers_.try_emplace(wanted.id);
    asker_.ask([this, wanted] {
        inbox_.push([this, id = wanted.id, reading = open(wanted)] { on_open(id, reading); });
    });
}

/// On the asker's thread.
Result<std::shared_ptr<RdReaders::Reading>> RdReaders::open(const Wanted& wanted) const {
    auto reading = std::make_shared<Reading>();
    try {
        reading->client =
            make_client(RD_KAFKA_CONSUMER, make_conf(settings_, {{"allow.auto.create.topics", "false"},
                                                                 {"enable.auto.commit", "false"},
                                                                 {"enable.partition.eof", "true"},
                                                                 {"fetch.error.backoff.ms", "100"},
                                                                 {"queued.min.messages", "100"},
                                                                 {"queued.max.messages.kbytes", "1024"},
                                                                 {"isolation.level", "read_committed"}}));
    } catch (const std::invalid_argument& fault) {
        log::error("reader_not_made", {{"reason", fault.what()}});
        return Error{Errc::unavailable, "The broker is not available"};
    }
    auto first = ask_first(*reading->client, wanted.topic, wanted.position, settings_);
    if (first.has_error()) return first.error();
    reading->first = std::move(*first);
    reading->queue.reset(rd_kafka_queue_new(reading->client.get()));
    rd_kafka_topic_conf_t* const conf = rd_kafka_topic_conf_new();
    rd_kafka_topic_conf_set(conf, "auto.offset.reset", "earliest", nullptr, 0);
    reading->topic.reset(rd_kafka_topic_new(reading->client.get(), wanted.topic.c_str(), conf));
    return reading;
}

void RdReaders::on_open(Id id, const Result<std::shared_ptr<Reading>>& opened) {
    const auto found = readers_.find(id);
    if (found == readers_.end()) {  // it was stopped meanwhile
        if (opened.has_value()) end(*opened);
        return;
    }
    if (opened.has_error()) {
        readers_.erase(found);
        shards_.tell(id.first, [number = id.second, error = opened.error()](EngineUser& user) {
            user.on_reader(number, error);
        });
        return begin_next();
    }
    Reading& reading = **opened;
    found->second.reading = *opened;
    shards_.tell(id.first, [number = id.second, first = reading.first](EngineUser& user) {
        user.on_reader(number, first);
    });
    rd_kafka_queue_io_event_enable(reading.queue.get(), inbox_.descriptor(), "\1\0\0\0\0\0\0\0", 8);
    for (const auto& [partition, offset] : reading.first)
        rd_kafka_consume_start_queue(reading.topic.get(), partition, offset, reading.queue.get());
}

void RdReaders::allow(unsigned shard, std::uint64_t number, std::size_t bytes) {
    const auto found = readers_.find({shard, number});
    if (found != readers_.end()) found->second.allowed += bytes;
}

void RdReaders::stop(unsigned shard, std::uint64_t number) {
    const Id id{shard, number};
    std::erase_if(waiting_, [&](const Wanted& each) { return each.id == id; });
    const auto found = readers_.find(id);
    if (found == readers_.end()) return;
    if (found->second.reading) end(std::move(found->second.reading));
    readers_.erase(found);
    begin_next();
}

/// A client takes its time to end.
void RdReaders::end(std::shared_ptr<Reading> reading) {
    asker_.ask([reading = std::move(reading)]() mutable {
        for (const auto& [partition, offset] : reading->first)
            rd_kafka_consume_stop(reading->topic.get(), partition);
        reading.reset();
    });
}

void RdReaders::begin_next() {
    while (!waiting_.empty() && readers_.size() < settings_.max_readers) {
        begin(waiting_.front());
        waiting_.pop_front();
    }
}

bool RdReaders::drain() {
    bool more = false;
    for (auto& [id, reader] : readers_)
        if (reader.reading && reader.allowed > 0 && drain(id, reader)) more = true;
    return more;
}

bool RdReaders::drain(Id id, Reader& reader) {
    rd_kafka_poll(reader.reading->client.get(), 0);
    std::vector<Arrival> batch;
    std::size_t bytes = 0;
    bool more = true;
    while (more && batch.size() < at_once && bytes < reader.allowed) {
        rd_kafka_message_t* got = nullptr;
        more = rd_kafka_consume_batch_queue(reader.reading->queue.get(), 0, &got, 1) == 1;
        if (!more) break;
        const RecordPtr record(got);
        if (record->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)  // all before it has been read
            batch.push_back({record->partition, record->offset - 1, nullptr});
        if (record->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        batch.push_back(reader_.read(read(*record)));
        bytes += sizeof(Message) + record->len + record->key_len;
    }
    if (batch.empty()) return false;
    reader.allowed -= std::min(reader.allowed, bytes);
    shards_.tell(id.first, [number = id.second, batch = std::move(batch), bytes](EngineUser& user) {
        user.on_reader_records(number, batch, bytes);
    });
    return more && reader.allowed > 0;
}

}  // namespace stentor::kafka
