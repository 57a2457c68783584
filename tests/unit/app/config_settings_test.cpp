#include "app/config_settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

class ConfigSettings : public testing::Test {
protected:
    const Setting& setting(const std::string& path) {
        const auto found =
            std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.path == path; });
        if (found == settings.end()) throw std::out_of_range(path);
        return *found;
    }
    /// What is wrong with the text, empty when it was stored.
    std::string store(const std::string& path, std::string_view text) {
        const auto stored = store_text(setting(path), text);
        return stored.has_error() ? stored.error().message : "";
    }

    ServerConfig config;
    std::vector<Setting> settings = settings_of(config);
};

TEST_F(ConfigSettings, AreAllFieldsOfTheDescribedStructsAndTheirTables) {
    EXPECT_EQ(settings.front().path, "address");
    EXPECT_EQ(settings.back().path, "access");
    std::set<std::string> paths;
    for (const Setting& s : settings) EXPECT_TRUE(paths.insert(s.path).second) << s.path;
    for (const char* path : {"port", "stomp_port", "http.max_head", "stomp.max_body", "queue.max_bytes",
                             "endpoint", "broker.queue_prefixes", "application.destination_prefixes"})
        EXPECT_TRUE(paths.contains(path)) << path;
    EXPECT_FALSE(paths.contains("http"));
}

TEST_F(ConfigSettings, HaveTheirDefaultsAsToml) {
    EXPECT_EQ(setting("address").default_value, "\"127.0.0.1\"");
    EXPECT_EQ(setting("port").default_value, "8080");
    EXPECT_EQ(setting("stomp_port").default_value, "");
    EXPECT_EQ(setting("stomp.frame_timeout").default_value, "\"30s\"");
    EXPECT_EQ(setting("broker.destination_prefixes").default_value, "[\"/topic\", \"/queue\"]");
}

TEST_F(ConfigSettings, StoreTextByTheTypeOfTheirField) {
    EXPECT_EQ(store("address", "::1"), "");
    EXPECT_EQ(store("port", "9000"), "");
    EXPECT_EQ(store("stomp_port", "61613"), "");
    EXPECT_EQ(store("shards", "3"), "");
    EXPECT_EQ(store("stomp.max_body", "1MiB"), "");
    EXPECT_EQ(store("send.time_limit", "5m"), "");
    EXPECT_EQ(store("broker.queue_prefixes", "/queue,/jobs"), "");
    EXPECT_EQ(config.address, "::1");
    EXPECT_EQ(config.port, 9000);
    EXPECT_EQ(config.stomp_port, 61613);
    EXPECT_EQ(config.shards, 3U);
    EXPECT_EQ(config.stomp.max_body, 1048576U);
    EXPECT_EQ(config.send.time_limit, 5min);
    EXPECT_EQ(config.broker.queue_prefixes, (std::vector<std::string>{"/queue", "/jobs"}));
}

TEST_F(ConfigSettings, AnEmptyTextIsAnEmptyList) {
    EXPECT_EQ(store("broker.queue_prefixes", ""), "");
    EXPECT_EQ(config.broker.queue_prefixes, std::vector<std::string>{});
}

TEST_F(ConfigSettings, SayWhatToGiveInsteadOfAWrongText) {
    EXPECT_EQ(store("port", "many"), "is 'many'; give a whole number from 0 to 65535");
    EXPECT_EQ(store("port", "65536"), "is '65536'; give a whole number from 0 to 65535");
    EXPECT_EQ(store("port", "-1"), "is '-1'; give a whole number from 0 to 65535");
    EXPECT_EQ(store("port", "1KiB"), "is '1KiB'; give a whole number from 0 to 65535");
    EXPECT_EQ(store("shards", "257"), "is '257'; give a whole number from 0 to 256");
    EXPECT_EQ(store("http.max_head", "2KB"),
              "is '2KB'; give a whole number from 1 to 1024GiB, or a size such as \"64KiB\"");
    EXPECT_EQ(store("sockjs.heartbeat", "1 s"),
              R"(is '1 s'; give a duration such as "250ms", "10s", "5m" or "1h")");
    EXPECT_EQ(store("endpoint", "/ws"), "is a list of tables; give it in the configuration file");
}

