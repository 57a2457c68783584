#pragma once

#include "kafka/rd_handles.hpp"
#include "kafka/rd_host.hpp"

#include <functional>
#include <map>
#include <vector>

namespace stentor::kafka {

/// Writes records: each is confirmed by all brokers that have to have it, and is there once, in the order of
/// its key. Any thread may produce; the reports come on the engine's.
class RdProducer {
public:
    using Reported = std::function<void(const Result<void>&)>;

    /// All must outlive it.
    RdProducer(const EngineSettings& settings, Inbox& inbox, Shards& shards);
    /// Waits a moment for what is under way.
    ~RdProducer();
    RdProducer(const RdProducer&) = delete;
    RdProducer& operator=(const RdProducer&) = delete;

    /// The shard is told by that number.
    Result<void> produce(unsigned shard, std::uint64_t number, const Place& place, const Message& message);
    /// The engine thread's own.
    void produce(const Place& place, const Message& message, Reported reported);
    /// Passes on the reports that have come. The engine thread's.
    void poll();

    [[nodiscard]] rd_kafka_t& client() { return *client_; }

private:
    static void on_report(rd_kafka_t*, const rd_kafka_message_t* record, void* self);
    void report(const rd_kafka_message_t& record);
    rd_kafka_resp_err_t write(const Place& place, const Message& message, std::uint64_t ticket);

    const EngineSettings& settings_;
    Shards& shards_;
    std::map<unsigned, std::vector<Report>> reports_;
    std::map<std::uint64_t, Reported> own_;
    std::uint64_t last_own_ = 0;
    ClientPtr client_;
};

}  // namespace stentor::kafka
