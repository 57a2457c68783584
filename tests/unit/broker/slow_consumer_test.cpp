#include "broker/slow_consumer.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

SlowRule rule(const std::string& destinations, SlowPolicy policy) {
    return {messaging::DestinationPattern::parse(destinations).value(), policy};
}

SlowRules rules() {
    SlowRules made;
    made.all = {rule("/topic/trades/**", SlowPolicy::close), rule("/topic/**", SlowPolicy::drop_oldest)};
    made.queue_prefixes = {"/queue"};
    return made;
}

TEST(SlowRules, TheFirstThatMatchesCounts) {
    const SlowRules own = rules();
    EXPECT_EQ(own.find("/topic/trades/x").policy, SlowPolicy::close);
    EXPECT_EQ(own.find("/topic/x").policy, SlowPolicy::drop_oldest);
}

TEST(SlowRules, WhatNoneIsAboutIsClosed) {
    const SlowRules own = rules();
    EXPECT_EQ(&own.find("/other/x"), &own.rest);
    EXPECT_EQ(own.rest.policy, SlowPolicy::close);
    EXPECT_EQ(SlowRules().find("/topic/x").policy, SlowPolicy::close);
}

TEST(SlowRules, QueuesLoseNothing) {
    SlowRules own = rules();
    own.all = {rule("**", SlowPolicy::drop_oldest)};
    EXPECT_EQ(own.find("/queue/x").policy, SlowPolicy::close);
    EXPECT_EQ(own.find("/user/queue/x").policy, SlowPolicy::drop_oldest);
    EXPECT_FALSE(own.concern("/queue/x"));
}

TEST(SlowRules, ConcernWhatMayLoseSomething) {
    EXPECT_TRUE(rules().concern("/topic/x"));
    EXPECT_FALSE(rules().concern("/topic/trades/x"));
    EXPECT_FALSE(rules().concern("/other/x"));
}

TEST(SlowRules, APatternMayAlwaysMeetOne) {
    EXPECT_TRUE(rules().concern("/topic/trades/*"));
    EXPECT_FALSE(SlowRules().concern("/topic/**"));
    SlowRules closing;
    closing.all = {rule("/topic/**", SlowPolicy::close)};
    EXPECT_FALSE(closing.concern("/topic/**"));
}

TEST(SlowConsumers, AreCountedTogether) {
    SlowConsumers sum;
    sum.count({.skipped = 2, .conflated = 1});
    sum += SlowConsumers{.skipped = 1, .conflated = 1, .closed = 3};
    EXPECT_EQ(sum, (SlowConsumers{.skipped = 3, .conflated = 2, .closed = 3}));
}

}  // namespace
}  // namespace stentor::broker
