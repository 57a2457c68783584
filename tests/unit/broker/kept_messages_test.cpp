#include "broker/kept_messages.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace stentor::broker {
namespace {

using testing::ElementsAre;

SlowRule rule(SlowPolicy policy, std::size_t max_messages = 1'000) {
    return {messaging::DestinationPattern::parse("**").value(), policy, "symbol", max_messages, 1'000'000};
}

MessagePtr message(std::string body, const std::string& key = {}, std::string destination = "/topic/x") {
    Message made{std::move(destination), {}, std::move(body), {}};
    if (!key.empty()) made.headers.add("symbol", key);
    return std::make_shared<const Message>(std::move(made));
}

class KeptMessagesTest : public ::testing::Test {
protected:
    /// Bodies, each with what was passed over before it.
    std::vector<std::string> take_all() {
        std::vector<std::string> all;
        while (!kept.empty()) {
            const auto [message, before] = kept.take();
            std::string text = message->body;
            if (before.skipped != 0) text += " skipped " + std::to_string(before.skipped);
            if (before.conflated != 0) text += " conflated " + std::to_string(before.conflated);
            all.push_back(text);
        }
        return all;
    }

    std::size_t total = 0;
    KeptMessages kept{total};
};

TEST_F(KeptMessagesTest, WhatFitsIsAllThereInOrder) {
    const SlowRule drop = rule(SlowPolicy::drop_oldest);
    for (const char* body : {"1", "2", "3"}) EXPECT_TRUE(kept.add(drop, message(body))->none());
    EXPECT_EQ(kept.size(), 3U);
    EXPECT_THAT(take_all(), ElementsAre("1", "2", "3"));
    EXPECT_TRUE(kept.empty());
}

TEST_F(KeptMessagesTest, TheNewestStayAndTheFirstOfThemTellsOfTheOthers) {
    const SlowRule drop = rule(SlowPolicy::drop_oldest, 2);
    for (const char* body : {"1", "2", "3", "4", "5"}) kept.add(drop, message(body));
    EXPECT_THAT(take_all(), ElementsAre("4 skipped 3", "5"));
}

TEST_F(KeptMessagesTest, EachGapIsToldOnce) {
    const SlowRule drop = rule(SlowPolicy::drop_oldest, 2);
    for (const char* body : {"1", "2", "3"}) kept.add(drop, message(body));
    EXPECT_EQ(kept.take().before.skipped, 1U);
    for (const char* body : {"4", "5"}) kept.add(drop, message(body));
    EXPECT_THAT(take_all(), ElementsAre("4 skipped 1", "5"));
}

TEST_F(KeptMessagesTest, BytesCountTooButTheNewestStays) {
    SlowRule drop = rule(SlowPolicy::drop_oldest);
    drop.max_bytes = 2'500;
    for (const char* body : {"1", "2", "3"}) kept.add(drop, message(body + std::string(1'000, 'x')));
    EXPECT_EQ(kept.size(), 2U);
    const auto gap = kept.add(drop, message(std::string(10'000, 'y')));
    EXPECT_EQ(gap->skipped, 2U);
    EXPECT_EQ(kept.size(), 1U);
}

TEST_F(KeptMessagesTest, OfEachKeyTheNewestStaysInTheOrderOfTheLastUpdates) {
    const SlowRule conflate = rule(SlowPolicy::conflate);
    kept.add(conflate, message("a1", "a"));
    kept.add(conflate, message("b1", "b"));
    kept.add(conflate, message("c1", "c"));
    EXPECT_EQ(kept.add(conflate, message("a2", "a"))->conflated, 1U);
    kept.add(conflate, message("b2", "b"));
    EXPECT_THAT(take_all(), ElementsAre("c1 conflated 2", "a2", "b2"));
}

TEST_F(KeptMessagesTest, KeysOfTwoDestinationsAreTwo) {
    const SlowRule conflate = rule(SlowPolicy::conflate);
    kept.add(conflate, message("1", "a", "/topic/x"));
    kept.add(conflate, message("2", "a", "/topic/y"));
    EXPECT_THAT(take_all(), ElementsAre("1", "2"));
}

TEST_F(KeptMessagesTest, WithoutTheKeyAMessageReplacesNoneAndIsLostOnlyAsTheOldest) {
    const SlowRule conflate = rule(SlowPolicy::conflate, 3);
    for (const char* body : {"1", "2", "3", "4"}) kept.add(conflate, message(body));
    kept.add(conflate, message("a1", "a"));
    kept.add(conflate, message("a2", "a"));
    EXPECT_THAT(take_all(), ElementsAre("3 skipped 2 conflated 1", "4", "a2"));
}

TEST_F(KeptMessagesTest, AnEmptyKeyIsAKey) {
    const SlowRule conflate = rule(SlowPolicy::conflate);
    for (const char* body : {"1", "2"}) {
        Message made{"/topic/x", {{"symbol", ""}}, body, {}};
        kept.add(conflate, std::make_shared<const Message>(made));
    }
    EXPECT_THAT(take_all(), ElementsAre("2 conflated 1"));
}

TEST_F(KeptMessagesTest, MoreKeysThanMayBeKeptLoseTheOldest) {
    const SlowRule conflate = rule(SlowPolicy::conflate, 100);
    for (int n = 0; n < 100'000; ++n) kept.add(conflate, message(std::to_string(n), std::to_string(n)));
    EXPECT_EQ(kept.size(), 100U);
    EXPECT_EQ(kept.take().before.skipped, 99'900U);
    kept.add(conflate, message("again", "5"));  // its key was forgotten with it
    EXPECT_EQ(kept.size(), 100U);
}

TEST_F(KeptMessagesTest, AKeyAsLongAsAHeaderMayBeTakesOnlyItsBytes) {
    const SlowRule conflate = rule(SlowPolicy::conflate);
    const std::string key(8 * 1024, 'k');
    for (int n = 0; n < 10'000; ++n) kept.add(conflate, message("m", key));
    EXPECT_EQ(kept.size(), 1U);
    EXPECT_LT(total, 10'000U);
    for (int n = 0; n < 1'000; ++n) kept.add(conflate, message("m", key + std::to_string(n)));
    EXPECT_LT(total, conflate.max_bytes + 10'000);
}

TEST_F(KeptMessagesTest, WhatMustNotBeLostWaitsUntilThereIsNoRoom) {
    const SlowRule close = rule(SlowPolicy::close, 2);
    EXPECT_TRUE(kept.add(close, message("1")));
    EXPECT_TRUE(kept.add(close, message("2")));
    EXPECT_FALSE(kept.add(close, message("3")));
    EXPECT_THAT(take_all(), ElementsAre("1", "2"));
}

TEST_F(KeptMessagesTest, EachRuleHasItsLimitsAndTheOrderIsThatOfAll) {
    const SlowRule drop = rule(SlowPolicy::drop_oldest, 2);
    const SlowRule close = rule(SlowPolicy::close);
    kept.add(drop, message("d1"));
    kept.add(close, message("c1"));
    kept.add(drop, message("d2"));
    kept.add(drop, message("d3"));
    kept.add(close, message("c2"));
    EXPECT_THAT(take_all(), ElementsAre("c1", "d2 skipped 1", "d3", "c2"));
}

TEST_F(KeptMessagesTest, TheTotalIsOfAllThatAreThere) {
    {
        KeptMessages other(total);
        const SlowRule drop = rule(SlowPolicy::drop_oldest);
        kept.add(drop, message("1"));
        other.add(drop, message("2"));
        other.add(drop, message("3"));
        EXPECT_EQ(total, kept.bytes() + other.bytes());
        EXPECT_GT(other.bytes(), kept.bytes());
    }
    EXPECT_EQ(total, kept.bytes());
    take_all();
    EXPECT_EQ(total, 0U);
}

/// Whatever comes and goes: what is told as passed over and what is taken are all; the order is kept; the
/// newest of each key that is told of is never lost while there is room for all keys.
class KeptAtRandom : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, KeptAtRandom, testing::Range(1U, 21U));

TEST_P(KeptAtRandom, NothingIsLostUntold) {
    std::mt19937 random(GetParam());
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const SlowRule own = rule(below(2) == 0 ? SlowPolicy::drop_oldest : SlowPolicy::conflate, 1 + below(50));
    const unsigned keys = 1 + below(80);
    std::size_t total = 0;
    KeptMessages kept(total);
    std::uint64_t published = 0;
    std::uint64_t taken = 0;
    std::uint64_t told = 0;
    std::map<std::string, std::string> newest;
    std::map<std::string, std::string> got;
    std::uint64_t last = 0;
    const auto take = [&] {
        const auto [message, before] = kept.take();
        told += before.skipped + before.conflated;
        ++taken;
        EXPECT_LT(last, std::stoull(message->body)) << "the order is that of publishing";
        last = std::stoull(message->body);
        got[std::string(*message->headers.find("symbol"))] = message->body;
    };
    for (int step = 0; step < 10'000; ++step) {
        if (below(5) != 0) {
            const std::string key = "k" + std::to_string(below(keys));
            newest[key] = std::to_string(++published);
            kept.add(own, message(newest[key], key));
        } else if (!kept.empty()) {
            take();
        }
        ASSERT_LE(kept.size(), own.max_messages);
    }
    while (!kept.empty()) take();
    EXPECT_EQ(taken + told, published);
    EXPECT_EQ(last, published) << "the newest of all is there in the end";
    if (own.policy == SlowPolicy::conflate && keys <= own.max_messages) { EXPECT_EQ(got, newest); }
    EXPECT_EQ(total, 0U);
}

}  // namespace
}  // namespace stentor::broker
