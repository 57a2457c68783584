// The engine with librdkafka against its own mock cluster, in which brokers fail as they are told.
#include "kafka/rd_engine.hpp"

#include <librdkafka/rdkafka_mock.h>

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace stentor::kafka {
namespace {

using namespace std::chrono_literals;

/// Three brokers within this process.
class MockCluster {
public:
    MockCluster() {
        char reason[512];
        client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason));
        cluster_ = rd_kafka_mock_cluster_new(client_.get(), 3);
    }
    ~MockCluster() { rd_kafka_mock_cluster_destroy(cluster_); }
    [[nodiscard]] std::string servers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
    void add_topic(const char* name, int partitions) {
        rd_kafka_mock_topic_create(cluster_, name, partitions, 1);
    }
    void fail_produce(rd_kafka_resp_err_t code, std::size_t times) {
        for (std::size_t i = 0; i < times; ++i)
            rd_kafka_mock_push_request_errors(cluster_, 0 /* Produce */, 1, code);
    }
    void set_down(bool down) {
        for (int broker = 1; broker <= 3; ++broker)
            if (down) rd_kafka_mock_broker_set_down(cluster_, broker);
            else rd_kafka_mock_broker_set_up(cluster_, broker);
    }

private:
    ClientPtr client_;
    rd_kafka_mock_cluster_t* cluster_;
};

/// A shard whose thread is whichever tells it something, one at a time.
class Listener final : public EngineUser {
public:
    void on_availability(bool available, const std::string&) override {
        set("available", available ? "yes" : "no");
    }
    void on_produced(std::span<const Report> reports) override {
        for (const Report& each : reports)
            set("produced " + std::to_string(each.number),
                each.result.has_value() ? "done" : to_string(each.result.error().code));
    }
    void on_topic(const std::string& topic, const Result<void>& found) override {
        set("topic " + topic, found.has_value() ? "there" : to_string(found.error().code));
    }
    void on_attached(const std::string& topic, std::uint64_t, const Positions& at) override {
        set("attached " + topic, std::to_string(at.size()));
    }
    void on_records(const std::string&, std::span<const Arrival> records) override {
        for (const Arrival& each : records)
            if (each.message) add("live", each.message->body);
    }
    void on_reader(std::uint64_t, const Result<std::map<std::int32_t, std::int64_t>>& first) override {
        set("reader", first.has_value() ? "begins" : to_string(first.error().code));
    }
    void on_reader_records(std::uint64_t, std::span<const Arrival> records, std::size_t) override {
        for (const Arrival& each : records)
            if (each.message) add("read", each.message->body);
    }
    void on_queue(std::span<const QueueArrival>) override {}

    /// Waits until that is so; false: it did not come to it.
    bool becomes(const std::string& name, const std::string& value) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 30s, [&] { return values_[name] == value; });
    }

private:
    void set(const std::string& name, const std::string& value) {
        const std::lock_guard lock(mutex_);
        values_[name] = value;
        changed_.notify_all();
    }
    void add(const std::string& name, const std::string& value) {
        const std::lock_guard lock(mutex_);
        values_[name] += value;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::string> values_;
};

class RdEngineTest : public ::testing::Test {
protected:
    RdEngineTest() {
        cluster.add_topic("topic.a", 1);
        settings.servers = cluster.servers();
        settings.rules = std::make_shared<const TopicRules>(*TopicRules::make({}, {{"/topic"}, {}}, true));
        settings.delivery_timeout = 3s;
        settings.request_timeout = 2s;
        engine = std::make_unique<RdEngine>(settings);
        engine->open(0, shard, [](const Engine::Task& task) { task(); });
    }
    ~RdEngineTest() override { engine->close(0); }

    void produce(std::uint64_t number, const std::string& body) {
        const auto taken = engine->produce(
            0, number, {"topic.a"}, std::make_shared<const Message>(Message{"/topic/a", {}, body, "id"}));
        ASSERT_TRUE(taken.has_value());
    }

    MockCluster cluster;
    EngineSettings settings;
    Listener shard;
    std::unique_ptr<RdEngine> engine;
};

TEST_F(RdEngineTest, WhatIsWrittenIsReportedAndRead) {
    ASSERT_TRUE(shard.becomes("available", "yes"));
    engine->attach(0, "topic.a", 1);
    ASSERT_TRUE(shard.becomes("attached topic.a", "1"));
    for (int i = 1; i <= 3; ++i) produce(static_cast<std::uint64_t>(i), std::to_string(i));
    EXPECT_TRUE(shard.becomes("produced 3", "done"));
    EXPECT_TRUE(shard.becomes("live", "123"));
    engine->start_reader(0, 7, "topic.a", Earliest{});
    ASSERT_TRUE(shard.becomes("reader", "begins"));
    engine->allow(0, 7, 100'000);
    EXPECT_TRUE(shard.becomes("read", "123"));
    engine->stop_reader(0, 7);
    engine->detach(0, "topic.a");
}

TEST_F(RdEngineTest, AReaderReadsNoMoreThanItIsAllowed) {
    ASSERT_TRUE(shard.becomes("available", "yes"));
    produce(1, "1");
    produce(2, "2");
    ASSERT_TRUE(shard.becomes("produced 2", "done"));
    engine->start_reader(0, 7, "topic.a", Earliest{});
    ASSERT_TRUE(shard.becomes("reader", "begins"));
    engine->allow(0, 7, 1);
    EXPECT_TRUE(shard.becomes("read", "1"));
    engine->allow(0, 7, 1);
    EXPECT_TRUE(shard.becomes("read", "12"));
}

TEST_F(RdEngineTest, WhatABrokerRefusesForAWhileIsWrittenOnce) {
    ASSERT_TRUE(shard.becomes("available", "yes"));
    engine->attach(0, "topic.a", 1);
    ASSERT_TRUE(shard.becomes("attached topic.a", "1"));
    cluster.fail_produce(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, 3);
    produce(1, "x");
    EXPECT_TRUE(shard.becomes("produced 1", "done"));
    produce(2, "y");  // only now: unlike a broker, the cluster of tests takes what is out of sequence
    EXPECT_TRUE(shard.becomes("produced 2", "done"));
    EXPECT_TRUE(shard.becomes("live", "xy"));
}

TEST_F(RdEngineTest, WithoutBrokersAPublishFailsInABoundedTimeAndIsNeverConfirmed) {
    ASSERT_TRUE(shard.becomes("available", "yes"));
    produce(1, "x");
    ASSERT_TRUE(shard.becomes("produced 1", "done"));
    cluster.set_down(true);
    produce(2, "y");
    EXPECT_TRUE(shard.becomes("produced 2", "unavailable"));
    EXPECT_TRUE(shard.becomes("available", "no"));
    cluster.set_down(false);
    EXPECT_TRUE(shard.becomes("available", "yes"));
    produce(3, "z");
    EXPECT_TRUE(shard.becomes("produced 3", "done"));
}

TEST_F(RdEngineTest, AnAttachWaitsForTheBrokers) {
    cluster.set_down(true);
    engine->attach(0, "topic.a", 1);
    cluster.set_down(false);
    EXPECT_TRUE(shard.becomes("attached topic.a", "1"));
}

TEST_F(RdEngineTest, AnUnknownPropertyIsToldAtOnce) {
    settings.properties = {{"no.such.property", "1"}};
    EXPECT_THROW(RdEngine{settings}, std::invalid_argument);
}

}  // namespace
}  // namespace stentor::kafka
