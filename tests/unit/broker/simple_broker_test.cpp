#include "broker/simple_broker.hpp"

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

using namespace test;
using Bodies = std::vector<std::string>;

void publish(SimpleBroker& broker, const std::string& destination, const std::string& body = {}) {
    broker.publish(message(destination, body), [](const Result<void>&) {});
}

TEST(SimpleBroker, HandlesWhatIsBelowItsPrefixes) {
    Shards shards(1);
    for (const char* own : {"/topic", "/topic/a", "/queue/a", "/topic/**"})
        EXPECT_TRUE(shards[0].handles(own)) << own;
    for (const char* other : {"/app/a", "/topics/a", "/topi", "/**", "", "topic/a"})
        EXPECT_FALSE(shards[0].handles(other)) << other;
}

TEST(SimpleBroker, ATopicReachesTheSubscribersOfEveryShard) {
    Shards shards(3);
    Recorder a("/topic/x"), b("/topic/*"), c("/topic/y");
    shards[0].subscribe(a.subscription, [](const Result<void>&) {});
    shards[2].subscribe(b.subscription, [](const Result<void>&) {});
    shards[2].subscribe(c.subscription, [](const Result<void>&) {});
    Outcome outcome;
    shards[1].publish(message("/topic/x", "m"), outcome.done());
    EXPECT_TRUE(outcome.succeeded());
    shards.deliver_all();
    EXPECT_EQ(a.bodies, Bodies{"m"});
    EXPECT_EQ(b.bodies, Bodies{"m"});
    EXPECT_EQ(c.bodies, Bodies{});
    shards[0].unsubscribe(a.subscription);
    shards[2].unsubscribe(b.subscription);
    publish(shards[1], "/topic/x");
    shards.deliver_all();
    EXPECT_EQ(a.bodies.size() + b.bodies.size(), 2U);
}

TEST(SimpleBroker, AQueuesMessageReachesOneOfAll) {
    for (const unsigned count : {1U, 2U, 3U, 8U}) {
        Shards shards(count);
        std::deque<Recorder> recorders;
        for (unsigned shard = 0; shard < count; ++shard)
            for (int i = 0; i < 2; ++i)
                shards[shard].subscribe(recorders.emplace_back("/queue/x").subscription,
                                        [](const Result<void>&) {});
        shards.deliver_all();
        for (unsigned i = 0; i < 4 * count; ++i) publish(shards[i % count], "/queue/x", "m");
        shards.deliver_all();
        for (const Recorder& recorder : recorders)
            EXPECT_EQ(recorder.bodies.size(), 2U) << count << " shards, in turn";
    }
}

TEST(SimpleBroker, AQueueKeepsWhatNobodyTakesYet) {
    Shards shards(2);
    for (const char* body : {"1", "2", "3"}) publish(shards[0], "/queue/x", body);
    shards.deliver_all();
    Recorder late("/queue/x");
    Outcome joined;
    shards[1].subscribe(late.subscription, joined.done());
    shards.deliver_all();
    EXPECT_TRUE(joined.succeeded());
    EXPECT_EQ(late.bodies, (Bodies{"1", "2", "3"}));
    shards[1].unsubscribe(late.subscription);
    shards.deliver_all();
    EXPECT_EQ(shards[0].queues() + shards[1].queues(), 0U);
}

/// A SUBSCRIBE is done when every shard's publishers reach it.
TEST(SimpleBroker, AConsumerIsDoneJoiningWhenItsHomeKnowsIt) {
    Shards shards(2);
    const unsigned home = shards.home_of("/queue/x");
    Recorder here("/queue/x"), there("/queue/x");
    Outcome at_home, away;
    shards[home].subscribe(here.subscription, at_home.done());
    shards[1 - home].subscribe(there.subscription, away.done());
    EXPECT_TRUE(at_home.succeeded());
    EXPECT_EQ(away.calls, 0);
    shards.deliver_all();
    EXPECT_TRUE(away.succeeded());
    shards[home].unsubscribe(here.subscription);
    shards[1 - home].unsubscribe(there.subscription);
}