TEST_F(ConfigSettings, KeepTheirValueWhenTheTextIsWrong) {
    EXPECT_NE(store("port", "65536"), "");
    EXPECT_EQ(config.port, 8080);
}

TEST_F(ConfigSettings, HaveARange) {
    EXPECT_EQ(store("port", "65535"), "");
    EXPECT_EQ(store("queue.max_bytes", "1024GiB"), "");
    EXPECT_NE(store("queue.max_bytes", "1025GiB"), "");
    EXPECT_EQ(store("stomp.frame_timeout", "24h"), "");
    EXPECT_EQ(store("stomp.frame_timeout", "25h"), "is '25h'; give a duration up to 24h");
}

TEST_F(ConfigSettings, TakeA0OnlyWhereItCannotBeMistakenForUnlimited) {
    EXPECT_EQ(store("stomp.max_body", "0"),
              "is 0, which would not mean unlimited; give a number from 1 to 1024GiB");
    EXPECT_EQ(store("workers", "0"), "is 0, which would not mean unlimited; give a number from 1 to 256");
    EXPECT_EQ(store("websocket.ping_interval", "0"),
              "is 0, which would not mean unlimited; give a duration from 1ms to 24h");
    for (const char* path : {"port", "stomp_port", "shards", "shutdown_timeout", "stomp.heart_beat_send",
                             "stomp.heart_beat_receive", "stomp.max_wildcard_subscriptions"})
        EXPECT_EQ(store(path, "0"), "") << path;
    EXPECT_EQ(config.stomp.heart_beat_send, 0ms);
}

TEST_F(ConfigSettings, WhatMayBeUnlimitedSaysSoWithThatWordOnly) {
    EXPECT_EQ(setting("stomp.max_frames_per_second").default_value, "10000");
    EXPECT_EQ(store("stomp.max_frames_per_second", "unlimited"), "");
    EXPECT_EQ(config.stomp.max_frames_per_second, std::nullopt);
    EXPECT_EQ(store("memory.budget", "1GiB"), "");
    EXPECT_EQ(store("memory.budget", "unlimited"), "");
    EXPECT_EQ(config.memory.budget, std::nullopt);
    EXPECT_EQ(store("stomp.max_frames_per_second", "0"),
              "is 0, which would not mean unlimited; give a number from 1 to 1024GiB");
    EXPECT_EQ(
        store("stomp.max_frames_per_second", "none"),
        "is 'none'; give a whole number from 1 to 1024GiB, or a size such as \"64KiB\", or \"unlimited\"");
    EXPECT_NE(store("stomp.max_body", "unlimited"), "");
    EXPECT_NE(store("stomp_port", "unlimited"), "");
}

TEST_F(ConfigSettings, TheDefaultsAreWithinTheirRanges) {
    for (const Setting& s : settings) {
        std::string text = s.default_value;
        if (std::holds_alternative<Duration>(s.place)) text = text.substr(1, text.size() - 2);
        else if (!std::holds_alternative<Number>(s.place) || text.empty()) continue;
        EXPECT_EQ(store(s.path, text), "") << s.path;
    }
}

TEST_F(ConfigSettings, OfAListOfTablesAreThoseOfANewEntry) {
    const auto& records = std::get<Records>(setting("endpoint").place);
    records.clear();
    const std::vector<Setting> inner = records.add();
    ASSERT_EQ(inner.front().path, "path");
    ASSERT_FALSE(store_text(inner.front(), "/ws").has_error());
    ASSERT_EQ(inner.back().path, "sockjs");
    ASSERT_FALSE(store_text(inner.back(), "true").has_error());
    EXPECT_EQ(store_text(inner.back(), "yes").error().message, "is 'yes'; give true or false");
    ASSERT_EQ(config.endpoint.size(), 1U);
    EXPECT_EQ(config.endpoint[0].path, "/ws");
    EXPECT_TRUE(config.endpoint[0].sockjs);
}

}  // namespace
}  // namespace stentor::app
