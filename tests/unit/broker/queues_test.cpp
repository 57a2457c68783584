#include "broker/queues.hpp"

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using namespace test;
using Bodies = std::vector<std::string>;

TEST(Queues, AQueueIsNotHeld) {
    Shards shards(1, holding("**"));
    Recorder reader("/queue/x");
    subscribe(shards[0], reader);
    publish(shards[0], "/queue/x", "1");
    shards.advance(std::chrono::microseconds(1));
    publish(shards[0], "/queue/x", "2");
    EXPECT_EQ(reader.bodies, (Bodies{"1", "2"}));
    shards[0].unsubscribe(reader.subscription);
}

TEST(Queues, AQueuesMessageReachesOneOfAll) {
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

TEST(Queues, AQueueKeepsWhatNobodyTakesYet) {
    Shards shards(2);
    for (const char* body : {"1", "2", "3"}) publish(shards[0], "/queue/x", body);
    shards.deliver_all();
    Recorder late("/queue/x");
    Outcome joined;
    shards[1].subscribe(late.subscription, joined.done());
    shards.deliver_all();
    EXPECT_TRUE(joined.succeeded());
    EXPECT_EQ(late.bodies, (Bodies{"1", "2", "3"}));
    settle_all(shards[1], late);
    shards[1].unsubscribe(late.subscription);
    shards.deliver_all();
    EXPECT_EQ(shards[0].queues() + shards[1].queues(), 0U);
}

/// A SUBSCRIBE is done when every shard's publishers reach it.
TEST(Queues, AConsumerIsDoneJoiningWhenItsHomeKnowsIt) {
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

TEST(Queues, APublishIsDoneWhenItsHomeHasIt) {
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

TEST(Queues, WhoLeavesWhileJoiningIsToldOnceAndGetsNothing) {
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

TEST(Queues, WhatComesBackKeepsItsOrder) {
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

TEST(Queues, AFullQueueRefuses) {
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

TEST(Queues, AQueueThatIsReadIsNeverFull) {
    Shards shards(1, {.queue = {.max_messages = 1}});
    Recorder reader("/queue/x");
    subscribe(shards[0], reader);
    for (int i = 0; i < 10; ++i) {
        Outcome outcome;
        shards[0].publish(message("/queue/x"), outcome.done());
        EXPECT_TRUE(outcome.succeeded());
    }
    EXPECT_EQ(reader.bodies.size(), 10U);
    shards[0].unsubscribe(reader.subscription);
}

/// A19: a queue's name is a client's choice.
TEST(Queues, RefusesToHaveTooManyQueues) {
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

TEST(Queues, AllQueuesTogetherHaveALimitToo) {
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
    subscribe(shards[0], reader);
    Outcome early, late;
    shards[0].publish(message("/queue/new", std::string(1'000, 'b')), early.done());
    EXPECT_TRUE(early.error) << "what is under way is memory too";
    settle_all(shards[0], reader);
    shards[0].publish(message("/queue/new"), late.done());
    EXPECT_TRUE(late.succeeded()) << "there is room again";
    shards[0].unsubscribe(reader.subscription);
}

TEST(Queues, AQueueSubscriptionHasNoWildcards) {
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

/// What nobody selects would wait for ever.
TEST(Queues, AQueueSubscriptionHasNoSelector) {
    Shards shards(1);
    Recorder choosy("/queue/x");
    choosy.subscription.selector = selector("colour = 'red'");
    Outcome outcome;
    shards[0].subscribe(choosy.subscription, outcome.done());
    EXPECT_EQ(outcome.calls, 1);
    EXPECT_EQ(outcome.error, (Error{Errc::unsupported, "A queue subscription cannot have a selector"}));
    shards[0].unsubscribe(choosy.subscription);
    EXPECT_EQ(shards[0].queues(), 0U);
}

TEST(Queues, AQueueGivesNoConsumerMoreThanItsWindow) {
    Shards shards(2);
    Recorder narrow("/queue/x"), wide("/queue/x");
    narrow.subscription.window.messages = 1;
    wide.subscription.window.messages = 3;
    subscribe(shards[0], narrow);
    subscribe(shards[1], wide);
    shards.deliver_all();
    for (int i = 0; i < 10; ++i) publish(shards[0], "/queue/x", std::to_string(i));
    shards.deliver_all();
    EXPECT_EQ(narrow.bodies.size(), 1U);
    EXPECT_EQ(wide.bodies.size(), 3U);
    settle_all(shards[1], wide);
    shards.deliver_all();
    EXPECT_EQ(narrow.bodies.size(), 1U);
    EXPECT_EQ(wide.bodies.size(), 6U);
    shards[0].unsubscribe(narrow.subscription);
    shards[1].unsubscribe(wide.subscription);
}

TEST(Queues, WhatOneRejectsAnotherGetsMarkedAsRedelivered) {
    Shards shards(2);
    Recorder first("/queue/x"), second("/queue/x");
    first.subscription.window.messages = 1;
    subscribe(shards[0], first);
    shards.deliver_all();
    publish(shards[0], "/queue/x", "1");
    publish(shards[0], "/queue/x", "2");
    shards.deliver_all();
    subscribe(shards[1], second);
    shards.deliver_all();
    EXPECT_EQ(second.bodies, Bodies{"2"});
    settle_all(shards[0], first, Settlement::rejected);
    shards.deliver_all();
    EXPECT_EQ(second.bodies.size() + first.bodies.size(), 3U);
    Recorder& again = second.bodies.size() == 2 ? second : first;
    EXPECT_EQ(again.bodies.back(), "1");
    EXPECT_TRUE(again.redelivered.back());
    shards[0].unsubscribe(first.subscription);
    shards[1].unsubscribe(second.subscription);
}

TEST(Queues, WhatIsUnderWayToOneThatLeavesGoesToAnother) {
    Shards shards(2);
    Recorder leaving("/queue/x"), staying("/queue/x");
    subscribe(shards[0], leaving);
    shards.deliver_all();
    publish(shards[1], "/queue/x", "1");
    publish(shards[1], "/queue/x", "2");
    shards.deliver_all();
    shards[0].settle(leaving.subscription, leaving.pending.begin()->first, Settlement::accepted);
    shards[0].unsubscribe(leaving.subscription);
    settle_all(shards[0], leaving);  // too late
    subscribe(shards[1], staying);
    shards.deliver_all();
    EXPECT_EQ(staying.bodies, Bodies{"2"});
    EXPECT_EQ(staying.redelivered, std::vector<bool>{true});
    shards[1].unsubscribe(staying.subscription);
}

TEST(Queues, WhatRestsGoesToAnotherWhenItsConsumerLeaves) {
    Shards shards(1, {.queue = {.redelivery_delay = 10ms}});
    Recorder refusing("/queue/x"), other("/queue/x");
    subscribe(shards[0], refusing);
    publish(shards[0], "/queue/x", "m");
    for (int i = 0; i < 2; ++i) settle_all(shards[0], refusing, Settlement::rejected);
    shards[0].unsubscribe(refusing.subscription);
    EXPECT_EQ(shards[0].queues(), 1U);
    subscribe(shards[0], other);
    EXPECT_EQ(other.bodies, Bodies{});
    shards.advance(1s);
    EXPECT_EQ(other.bodies, Bodies{"m"});
    shards[0].unsubscribe(other.subscription);
}

}  // namespace
}  // namespace stentor::broker
