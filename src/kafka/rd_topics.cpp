// Tests: tests/kafka/kafka_test.py, tests/unit/kafka/rd_engine_test.cpp
#include "kafka/rd_topics.hpp"

#include "base/log.hpp"
#include "kafka/rd_questions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::kafka {
namespace {

constexpr std::size_t at_once = 256;            // records of one drain
constexpr std::size_t batch_limit = 64 * 1024;  // bytes that go as one

}  // namespace

RdTopics::RdTopics(const EngineSettings& settings, Inbox& inbox, Asker& asker, Shards& shards)
    : settings_(settings), inbox_(inbox), asker_(asker), shards_(shards), reader_(settings) {
    client_ = make_client(
        RD_KAFKA_CONSUMER,
        make_conf(settings, {{"allow.auto.create.topics", "false"},
                             {"enable.auto.commit", "false"},
                             {"fetch.wait.max.ms", "500"},
                             {"fetch.error.backoff.ms", "100"},
                             {"queued.min.messages", "1000"},
                             {"queued.max.messages.kbytes",
                              std::to_string(std::max<std::size_t>(settings.fetch_bytes / 1024, 1))},
                             {"isolation.level", "read_committed"},
                             {"enable.partition.eof", "false"}}));
    queue_.reset(rd_kafka_queue_new(client_.get()));
    rd_kafka_queue_io_event_enable(queue_.get(), inbox.descriptor(), "\1\0\0\0\0\0\0\0", 8);
}

RdTopics::~RdTopics() {
    for (auto& [name, topic] : topics_) end(topic);
}

void RdTopics::attach(unsigned shard, const std::string& name, std::uint64_t ticket) {
    Topic& topic = topics_[name];
    topic.waiting.push_back({shard, ticket});
    if (topic.handle) return welcome(name, topic);
    ask(name, topic);
}

void RdTopics::detach(unsigned shard, const std::string& name) {
    const auto found = topics_.find(name);
    if (found == topics_.end()) return;
    Topic& topic = found->second;
    std::erase(topic.shards, shard);
    std::erase_if(topic.waiting, [&](const Waiting& each) { return each.shard == shard; });
    if (!topic.shards.empty() || !topic.waiting.empty()) return;
    end(topic);
    topics_.erase(found);
}

void RdTopics::set_available(bool available) {
    available_ = available;
    for (auto& [name, topic] : topics_)
        if (!topic.handle) ask(name, topic);  // also those that were not there the last time
}

void RdTopics::ask(const std::string& name, Topic& topic) {
    if (!available_ || std::exchange(topic.asked, true)) return;
    asker_.ask([this, name] {
        inbox_.push([this, name, ends = ask_ends(*client_, name, settings_)] { on_ends(name, ends); });
    });
}

/// A topic that is not there, or not just now: it is asked for again when the brokers are looked at next.
void RdTopics::on_ends(const std::string& name, const Result<Positions>& ends) {
    const auto found = topics_.find(name);
    if (found == topics_.end()) return;
    Topic& topic = found->second;
    topic.asked = false;
    if (topic.handle) return;
    if (ends.has_error()) {
        log::debug("topic_not_read", {{"topic", name}, {"reason", ends.error().message}});
        return;
    }
    begin(name, topic, *ends);
    welcome(name, topic);
}

void RdTopics::begin(const std::string& name, Topic& topic, const Positions& from) {
    rd_kafka_topic_conf_t* const conf = rd_kafka_topic_conf_new();
    // What was not read before it was deleted is gone: the reading goes on with what is left.
    rd_kafka_topic_conf_set(conf, "auto.offset.reset", "earliest", nullptr, 0);
    topic.handle.reset(rd_kafka_topic_new(client_.get(), name.c_str(), conf));
    for (const std::int64_t offset : from) read_partition(topic, offset);
}

