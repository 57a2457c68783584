// Tests: tests/kafka/kafka_test.py, tests/unit/kafka/rd_engine_test.cpp
#include "kafka/rd_producer.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace stentor::kafka {
namespace {

using HeadersPtr = std::unique_ptr<rd_kafka_headers_t, Releases<rd_kafka_headers_destroy>>;

// A record's ticket: the shard that wrote it, and its number there.
constexpr unsigned shard_shift = 48;
constexpr std::uint64_t numbers = (std::uint64_t{1} << shard_shift) - 1;
constexpr std::uint64_t own_shard = 0xffff;
constexpr int farewell = 1000;  // milliseconds

HeadersPtr headers_for(const Message& message, const HeaderList& list) {
    HeadersPtr headers(rd_kafka_headers_new(8));
    for (const auto& [name, value] : message.headers)
        if (list.passes(name) || name.starts_with("dead-letter-"))
            rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                                static_cast<ssize_t>(value.size()));
    return headers;
}

rd_kafka_vu_t vu(rd_kafka_vtype_t type) {
    rd_kafka_vu_t made{};
    made.vtype = type;
    return made;
}

}  // namespace

RdProducer::RdProducer(const EngineSettings& settings, Inbox& inbox, Shards& shards)
    : settings_(settings), shards_(shards) {
    const std::string kbytes =
        std::to_string(std::max<std::size_t>(settings.max_pending_bytes / 1024, 1) * 2);
    ConfPtr conf = make_conf(
        settings, {{"acks", "all"},
                   {"enable.idempotence", "true"},
                   {"linger.ms", "0"},
                   {"partitioner", "murmur2_random"},  // as Java's clients, so that a key has one partition
                   {"message.timeout.ms", std::to_string(settings.delivery_timeout.count())},
                   {"topic.metadata.propagation.max.ms", "2000"},
                   {"message.max.bytes", std::to_string(settings.limits.max_body + 64 * 1024)},
                   {"queue.buffering.max.messages", std::to_string(settings.max_pending * 2)},
                   {"queue.buffering.max.kbytes", kbytes}});
    rd_kafka_conf_set_dr_msg_cb(conf.get(), on_report);
    rd_kafka_conf_set_opaque(conf.get(), this);
    client_ = make_client(RD_KAFKA_PRODUCER, std::move(conf));
    const QueuePtr events(rd_kafka_queue_get_main(client_.get()));
    rd_kafka_queue_io_event_enable(events.get(), inbox.descriptor(), "\1\0\0\0\0\0\0\0", 8);
}

RdProducer::~RdProducer() {
    own_.clear();  // nobody waits any more
    rd_kafka_flush(client_.get(), farewell);
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(client_.get(), 0);
}

Result<void> RdProducer::produce(unsigned shard, std::uint64_t number, const Place& place,
                                 const Message& message) {
    const auto code = write(place, message, std::uint64_t{shard} << shard_shift | (number & numbers));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
    return {};
}

void RdProducer::produce(const Place& place, const Message& message, Reported reported) {
    const std::uint64_t number = ++last_own_;
    const auto code = write(place, message, own_shard << shard_shift | number);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return reported(error_of(code));
    own_.emplace(number, std::move(reported));
}

rd_kafka_resp_err_t RdProducer::write(const Place& place, const Message& message, std::uint64_t ticket) {
    auto topic = vu(RD_KAFKA_VTYPE_TOPIC);
    topic.u.cstr = place.topic.c_str();
    auto flags = vu(RD_KAFKA_VTYPE_MSGFLAGS);
    flags.u.i = RD_KAFKA_MSG_F_COPY;
    auto value = vu(RD_KAFKA_VTYPE_VALUE);
    value.u.mem = {const_cast<char*>(message.body.data()), message.body.size()};  // it is copied
    auto opaque = vu(RD_KAFKA_VTYPE_OPAQUE);
    opaque.u.ptr = reinterpret_cast<void*>(ticket);
    auto key = vu(RD_KAFKA_VTYPE_KEY);
    if (place.key) key.u.mem = {const_cast<char*>(place.key->data()), place.key->size()};
    auto partition = vu(RD_KAFKA_VTYPE_PARTITION);
    partition.u.i32 = place.partition == Partition::first ? 0 : RD_KAFKA_PARTITION_UA;
    auto headers = vu(RD_KAFKA_VTYPE_HEADERS);
    HeadersPtr made = headers_for(message, settings_.headers);
    headers.u.headers = made.get();
    const std::array all{topic, flags, value, opaque, key, partition, headers};
    rd_kafka_error_t* const fault = rd_kafka_produceva(client_.get(), all.data(), all.size());
    if (fault == nullptr) {
        static_cast<void>(made.release());  // the record's own now
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    const auto code = rd_kafka_error_code(fault);
    rd_kafka_error_destroy(fault);
    return code;
}

void RdProducer::on_report(rd_kafka_t*, const rd_kafka_message_t* record, void* self) {
    static_cast<RdProducer*>(self)->report(*record);
}

void RdProducer::report(const rd_kafka_message_t& record) {
    const auto ticket = reinterpret_cast<std::uint64_t>(record._private);
    const Result<void> result =
        record.err == RD_KAFKA_RESP_ERR_NO_ERROR ? Result<void>() : error_of(record.err);
    const std::uint64_t shard = ticket >> shard_shift;
    const std::uint64_t number = ticket & numbers;
    if (shard != own_shard) {
        reports_[static_cast<unsigned>(shard)].push_back({number, result});
        return;
    }
    if (auto reported = own_.extract(number); !reported.empty()) reported.mapped()(result);
}

void RdProducer::poll() {
    rd_kafka_poll(client_.get(), 0);
    for (auto& [shard, reports] : reports_)
        shards_.tell(shard, [reports = std::move(reports)](EngineUser& user) { user.on_produced(reports); });
    reports_.clear();
}

}  // namespace stentor::kafka
