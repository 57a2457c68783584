#include "broker/history.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using Bodies = std::vector<std::string>;

class HistoryTest : public ::testing::Test {
protected:
    HistoryTest() { later(1h); }

    void later(base::Duration time) {
        now_ += time;
        timers_.run_due(now_);
    }
    void publish(const std::string& destination, const std::string& body, const Headers& headers = {}) {
        history().add(std::make_shared<const Message>(
            Message{destination, headers, body, "id-" + std::to_string(++published_)}));
    }
    Bodies find(const std::string& topic, std::uint32_t most = Subscription::all_history,
                const char* selector = nullptr) {
        HistoryQuery query{topic, most};
        if (selector != nullptr)
            query.selector =
                std::make_shared<const messaging::Selector>(messaging::Selector::parse(selector).value());
        Bodies bodies;
        for (const MessagePtr& each : history().find(query, limits_)) bodies.push_back(each->body);
        return bodies;
    }
    static HistoryRule rule(std::string_view destinations, std::size_t messages) {
        return {messaging::DestinationPattern::parse(destinations).value(), messages};
    }
    History& history() {
        if (!history_) history_.emplace(rules_, timers_);
        return *history_;
    }

    std::vector<HistoryRule> rules_{rule("/topic/last/**", 1), rule("/topic/**", 3)};
    ReplayLimits limits_;
    base::TimerQueue timers_;
    base::TimePoint now_{};
    int published_ = 0;
    std::optional<History> history_;
};

TEST_F(HistoryTest, WithoutRulesNothingIsKept) {
    rules_.clear();
    EXPECT_TRUE(history().off());
    EXPECT_FALSE(history().keeps("/topic/x"));
    publish("/topic/x", "1");
    EXPECT_EQ(find("/topic/x"), Bodies{});
    EXPECT_EQ(history().bytes(), 0U);
}

TEST_F(HistoryTest, KeepsTheNewestOfEachDestinationInOrder) {
    for (const char* body : {"1", "2", "3", "4", "5"}) {
        publish("/topic/x", body);
        publish("/topic/last/x", body);
    }
    EXPECT_EQ(find("/topic/x"), (Bodies{"3", "4", "5"}));
    EXPECT_EQ(find("/topic/last/x"), Bodies{"5"}) << "the first rule that matches counts";
    EXPECT_EQ(find("/topic/y"), Bodies{});
    EXPECT_EQ(history().destinations(), 2U);
}

TEST_F(HistoryTest, GivesNoMoreThanIsAskedFor) {
    for (const char* body : {"1", "2", "3"}) publish("/topic/x", body);
    EXPECT_EQ(find("/topic/x", 2), (Bodies{"2", "3"}));
    EXPECT_EQ(find("/topic/x", 0), Bodies{});
}

TEST_F(HistoryTest, WhatIsGivenIsMarkedAndOtherwiseTheSame) {
    publish("/topic/x", "m", {{"a", "b"}});
    const auto found = history().find({"/topic/x", 1}, limits_);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(*found[0], (Message{"/topic/x", {{"a", "b"}, {"x-history", "true"}}, "m", "id-1"}));
    EXPECT_EQ(history().find({"/topic/x", 1}, limits_)[0], found[0]) << "one copy for all";
}

TEST_F(HistoryTest, APatternGetsEachDestinationsTheOnePublishedToLastAtTheEnd) {
    publish("/topic/a", "a1");
    publish("/topic/b", "b1");
    publish("/topic/a", "a2");
    publish("/topic/last/c", "c1");
    EXPECT_EQ(find("/topic/*"), (Bodies{"b1", "a1", "a2"}));
    EXPECT_EQ(find("/topic/*", 1), (Bodies{"b1", "a2"}));
    EXPECT_EQ(find("/topic/{x}/c"), Bodies{"c1"});
    EXPECT_EQ(find("/topic/**").size(), 4U);
    EXPECT_EQ(find("/topic/*/d"), Bodies{});
}

TEST_F(HistoryTest, ASelectorChoosesAmongWhatIsKept) {
    for (const char* n : {"1", "2", "3"}) publish("/topic/x", n, {{"n", n}});
    EXPECT_EQ(find("/topic/x", 1, "n < 3"), Bodies{"2"});
    EXPECT_EQ(find("/topic/x", 5, "n > 3"), Bodies{});
}