TEST(SimpleBroker, APublishIsDoneWhenItsHomeHasIt) {
    Shards shards(2);
    const unsigned home = shards.home_of("/queue/x");
    Outcome at_home, away;
    shards[home].publish(message("/queue/x"), at_home.done());
    shards[1 - home].publish(message("/queue/x"), away.done());
    EXPECT_TRUE(at_home.succeeded());
    EXPECT_EQ(away.calls, 0);
    shards.deliver_all();
    EXPECT_TRUE(away.succeeded());
}

TEST(SimpleBroker, WhoLeavesWhileJoiningIsToldOnceAndGetsNothing) {
    Shards shards(2);
    const unsigned away = 1 - shards.home_of("/queue/x");
    Recorder hasty("/queue/x");
    Outcome outcome;
    publish(shards[away], "/queue/x", "m");
    shards[away].subscribe(hasty.subscription, outcome.done());
    shards[away].unsubscribe(hasty.subscription);
    shards[away].unsubscribe(hasty.subscription);
    shards.deliver_all();
    EXPECT_TRUE(outcome.succeeded()) << "a receipt that was asked for must come";
    EXPECT_EQ(hasty.bodies, Bodies{});
    Recorder next("/queue/x");
    shards[away].subscribe(next.subscription, [](const Result<void>&) {});
    shards.deliver_all();
    EXPECT_EQ(next.bodies, Bodies{"m"}) << "it came back";
    shards[away].unsubscribe(next.subscription);
}

TEST(SimpleBroker, WhatComesBackKeepsItsOrder) {
    Shards shards(2);
    const unsigned away = 1 - shards.home_of("/queue/x");
    Recorder leaving("/queue/x"), staying("/queue/x");
    shards[away].subscribe(leaving.subscription, [](const Result<void>&) {});
    shards.deliver_all();
    for (const char* body : {"1", "2", "3", "4"}) publish(shards[1 - away], "/queue/x", body);
    shards[away].unsubscribe(leaving.subscription);  // four are on their way to it
    shards.deliver_all();
    publish(shards[1 - away], "/queue/x", "5");
    shards[away].subscribe(staying.subscription, [](const Result<void>&) {});
    shards.deliver_all();
    EXPECT_EQ(leaving.bodies, Bodies{});
    EXPECT_EQ(staying.bodies, (Bodies{"1", "2", "3", "4", "5"}));
    shards[away].unsubscribe(staying.subscription);
}

TEST(SimpleBroker, AFullQueueRefuses) {
    Shards shards(2, {.queue = {.max_messages = 1}});
    Outcome first, second;
    shards[0].publish(message("/queue/x"), first.done());
    shards[1].publish(message("/queue/x"), second.done());
    shards.deliver_all();
    ASSERT_EQ(first.calls, 1);
    ASSERT_EQ(second.calls, 1);
    EXPECT_NE(first.error.has_value(), second.error.has_value());
    EXPECT_EQ(first.error.value_or(second.error.value_or(Error{})),
              (Error{Errc::too_large, "The queue is full"}));
}

TEST(SimpleBroker, AQueueThatIsReadIsNeverFull) {
    Shards shards(1, {.queue = {.max_messages = 1}});
    Recorder reader("/queue/x");
    shards[0].subscribe(reader.subscription, [](const Result<void>&) {});
    for (int i = 0; i < 10; ++i) {
        Outcome outcome;
        shards[0].publish(message("/queue/x"), outcome.done());
        EXPECT_TRUE(outcome.succeeded());
    }
    EXPECT_EQ(reader.bodies.size(), 10U);
    shards[0].unsubscribe(reader.subscription);
}