void RdTopics::read_partition(Topic& topic, std::int64_t from) {
    const auto partition = static_cast<std::int32_t>(topic.next.size());
    topic.next.push_back(from);
    if (rd_kafka_consume_start_queue(topic.handle.get(), partition, from, queue_.get()) != 0)
        log::warning("partition_not_read", {{"topic", rd_kafka_topic_name(topic.handle.get())},
                                            {"partition", static_cast<long>(partition)},
                                            {"reason", rd_kafka_err2str(rd_kafka_last_error())}});
}

/// What a shard gets begins with the next record, not with one that others wait to get sent.
void RdTopics::welcome(const std::string& name, Topic& topic) {
    send_batch();
    for (const Waiting& each : std::exchange(topic.waiting, {})) {
        if (std::ranges::find(topic.shards, each.shard) == topic.shards.end())
            topic.shards.push_back(each.shard);
        shards_.tell(each.shard, [name, ticket = each.ticket, positions = topic.next](EngineUser& user) {
            user.on_attached(name, ticket, positions);
        });
    }
}

void RdTopics::end(Topic& topic) {
    for (std::size_t p = 0; topic.handle && p < topic.next.size(); ++p)
        rd_kafka_consume_stop(topic.handle.get(), static_cast<std::int32_t>(p));
}

void RdTopics::look_for_partitions() {
    for (auto& [name, topic] : topics_) {
        if (!topic.handle) {
            ask(name, topic);
            continue;
        }
        if (!available_ || std::exchange(topic.asked, true)) continue;
        asker_.ask([this, name = name] {
            const auto partitions = ask_partitions(*client_, name, settings_);
            const auto count =
                partitions.has_error() ? std::size_t{0} : static_cast<std::size_t>(*partitions);
            inbox_.push([this, name, count] { on_more(name, count); });
        });
    }
}

/// Partitions that were not there when it was looked last are read from their beginning.
void RdTopics::on_more(const std::string& name, std::size_t partitions) {
    const auto found = topics_.find(name);
    if (found == topics_.end()) return;
    found->second.asked = false;
    while (found->second.handle && found->second.next.size() < partitions) read_partition(found->second, 0);
}

bool RdTopics::drain() {
    if (shards_.most_under_way() > settings_.fetch_bytes) return false;
    std::array<rd_kafka_message_t*, at_once> records{};
    const ssize_t got = rd_kafka_consume_batch_queue(queue_.get(), 0, records.data(), records.size());
    for (ssize_t i = 0; i < got; ++i) {
        const RecordPtr record(records[static_cast<std::size_t>(i)]);
        take(*record);
    }
    send_batch();
    return got == static_cast<ssize_t>(records.size());
}

void RdTopics::take(rd_kafka_message_t& record) {
    if (record.rkt == nullptr) return;
    const std::string_view name = rd_kafka_topic_name(record.rkt);
    if (record.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log::debug("partition_error", {{"topic", name}, {"reason", rd_kafka_err2str(record.err)}});
        return;
    }
    const auto found = topics_.find(name);
    if (found == topics_.end()) return;
    std::int64_t& next = found->second.next[static_cast<std::size_t>(record.partition)];
    if (record.offset < next) return;
    next = record.offset + 1;
    if (name != batch_topic_ || batch_bytes_ > batch_limit) {
        send_batch();
        batch_topic_ = name;
    }
    batch_.push_back(reader_.read(read(record)));
    batch_bytes_ += sizeof(Message) + record.len + record.key_len;
}

void RdTopics::send_batch() {
    if (batch_.empty()) return;
    const auto batch = std::make_shared<const std::vector<Arrival>>(std::exchange(batch_, {}));
    const auto found = topics_.find(batch_topic_);
    if (found != topics_.end())
        for (const unsigned shard : found->second.shards)
            shards_.tell(
                shard, [name = batch_topic_, batch](EngineUser& user) { user.on_records(name, *batch); },
                batch_bytes_);
    batch_bytes_ = 0;
}

}  // namespace stentor::kafka