TEST_F(HistoryTest, PastTheLimitsOfASubscriptionTheNewestCount) {
    for (const char* body : {"a1", "a2", "a3"}) publish("/topic/a", body);
    for (const char* body : {"b1", "b2", "b3"}) publish("/topic/b", body);
    limits_.messages = 4;
    EXPECT_EQ(find("/topic/*"), (Bodies{"a3", "b1", "b2", "b3"}));
    EXPECT_EQ(find("/topic/*", 3, "x IS NOT NULL"), Bodies{}) << "of a selector's the work is limited";
    limits_ = {.bytes = 2'000};
    publish("/topic/b", std::string(1'000, 'x'));
    publish("/topic/b", std::string(1'100, 'y'));
    EXPECT_EQ(find("/topic/*").size(), 1U);
}

TEST_F(HistoryTest, BytesOfADestinationHaveALimit) {
    rules_[1].bytes = 2'500;
    for (int i = 0; i < 3; ++i) publish("/topic/x", std::to_string(i) + std::string(900, 'b'));
    const Bodies kept = find("/topic/x");
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0][0], '1');
}

TEST_F(HistoryTest, OneThatIsTooLargeToBeKeptLeavesNothingThatWouldBeStale) {
    rules_[1].bytes = 2'500;
    publish("/topic/x", "1");
    publish("/topic/x", std::string(2'500, 'b'));
    EXPECT_EQ(find("/topic/x"), Bodies{});
    EXPECT_EQ(history().bytes(), 0U);
    publish("/topic/x", "2");
    EXPECT_EQ(find("/topic/x"), Bodies{"2"});
}

TEST_F(HistoryTest, PastTheBytesOfARuleTheDestinationPublishedToLongestAgoGoesFirst) {
    rules_[1].max_total_bytes = 5'000;
    publish("/topic/last/z", "kept by another rule");
    for (const char* name : {"a", "b", "c"})
        publish("/topic/" + std::string(name), name + std::string(1'000, 'b'));
    publish("/topic/a", "again");
    EXPECT_EQ(history().destinations(), 4U);
    publish("/topic/d", std::string(1'000, 'd'));
    EXPECT_EQ(find("/topic/b"), Bodies{}) << "all of it goes";
    EXPECT_EQ(find("/topic/a").size(), 2U);
    EXPECT_EQ(find("/topic/last/z").size(), 1U) << "what one rule keeps does not cost another's";
    for (int i = 0; i < 50; ++i) publish("/topic/" + std::to_string(i), std::string(1'000, 'b'));
    EXPECT_LE(history().bytes(), 6'000U);
}

TEST_F(HistoryTest, PastTheDestinationsOfARuleToo) {
    rules_[1].max_destinations = 2;
    for (const char* name : {"a", "b", "a", "c"}) publish("/topic/" + std::string(name), name);
    EXPECT_EQ(find("/topic/*"), (Bodies{"a", "a", "c"}));
}

TEST_F(HistoryTest, WhatIsTooOldIsNotGivenAndGoes) {
    rules_[1].max_age = 10s;
    publish("/topic/x", "1");
    publish("/topic/y", "y");
    publish("/topic/last/x", "for ever");
    later(6s);
    publish("/topic/x", "2");
    later(4s);
    EXPECT_EQ(find("/topic/x"), (Bodies{"1", "2"}));
    later(1s);
    EXPECT_EQ(find("/topic/x"), Bodies{"2"});
    EXPECT_EQ(history().destinations(), 2U) << "y is gone";
    later(6s);
    EXPECT_EQ(history().destinations(), 1U);
    later(24h);
    EXPECT_EQ(find("/topic/last/x"), Bodies{"for ever"});
    publish("/topic/z", "later");
    later(11s);
    EXPECT_EQ(history().destinations(), 1U) << "the timer goes on";
}

TEST_F(HistoryTest, AClearingMessageTakesThePlaceOfAllThatIsKept) {
    const Headers clears{{"x-history-clear", "true"}};
    for (const char* body : {"1", "2"}) publish("/topic/x", body);
    publish("/topic/x", "snapshot", clears);
    publish("/topic/x", "3");
    EXPECT_EQ(find("/topic/x"), (Bodies{"snapshot", "3"}));
    publish("/topic/x", "", clears);
    EXPECT_EQ(find("/topic/x"), Bodies{});
    EXPECT_EQ(history().destinations(), 0U);
    EXPECT_EQ(history().bytes(), 0U);
    publish("/topic/x", "", clears);  // once more
    publish("/topic/x", "4", {{"x-history-clear", "false"}});
    publish("/topic/x", "");
    EXPECT_EQ(find("/topic/x"), (Bodies{"4", ""})) << "an empty body alone is a message like others";
}

TEST_F(HistoryTest, KeepsWhatAnyRuleNames) {
    rules_ = {rule("/topic/prices/*/last", 1), rule("/topic/news/**", 1)};
    for (const char* name : {"/topic/prices/a/last", "/topic/news", "/topic/news/a/b"})
        EXPECT_TRUE(history().keeps(name)) << name;
    for (const char* name : {"/topic/prices/a", "/topic/newspaper", "/other"})
        EXPECT_FALSE(history().keeps(name)) << name;
}

TEST_F(HistoryTest, KnowsWhichTopicsItConcerns) {
    rules_ = {rule("/topic/prices/*/last", 1), rule("/topic/news/**", 1)};
    for (const char* topic :
         {"/topic/prices/a/last", "/topic/prices/*/last", "/topic/*/{x}/last", "/topic/**", "/topic/news",
          "/topic/news/a/b", "/topic/*", "/topic/*/a", "/topic/prices/**"})
        EXPECT_TRUE(history().concerns(topic)) << topic;
    for (const char* topic : {"/topic/prices/a", "/topic/prices/a/first", "/topic/prices/a/last/b", "/topic",
                              "/topic/x/**", "/other/**", "/*/prices/a"})
        EXPECT_FALSE(history().concerns(topic)) << topic;
}

}  // namespace
}  // namespace stentor::broker
