#include "app/kafka_plan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

/// What is said to a configuration that was changed like this.
template <class Change>
std::string problem(Change change) {
    KafkaConfig config;
    change(config);
    try {
        (void)KafkaPlan(config);
    } catch (const ConfigError& e) { return e.what(); }
    return "none";
}

class KafkaPlanTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (kafka::has_engine()) return;
        EXPECT_NE(problem([](auto&) {}).find("built without Kafka"), std::string::npos);
        GTEST_SKIP() << "librdkafka is not there";
    }
};

TEST_F(KafkaPlanTest, TheDefaultsAreABrokerOnThisMachine) {
    const KafkaPlan plan{KafkaConfig{}};
    EXPECT_EQ(plan.address(), "127.0.0.1:9092");
    EXPECT_EQ(plan.engine.nodes_topic, "stentor-nodes");
    EXPECT_EQ(plan.queue_prefixes(), std::vector<std::string>{"/queue"});
    EXPECT_EQ(plan.engine.rules->place_of("/topic/a/b")->topic, "topic.a.b");
}

TEST_F(KafkaPlanTest, SeveralServersAreOneAddress) {
    KafkaConfig config;
    config.bootstrap_servers = {"a:1", "b:2"};
    EXPECT_EQ(KafkaPlan(config).address(), "a:1,b:2");
}

TEST_F(KafkaPlanTest, ServersThatAreNoneAreRefused) {
    EXPECT_NE(problem([](auto& c) { c.bootstrap_servers = {}; }), "none");
    for (const char* server : {"", "a:1,b:2", "a b", "a\n"})
        EXPECT_NE(problem([&](auto& c) { c.bootstrap_servers = {server}; }), "none") << server;
}

TEST_F(KafkaPlanTest, RulesAreChecked) {
    EXPECT_NE(problem([](auto& c) {
                  c.topics = {{"/topic/{a}", "x", ""}};
              }).find("/topic/{a}"),
              std::string::npos);
    EXPECT_EQ(problem([](auto& c) { c.topics = {{"/topic/{a}", "x", "{a}"}}; }), "none");
}

TEST_F(KafkaPlanTest, NoLimitCanBeSwitchedOff) {
    EXPECT_NE(problem([](auto& c) { c.max_body = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_headers = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_pending = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_pending_bytes = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.fetch_bytes = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_readers = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.resume_backlog = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.queue_backlog = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.delivery_limit = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.delivery_timeout = 0ms; }), "none");
    EXPECT_NE(problem([](auto& c) { c.session_timeout = 0ms; }), "none");
    EXPECT_NE(problem([](auto& c) { c.redelivery_delay = -1ms; }), "none");
    EXPECT_NE(problem([](auto& c) { c.fetch_bytes = std::size_t{2} << 30; }), "none");
}

TEST_F(KafkaPlanTest, F11HeadersThatSteerStompCannotPass) {
    for (const char* name : {"destination", "message-id", "kafka-offset", "kafka-*", "", "a\nb"})
        EXPECT_NE(problem([&](auto& c) { c.headers = {name}; }), "none") << name;
    EXPECT_EQ(problem([](auto& c) { c.headers = {"x-*", "*"}; }), "none");
}

TEST_F(KafkaPlanTest, PropertiesOnWhichPromisesRestAreNotTheUsers) {
    for (const char* name :
         {"acks", "enable.idempotence", "group.id", "enable.auto.commit", "bootstrap.servers"})
        EXPECT_NE(problem([&](auto& c) { c.properties = {{name, "1"}}; }).find(name), std::string::npos);
    EXPECT_EQ(problem([](auto& c) { c.properties = {{"security.protocol", "ssl"}}; }), "none");
}

TEST_F(KafkaPlanTest, NamesAreKafkas) {
    EXPECT_NE(problem([](auto& c) { c.group = "a b"; }), "none");
    EXPECT_NE(problem([](auto& c) { c.group = ""; }), "none");
    EXPECT_NE(problem([](auto& c) { c.dead_letter_suffix = ""; }), "none");
    EXPECT_NE(problem([](auto& c) { c.destination_prefixes = {"topic"}; }), "none");
    EXPECT_NE(problem([](auto& c) { c.queue_prefixes = {"/queue/"}; }), "none");
}

}  // namespace
}  // namespace stentor::app