/// A19: a queue's name is a client's choice.
TEST(SimpleBroker, RefusesToHaveTooManyQueues) {
    Shards shards(1, {.max_queues = 3});
    for (int i = 0; i < 3; ++i) publish(shards[0], "/queue/" + std::to_string(i));
    Outcome published, subscribed, again;
    Recorder reader("/queue/other");
    shards[0].publish(message("/queue/other"), published.done());
    shards[0].subscribe(reader.subscription, subscribed.done());
    const Error refusal{Errc::too_large, "There are too many queues"};
    EXPECT_EQ(published.error, refusal);
    EXPECT_EQ(subscribed.error, refusal);
    shards[0].unsubscribe(reader.subscription);
    shards[0].publish(message("/queue/1"), again.done());
    EXPECT_TRUE(again.succeeded());
    EXPECT_EQ(shards[0].queues(), 3U);
}

TEST(SimpleBroker, AllQueuesTogetherHaveALimitToo) {
    Shards shards(1, {.max_waiting_bytes = 10'000});
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        Outcome outcome;
        shards[0].publish(message("/queue/" + std::to_string(i), std::string(1'000, 'b')), outcome.done());
        refused += outcome.error ? 1 : 0;
    }
    EXPECT_GE(refused, 10);
    EXPECT_LE(shards[0].queues(), 10U) << "a refused message leaves no queue behind";
    Recorder reader("/queue/0");
    shards[0].subscribe(reader.subscription, [](const Result<void>&) {});
    Outcome outcome;
    shards[0].publish(message("/queue/new"), outcome.done());
    EXPECT_TRUE(outcome.succeeded()) << "there is room again";
    shards[0].unsubscribe(reader.subscription);
}

TEST(SimpleBroker, AQueueSubscriptionHasNoWildcards) {
    Shards shards(1);
    for (const char* text : {"/queue/*", "/queue/**", "/queue/{x}"}) {
        Recorder wild(text);
        Outcome outcome;
        shards[0].subscribe(wild.subscription, outcome.done());
        ASSERT_EQ(outcome.calls, 1);
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->code, Errc::unsupported);
        shards[0].unsubscribe(wild.subscription);
        EXPECT_EQ(shards[0].subscriptions(), 0U);
    }
}

/// As in Spring's simple broker.
TEST(SimpleBroker, WithoutQueuePrefixesEverythingIsATopic) {
    Shards shards(2, {.queue_prefixes = {}});
    Recorder a("/queue/x"), b("/queue/*");
    shards[0].subscribe(a.subscription, [](const Result<void>&) {});
    shards[1].subscribe(b.subscription, [](const Result<void>&) {});
    publish(shards[0], "/queue/x", "m");
    shards.deliver_all();
    EXPECT_EQ(a.bodies, Bodies{"m"});
    EXPECT_EQ(b.bodies, Bodies{"m"});
    publish(shards[0], "/queue/unheard", "m");
    EXPECT_EQ(shards[0].queues() + shards[1].queues(), 0U);
    shards[0].unsubscribe(a.subscription);
    shards[1].unsubscribe(b.subscription);
}

/// Done may come from inside subscribe and publish, and what it does next must find the broker in order.
TEST(SimpleBroker, DoneMayPublishAndLeave) {
    Shards shards(1);
    Recorder reader("/queue/x"), other("/queue/x");
    shards[0].subscribe(other.subscription, [](const Result<void>&) {});
    shards[0].subscribe(reader.subscription, [&](const Result<void>&) {
        publish(shards[0], "/queue/x", "1");
        shards[0].unsubscribe(other.subscription);
        shards[0].publish(message("/queue/x", "2"),
                          [&](const Result<void>&) { publish(shards[0], "/queue/x", "3"); });
    });
    EXPECT_EQ(other.bodies.size() + reader.bodies.size(), 3U);
    shards[0].subscribe(other.subscription, [&](const Result<void>&) {
        shards[0].unsubscribe(other.subscription);
        shards[0].unsubscribe(reader.subscription);
    });
    EXPECT_EQ(shards[0].queues(), 0U);
    EXPECT_EQ(shards[0].subscriptions(), 0U);
}

}  // namespace
}  // namespace stentor::broker
