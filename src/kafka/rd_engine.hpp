#pragma once

#include "base/clock.hpp"
#include "kafka/engine.hpp"
#include "kafka/rd_host.hpp"
#include "kafka/rd_producer.hpp"
#include "kafka/rd_queues.hpp"
#include "kafka/rd_readers.hpp"
#include "kafka/rd_topics.hpp"

#include <atomic>
#include <memory>
#include <thread>

namespace stentor::kafka {

/// The engine with librdkafka: a thread that writes, reads and tells the shards, one that asks the brokers
/// what it has to wait for, and the library's own.
class RdEngine final : public Engine {
public:
    explicit RdEngine(const EngineSettings& settings);
    ~RdEngine() override;

    void open(unsigned shard, EngineUser& user, Post post) override;
    void close(unsigned shard) override { shards_.close(shard); }
    Result<void> produce(unsigned shard, std::uint64_t number, const Place& place,
                         const MessagePtr& message) override;
    void look_up(unsigned shard, const std::string& topic) override;
    void attach(unsigned shard, const std::string& topic, std::uint64_t ticket) override;
    void detach(unsigned shard, const std::string& topic) override;
    void start_reader(unsigned shard, std::uint64_t reader, const std::string& topic,
                      const StartPosition& position) override;
    void allow(unsigned shard, std::uint64_t reader, std::size_t bytes) override;
    void stop_reader(unsigned shard, std::uint64_t reader) override;
    void join_queue(unsigned shard, std::uint64_t consumer, const Place& place,
                    const broker::ConsumerTerms& terms) override {
        queues_.join(shard, consumer, place, terms);
    }
    void leave_queue(unsigned shard, std::uint64_t consumer, const Place& place) override {
        queues_.leave(shard, consumer, place);
    }
    void settle(unsigned shard, std::uint64_t consumer, const Place& place, std::uint64_t delivery,
                broker::Settlement settlement) override {
        queues_.settle(shard, consumer, place, delivery, settlement);
    }

private:
    void run();
    void bury(const std::string& topic, const MessagePtr& letter, RdQueues::Buried buried);
    void ask_whether_available();
    void set_available(const Result<void>& answer);
    [[nodiscard]] Result<void> find_or_make(const std::string& topic);

    const EngineSettings settings_;
    Shards shards_;
    Inbox inbox_;
    RdProducer producer_;
    RdTopics topics_;
    RdReaders readers_;
    RdQueues queues_;
    Asker asker_;         // asks by those before it
    Asker reader_asker_;  // clients that come and go take their time
    bool available_ = false;
    std::string lost_because_;
    bool asking_ = false;
    base::TimePoint next_ask_{};
    base::TimePoint next_look_{};
    std::atomic<bool> ends_ = false;
    std::thread thread_;
};

}  // namespace stentor::kafka
