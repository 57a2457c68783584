#include "app/relay_plan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

/// What is said to a configuration that was changed like this.
template <class Change>
std::string problem(Change change) {
    StompRelayConfig config;
    change(config);
    try {
        (void)RelayPlan(config);
    } catch (const ConfigError& e) { return e.what(); }
    return "none";
}

TEST(RelayPlan, TheDefaultsAreRabbitmqsOnThisMachine) {
    const RelayPlan plan{StompRelayConfig{}};
    EXPECT_EQ(plan.settings.link.addresses, std::vector<std::string>{"127.0.0.1:61613"});
    EXPECT_EQ(plan.settings.link.login, "guest");
    EXPECT_EQ(plan.settings.link.virtual_host, "/");
    EXPECT_EQ(plan.settings.link.connect_timeout, 5s);
    EXPECT_EQ(plan.settings.link.heart_beat, (stomp::HeartBeat{10s, 10s}));
    EXPECT_EQ(plan.settings.pending.max_messages, 1000U);
    EXPECT_EQ(plan.settings.pending.max_bytes, std::size_t{1} << 20);
    EXPECT_EQ(plan.remotes.at(0).time_limit, 5s);
}

TEST(RelayPlan, ThereIsRoomToWriteAllThatMayBePending) {
    StompRelayConfig config;
    config.max_pending_bytes = std::size_t{64} << 20;
    EXPECT_GT(RelayPlan(config).send.buffer, config.max_pending_bytes);
}

TEST(RelayPlan, F11ControlCharactersInTheLoginAreRefused) {
    EXPECT_NE(problem([](auto& c) { c.login = "a\nhost:/other"; }).find("login"), std::string::npos);
    EXPECT_NE(problem([](auto& c) { c.passcode = "a\r"; }).find("passcode"), std::string::npos);
    EXPECT_NE(problem([](auto& c) { c.virtual_host = std::string("a\0b", 3); }).find("virtual_host"),
              std::string::npos);
}

TEST(RelayPlan, APasscodeIsNotInTheMessage) {
    EXPECT_EQ(problem([](auto& c) { c.passcode = "s3cret\n"; }).find("s3cret"), std::string::npos);
}

TEST(RelayPlan, PrefixesThatAreNoPlainNamesAreRefused) {
    for (const char* prefix : {"topic", "/topic/", "/exchange", "/amq/queue", "/temp-queue", "/a.b", ""}) {
        EXPECT_NE(problem([&](auto& c) { c.destination_prefixes = {"/topic", prefix}; }), "none") << prefix;
        EXPECT_NE(problem([&](auto& c) { c.queue_prefixes = {prefix}; }), "none") << prefix;
    }
    EXPECT_EQ(problem([](auto& c) { c.queue_prefixes = {}; }), "none");
}

TEST(RelayPlan, NoLimitCanBeSwitchedOff) {
    EXPECT_NE(problem([](auto& c) { c.max_body = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_pending = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_pending_bytes = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.prefetch = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.prefetch = 65'536; }), "none");
    EXPECT_NE(problem([](auto& c) { c.max_unsettled_bytes = 0; }), "none");
    EXPECT_NE(problem([](auto& c) { c.connect_timeout = 0ms; }), "none");
    EXPECT_NE(problem([](auto& c) { c.heart_beat = -1ms; }), "none");
    EXPECT_EQ(problem([](auto& c) { c.heart_beat = 0ms; }), "none");  // none are sent or asked for
}

TEST(RelayPlan, SeveralAddressesTakeThePlaceOfHostAndPort) {
    StompRelayConfig config;
    config.addresses = {"b.internal:61613", "[::1]:61614", "127.0.0.2:1"};
    config.connect_timeout = 3s;
    const RelayPlan plan(config);
    EXPECT_EQ(plan.settings.link.addresses, config.addresses);
    ASSERT_EQ(plan.remotes.size(), 3U);
    EXPECT_EQ(plan.remotes[1].host, "::1");
    EXPECT_EQ(plan.remotes[1].port, 61614);
    EXPECT_EQ(plan.remotes[2].time_limit, 3s);
    EXPECT_EQ(plan.address(), "b.internal:61613");
}

TEST(RelayPlan, DestinationsMayHaveOtherNames) {
    StompRelayConfig config;
    config.mapping = {{"/topic/market/**", "/exchange/market/**"}};
    EXPECT_EQ(RelayPlan(config).settings.mapping.to_broker("/topic/market/a/b").value(),
              "/exchange/market/a.b");
    config.mapping[0].joint = "#";
    EXPECT_THROW(RelayPlan{config}, ConfigError);
}

TEST(RelayPlan, MessagesWaitHereAsForTheBuiltInBrokerButTheirNumberIsThePrefetch) {
    StompRelayConfig config;
    config.prefetch = 7;
    config.max_unsettled_bytes = 1000;
    RelayPlan plan{config};
    broker::Settings broker;
    broker.queue = {.max_messages = 3, .delivery_limit = 5};
    broker.topic_backlog.max_messages = 4;
    broker.dead_letter_destination = "/queue/lost";
    plan.complete(broker);
    EXPECT_EQ(plan.settings.prefetch, 7U);
    EXPECT_EQ(plan.settings.upstreams.max_unsettled_bytes, 1000U);
    EXPECT_GT(plan.settings.upstreams.queue.max_messages, 7U);
    EXPECT_EQ(plan.settings.upstreams.queue.delivery_limit, 5U);
    EXPECT_EQ(plan.settings.upstreams.topic_backlog.max_messages, 4U);
    EXPECT_EQ(plan.settings.dead_letter_destination, "/queue/lost");
}

TEST(RelayPlan, AHostAndAPortAreNeeded) {
    EXPECT_NE(problem([](auto& c) { c.host = ""; }), "none");
    EXPECT_NE(problem([](auto& c) { c.port = 0; }), "none");
}

}  // namespace
}  // namespace stentor::app
