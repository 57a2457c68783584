#include "kafka/topic_rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::kafka {
namespace {

Result<TopicRules> rules(const std::vector<RuleText>& texts, bool has_default = true) {
    return TopicRules::make(texts, {{"/topic", "/queue"}, {"/queue"}}, has_default);
}

std::string fault(const std::vector<RuleText>& texts) {
    const auto made = rules(texts);
    return made.has_error() ? made.error().message : "none";
}

/// "topic" or "topic key", or the code of what is refused.
std::string place(const TopicRules& all, std::string_view destination) {
    const auto found = all.place_of(destination);
    if (found.has_error()) return to_string(found.error().code);
    return found->topic + (found->key ? " " + *found->key : "");
}

std::string destination(const TopicRules& all, std::string_view topic,
                        std::optional<std::string_view> key = std::nullopt) {
    return all.destination_of(topic, key).value_or("none");
}

TEST(TopicRules, ByDefaultATopicIsTheDestinationsNameWithDots) {
    const TopicRules all = *rules({});
    EXPECT_EQ(place(all, "/topic/room/7"), "topic.room.7");
    EXPECT_EQ(place(all, "/queue/room/7"), "queue.room.7");
    EXPECT_EQ(destination(all, "topic.room.7"), "/topic/room/7");
    EXPECT_EQ(destination(all, "queue.room.7", "any"), "/queue/room/7");
}

TEST(TopicRules, WhatKafkaTakesAsANameHasADestinationOnlyBelowThePrefixes) {
    const TopicRules all = *rules({});
    for (const char* topic : {"prices", "topics.a", "__consumer_offsets", "app.a", "topic..a", "topic."})
        EXPECT_EQ(destination(all, topic), "none") << topic;
}

TEST(TopicRules, NamesThatCouldNotBeToldApartOrAreNoneAreUnsupported) {
    const TopicRules all = *rules({});
    for (const char* name :
         {"/topic/a.b", "/topic/a b", "/topic/caf\u00e9", "/topic/a#b", "/topic/%2f", "/topic/a,b"})
        EXPECT_EQ(place(all, name), "unsupported") << name;
    EXPECT_EQ(place(all, "/topic/" + std::string(242, 'x')), "topic." + std::string(242, 'x'));
    EXPECT_EQ(place(all, "/topic/" + std::string(244, 'x')), "unsupported");
}

TEST(TopicRules, ARulesVariablesAreTheTopicOrTheKey) {
    const TopicRules all = *rules({{"/topic/prices/{symbol}", "prices", "{symbol}"},
                                   {"/topic/room/{id}", "room.{id}", ""},
                                   {"/topic/pair/{from}/{to}", "pairs", "{from}:{to}"}});
    EXPECT_EQ(place(all, "/topic/prices/EUR.USD"), "prices EUR.USD");
    EXPECT_EQ(place(all, "/topic/room/7"), "room.7");
    EXPECT_EQ(place(all, "/topic/pair/eur/usd"), "pairs eur:usd");
    EXPECT_EQ(destination(all, "prices", "EUR.USD"), "/topic/prices/EUR.USD");
    EXPECT_EQ(destination(all, "room.7"), "/topic/room/7");
    EXPECT_EQ(destination(all, "room.7", "any key"), "/topic/room/7");
    EXPECT_EQ(destination(all, "pairs", "eur:usd"), "/topic/pair/eur/usd");
}

TEST(TopicRules, APlaceHasOneDestination) {
    const TopicRules all =
        *rules({{"/topic/pair/{from}/{to}", "pairs", "{from}:{to}"}, {"/topic/room/{id}", "room.{id}", ""}});
    EXPECT_EQ(place(all, "/topic/pair/a:b/c"), "unsupported");  // could be a and b:c
    EXPECT_EQ(place(all, "/topic/pair/a/b:c"), "pairs a:b:c");  // the first ':' ends the first
    EXPECT_EQ(destination(all, "pairs", "a:b:c"), "/topic/pair/a/b:c");
    EXPECT_EQ(place(all, "/topic/room/a.b"), "unsupported");
    EXPECT_EQ(destination(all, "room.a.b"), "none");
}

TEST(TopicRules, RecordsWithoutAKeyThatFitsAreNobodys) {
    const TopicRules all = *rules({{"/topic/prices/{symbol}", "prices", "{symbol}"}});
    EXPECT_EQ(destination(all, "prices"), "none");
    EXPECT_EQ(destination(all, "prices", ""), "none");
    EXPECT_EQ(destination(all, "prices", "a/b"), "none");
    EXPECT_EQ(destination(all, "prices", ".."), "none");
    EXPECT_EQ(destination(all, "prices", std::string("a\0b", 3)), "none");
    EXPECT_EQ(destination(all, "prices", "\xff"), "none");
    EXPECT_EQ(destination(all, "prices", std::string(300, 'x')), "none");
}

TEST(TopicRules, APatternMayStandForAllOfOneTopic) {
    const TopicRules all =
        *rules({{"/topic/prices/{symbol}", "prices", "{symbol}"}, {"/topic/room/{id}", "room.{id}", ""}});
    EXPECT_EQ(place(all, "/topic/prices/*"), "prices");
    EXPECT_EQ(place(all, "/topic/room/*"), "unsupported");
    EXPECT_EQ(place(all, "/topic/*"), "unsupported");
    EXPECT_EQ(place(all, "/topic/**"), "unsupported");
}

TEST(TopicRules, WithoutTheDefaultOtherDestinationsAreNotFound) {
    const TopicRules all = *rules({{"/topic/prices/{symbol}", "prices", "{symbol}"}}, false);
    EXPECT_EQ(place(all, "/topic/prices/a"), "prices a");
    EXPECT_EQ(place(all, "/topic/other"), "not-found");
    EXPECT_EQ(destination(all, "topic.other"), "none");
}

TEST(TopicRules, KeylessTopicsKeepTheirOrderAndQueuesAreSpread) {
    const TopicRules all = *rules({{"/topic/prices/{symbol}", "prices", "{symbol}"}});
    EXPECT_EQ(all.place_of("/topic/a")->partition, Partition::first);
    EXPECT_EQ(all.place_of("/topic/prices/a")->partition, Partition::by_key);
    EXPECT_EQ(all.place_of("/queue/a")->partition, Partition::any);
}

TEST(TopicRules, RulesThatLeadToOnePlaceAreRefused) {
    const RuleText prices{"/topic/prices/{symbol}", "prices", "{symbol}"};
    EXPECT_NE(fault({prices, {"/topic/quotes/{symbol}", "prices", "{symbol}"}}), "none");
    EXPECT_NE(fault({prices, {"/topic/{kind}/a", "other.{kind}", ""}}), "none");
    EXPECT_NE(fault({prices, {"/topic/x/{name}", "{name}", ""}}), "none");
    EXPECT_NE(fault({{"/topic/x", "topic.y", ""}}), "none");  // /topic/y's by default
    EXPECT_EQ(fault({{"/topic/x", "topic.x", ""}}), "none");
    EXPECT_EQ(fault({prices, {"/topic/room/{id}", "room.{id}", ""}}), "none");
}

TEST(TopicRules, RulesThatAreNoneAreRefused) {
    EXPECT_NE(fault({{"/topic/{a}", "x", ""}}), "none");         // a is lost
    EXPECT_NE(fault({{"/topic/{a}", "x", "{a}{a}"}}), "none");   // nothing between
    EXPECT_NE(fault({{"/topic/{a}", "x.{a}", "{a}"}}), "none");  // twice
    EXPECT_NE(fault({{"/topic/a", "x", "{b}"}}), "none");        // whose?
    EXPECT_NE(fault({{"/topic/*", "x", ""}}), "none");
    EXPECT_NE(fault({{"/topic/**", "x", ""}}), "none");
    EXPECT_NE(fault({{"/other/a", "x", ""}}), "none");
    EXPECT_NE(fault({{"/topic/a", "x y", ""}}), "none");
    EXPECT_NE(fault({{"/topic/a", "", ""}}), "none");
    EXPECT_NE(fault({{"/topic/{a}", "x{a}", ""}}), "none");  // not a whole part
    EXPECT_NE(fault({{"/topic/{a}", "x.{a", ""}}), "none");
    EXPECT_NE(fault({{"/queue/{a}", "x", "{a}"}}), "none");  // a queue's consumers share all keys
}

TEST(TopicRules, TopicNamesAreKafkas) {
    EXPECT_TRUE(is_topic_name("a.b_c-D9"));
    for (const char* name : {"", ".", "..", "a b", "a/b", "\u00e9", "a:b"})
        EXPECT_FALSE(is_topic_name(name)) << name;
    EXPECT_TRUE(is_topic_name(std::string(249, 'x')));
    EXPECT_FALSE(is_topic_name(std::string(250, 'x')));
}

}  // namespace
}  // namespace stentor::kafka
