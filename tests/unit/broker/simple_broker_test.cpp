#include "broker/simple_broker.hpp"

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using namespace test;
using Bodies = std::vector<std::string>;

void publish(SimpleBroker& broker, const std::string& destination, const std::string& body = {}) {
    broker.publish(message(destination, body), [](const Result<void>&) {});
}

void subscribe(SimpleBroker& broker, Recorder& recorder) {
    broker.subscribe(recorder.subscription, [](const Result<void>&) {});
}

std::shared_ptr<const messaging::Selector> selector(std::string_view text) {
    return std::make_shared<const messaging::Selector>(messaging::Selector::parse(text).value());
}

/// Settles what is under way to it, in order.
void settle_all(SimpleBroker& broker, Recorder& recorder, Settlement settlement = Settlement::accepted) {
    for (const auto& [number, taken] : std::exchange(recorder.pending, {}))
        broker.settle(recorder.subscription, number, settlement);
}

/// What it writes to the log while it does that.
template <class F>
std::string logged(F act) {
    testing::internal::CaptureStderr();
    act();
    return testing::internal::GetCapturedStderr();
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
    shards.deliver_all();  // a SUBSCRIBE is done when all shards know of it
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

TEST(SimpleBroker, AMessageIsMailedOnceToEachShardThatWantsItAndToNoOther) {
    Shards shards(4);
    Recorder exact("/topic/x"), star("/topic/*"), rest("/topic/**"), other("/topic/y");
    subscribe(shards[1], exact);
    subscribe(shards[1], star);
    subscribe(shards[2], rest);
    subscribe(shards[3], other);
    shards.deliver_all();
    publish(shards[0], "/topic/x", "m");
    EXPECT_EQ(shards.waiting(), 2U) << "shard 1 wants it twice, shard 3 something else";
    shards.deliver_all();
    for (const Recorder* recorder : {&exact, &star, &rest}) EXPECT_EQ(recorder->bodies, Bodies{"m"});
    publish(shards[0], "/topic/unheard/of", "m");
    EXPECT_EQ(shards.waiting(), 1U);
    publish(shards[2], "/topic/unheard/of", "m");
    EXPECT_EQ(shards.waiting(), 1U) << "who wants it is here";
    shards[1].unsubscribe(exact.subscription);
    shards[1].unsubscribe(star.subscription);
    shards[2].unsubscribe(rest.subscription);
    shards[3].unsubscribe(other.subscription);
    shards.deliver_all();
    publish(shards[0], "/topic/x");
    EXPECT_EQ(shards.waiting(), 0U);
    for (unsigned shard = 0; shard < 4; ++shard) EXPECT_TRUE(shards[shard].has_no_topics());
}

TEST(SimpleBroker, ATopicsFirstSubscriberIsDoneWhenAllShardsKnowOfItAndTheNextAtOnce) {
    Shards shards(3);
    Recorder first("/topic/x"), early("/topic/x"), late("/topic/x"), variable("/topic/{x}"), star("/topic/*");
    Outcome first_joined, early_joined, late_joined, variable_joined, star_joined;
    shards[0].subscribe(first.subscription, first_joined.done());
    shards[0].subscribe(early.subscription, early_joined.done());
    EXPECT_EQ(shards.waiting(), 2U) << "one announcement for both";
    EXPECT_EQ(first_joined.calls + early_joined.calls, 0);
    shards.deliver_all();
    EXPECT_TRUE(first_joined.succeeded());
    EXPECT_TRUE(early_joined.succeeded());
    shards[0].subscribe(late.subscription, late_joined.done());
    EXPECT_TRUE(late_joined.succeeded());
    shards[0].subscribe(variable.subscription, variable_joined.done());
    EXPECT_EQ(variable_joined.calls, 0);
    shards.deliver_all();
    shards[0].subscribe(star.subscription, star_joined.done());
    EXPECT_TRUE(star_joined.succeeded()) << "the same pattern in other words";
    EXPECT_EQ(shards.waiting(), 0U);
    for (Recorder* recorder : {&first, &early, &late, &variable})
        shards[0].unsubscribe(recorder->subscription);
    shards.deliver_all();
    publish(shards[1], "/topic/x", "m");
    shards.deliver_all();
    EXPECT_EQ(star.bodies, Bodies{"m"});
    shards[0].unsubscribe(star.subscription);
    shards.deliver_all();
}

TEST(SimpleBroker, OneShardTellsNobodyOfItsTopics) {
    Shards shards(1);
    Recorder alone("/topic/x");
    Outcome joined;
    shards[0].subscribe(alone.subscription, joined.done());
    EXPECT_TRUE(joined.succeeded());
    publish(shards[0], "/topic/x", "m");
    shards[0].unsubscribe(alone.subscription);
    EXPECT_EQ(alone.bodies, Bodies{"m"});
    EXPECT_EQ(shards.waiting(), 0U);
}

TEST(SimpleBroker, WhoLeavesATopicBeforeAllKnowIsToldOnceAndTheNextWaitsForItsOwnAnnouncement) {
    Shards shards(2);
    Recorder hasty("/topic/x"), next("/topic/x");
    Outcome hasty_joined, next_joined;
    shards[0].subscribe(hasty.subscription, hasty_joined.done());
    shards[0].unsubscribe(hasty.subscription);
    shards[0].subscribe(next.subscription, next_joined.done());
    EXPECT_EQ(hasty_joined.calls + next_joined.calls, 0);
    shards.deliver_all();
    EXPECT_TRUE(hasty_joined.succeeded()) << "a receipt that was asked for must come";
    EXPECT_TRUE(next_joined.succeeded());
    publish(shards[1], "/topic/x", "m");
    shards.deliver_all();
    EXPECT_EQ(hasty.bodies, Bodies{});
    EXPECT_EQ(next.bodies, Bodies{"m"});
    shards[0].unsubscribe(next.subscription);
    shards.deliver_all();
}

Settings holding(std::string_view destinations) {
    Settings settings;
    settings.holds.push_back({messaging::DestinationPattern::parse(destinations).value()});
    return settings;
}

TEST(SimpleBroker, ABusyTopicsMessagesWaitOnEachShardAndOthersDoNot) {
    Shards shards(2, holding("/topic/busy"));
    Recorder here("/topic/**"), there("/topic/*");
    subscribe(shards[0], here);
    subscribe(shards[1], there);
    shards.deliver_all();
    publish(shards[0], "/topic/busy", "1");
    shards.deliver_all();
    shards.advance(std::chrono::microseconds(100));
    Outcome outcome;
    shards[0].publish(message("/topic/busy", "2"), outcome.done());
    EXPECT_TRUE(outcome.succeeded()) << "the publisher does not wait";
    publish(shards[0], "/topic/busy", "3");
    publish(shards[0], "/topic/quiet", "4");
    shards.deliver_all();
    EXPECT_EQ(here.bodies, (Bodies{"1", "4"}));
    EXPECT_EQ(there.bodies, (Bodies{"1", "4"}));
    shards.advance(std::chrono::microseconds(900));
    EXPECT_EQ(here.bodies, (Bodies{"1", "4", "2", "3"}));
    EXPECT_EQ(there.bodies, (Bodies{"1", "4", "2", "3"}));
    shards[0].unsubscribe(here.subscription);
    shards[1].unsubscribe(there.subscription);
    shards.deliver_all();
}

TEST(SimpleBroker, WhoComesGetsNothingThatWaitedAndWhoLeavesGetsAllOfIt) {
    Shards shards(1, holding("/topic/busy"));
    Recorder first("/topic/busy"), second("/topic/*"), third("/topic/{x}");
    third.subscription.acknowledges = true;
    subscribe(shards[0], first);
    publish(shards[0], "/topic/busy", "1");
    shards.advance(std::chrono::microseconds(100));
    publish(shards[0], "/topic/busy", "2");
    subscribe(shards[0], second);
    EXPECT_EQ(second.bodies, Bodies{});
    shards.advance(std::chrono::microseconds(100));
    publish(shards[0], "/topic/busy", "3");
    subscribe(shards[0], third);
    shards.advance(std::chrono::microseconds(100));
    publish(shards[0], "/topic/busy", "4");
    shards[0].unsubscribe(first.subscription);
    shards.advance(std::chrono::microseconds(100));
    publish(shards[0], "/topic/busy", "5");
    shards[0].unsubscribe(second.subscription);
    shards.advance(std::chrono::microseconds(100));
    publish(shards[0], "/topic/busy", "6");
    shards[0].unsubscribe(third.subscription);
    EXPECT_EQ(first.bodies, (Bodies{"1", "2", "3", "4"}));
    EXPECT_EQ(second.bodies, (Bodies{"3", "4", "5"}));
    EXPECT_EQ(third.bodies, (Bodies{"4", "5", "6"}));
    EXPECT_EQ(shards[0].held().size(), 1U);
    shards.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(shards[0].held().size(), 0U);
}

TEST(SimpleBroker, AQueueIsNotHeld) {
    Shards shards(1, holding("**"));
    Recorder reader("/queue/x");
    subscribe(shards[0], reader);
    publish(shards[0], "/queue/x", "1");
    shards.advance(std::chrono::microseconds(1));
    publish(shards[0], "/queue/x", "2");
    EXPECT_EQ(reader.bodies, (Bodies{"1", "2"}));
    shards[0].unsubscribe(reader.subscription);
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
    settle_all(shards[1], late);
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
    subscribe(shards[0], reader);
    Outcome early, late;
    shards[0].publish(message("/queue/new", std::string(1'000, 'b')), early.done());
    EXPECT_TRUE(early.error) << "what is under way is memory too";
    settle_all(shards[0], reader);
    shards[0].publish(message("/queue/new"), late.done());
    EXPECT_TRUE(late.succeeded()) << "there is room again";
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

/// What nobody selects would wait for ever.
TEST(SimpleBroker, AQueueSubscriptionHasNoSelector) {
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

TEST(SimpleBroker, ATopicsSelectorTellsWhatIsDelivered) {
    Shards shards(2);
    Recorder choosy("/topic/*"), everything("/topic/x");
    choosy.subscription.selector = selector("colour = 'red'");
    subscribe(shards[1], choosy);
    subscribe(shards[1], everything);
    shards.deliver_all();
    for (const char* colour : {"red", "blue"})
        shards[0].publish(
            std::make_shared<const Message>(Message{"/topic/x", {{"colour", colour}}, colour, {}}),
            [](const Result<void>&) {});
    publish(shards[0], "/topic/x", "grey");
    shards.deliver_all();
    EXPECT_EQ(choosy.bodies, Bodies{"red"});
    EXPECT_TRUE(choosy.pending.empty()) << "there is nothing to settle";
    EXPECT_EQ(everything.bodies, (Bodies{"red", "blue", "grey"}));
    shards[1].unsubscribe(choosy.subscription);
    shards[1].unsubscribe(everything.subscription);
    EXPECT_EQ(shards[1].subscriptions(), 0U);
}

TEST(SimpleBroker, ATopicIsNotSettledUnlessItsSubscriberAcknowledges) {
    Shards shards(1);
    Recorder plain("/topic/x"), careful("/topic/x");
    careful.subscription.acknowledges = true;
    subscribe(shards[0], plain);
    subscribe(shards[0], careful);
    publish(shards[0], "/topic/x", "m");
    EXPECT_TRUE(plain.pending.empty());
    EXPECT_EQ(careful.pending.size(), 1U);
    shards[0].unsubscribe(plain.subscription);
    shards[0].unsubscribe(careful.subscription);
}

TEST(SimpleBroker, ATopicsSubscriberGetsNoMoreThanItsWindowUntilItAcknowledges) {
    Shards shards(1);
    Recorder slow("/topic/x");
    slow.subscription.acknowledges = true;
    slow.subscription.window.messages = 2;
    subscribe(shards[0], slow);
    for (const char* body : {"1", "2", "3", "4", "5"}) publish(shards[0], "/topic/x", body);
    EXPECT_EQ(slow.bodies, (Bodies{"1", "2"}));
    settle_all(shards[0], slow);
    EXPECT_EQ(slow.bodies, (Bodies{"1", "2", "3", "4"}));
    shards[0].unsubscribe(slow.subscription);
    settle_all(shards[0], slow);
    EXPECT_EQ(slow.bodies.size(), 4U) << "what waited is dropped";
}

TEST(SimpleBroker, ATopicsSubscriberThatNeverAcknowledgesOverflows) {
    Shards shards(1, {.topic_backlog = {.max_messages = 3}});
    Recorder deaf("/topic/x"), other("/topic/x");
    deaf.subscription.acknowledges = true;
    deaf.subscription.window.messages = 1;
    subscribe(shards[0], deaf);
    subscribe(shards[0], other);
    for (int i = 0; i < 10; ++i) publish(shards[0], "/topic/x");
    EXPECT_EQ(deaf.overflows, 1);
    EXPECT_EQ(deaf.bodies.size(), 1U);
    EXPECT_EQ(other.bodies.size(), 10U);
    shards[0].unsubscribe(deaf.subscription);
    shards[0].unsubscribe(other.subscription);
}

TEST(SimpleBroker, AQueueGivesNoConsumerMoreThanItsWindow) {
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

TEST(SimpleBroker, WhatOneRejectsAnotherGetsMarkedAsRedelivered) {
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

TEST(SimpleBroker, WhatIsUnderWayToOneThatLeavesGoesToAnother) {
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

/// A22.
TEST(SimpleBroker, WhatIsRejectedTooOftenGoesToTheDeadLetters) {
    for (const char* destination : {"/queue/x", "/topic/x"}) {
        Shards shards(3, {.queue = {.delivery_limit = 3}, .topic_backlog = {.delivery_limit = 3}});
        Recorder refusing(destination), undertaker("/queue/dead-letters");
        refusing.subscription.acknowledges = true;
        subscribe(shards[0], refusing);
        subscribe(shards[1], undertaker);
        shards.deliver_all();
        shards[2].publish(std::make_shared<const Message>(Message{destination, {{"a", "b"}}, "m", "7"}),
                          [](const Result<void>&) {});
        for (int i = 0; i < 10; ++i) {
            shards.deliver_all();
            settle_all(shards[0], refusing, Settlement::rejected);
        }
        EXPECT_EQ(refusing.bodies.size(), 3U) << destination;
        ASSERT_EQ(undertaker.pending.size(), 1U) << destination;
        const Message& letter = *undertaker.pending.begin()->second;
        EXPECT_EQ(letter.body, "m");
        EXPECT_EQ(letter.headers, (Headers{{"a", "b"},
                                           {"dead-letter-destination", destination},
                                           {"dead-letter-reason", "delivery-limit"}}));
        EXPECT_EQ(undertaker.redelivered, std::vector<bool>{false}) << "it is a new message";
        shards[0].unsubscribe(refusing.subscription);
        shards[1].unsubscribe(undertaker.subscription);
    }
}

TEST(SimpleBroker, WhoLeavesWithoutAWordSendsToTheDeadLettersToo) {
    Shards shards(1, {.queue = {.delivery_limit = 1}});
    Recorder crashing("/queue/x"), undertaker("/queue/dead-letters");
    crashing.subscription.acknowledges = true;
    subscribe(shards[0], crashing);
    subscribe(shards[0], undertaker);
    publish(shards[0], "/queue/x", "m");
    shards[0].unsubscribe(crashing.subscription);
    EXPECT_EQ(undertaker.bodies, Bodies{"m"});
    EXPECT_EQ(shards[0].queues(), 1U);
    shards[0].unsubscribe(undertaker.subscription);
}

/// Publishes to /queue/x and rejects it: the log's line.
std::string lost(const Settings& settings) {
    Shards shards(1, settings);
    Recorder refusing("/queue/x");
    subscribe(shards[0], refusing);
    publish(shards[0], "/queue/x", "secret");
    std::string line = logged([&] { settle_all(shards[0], refusing, Settlement::rejected); });
    EXPECT_EQ(refusing.bodies.size(), 1U);
    shards[0].unsubscribe(refusing.subscription);
    return line;
}

TEST(SimpleBroker, ADeadLetterThatCannotBeKeptIsALogLine) {
    const auto has = [](const std::string& line, const char* reason) {
        EXPECT_NE(line.find("dead_letter_dropped destination=/queue/x"), std::string::npos) << line;
        EXPECT_NE(line.find(reason), std::string::npos) << line;
        EXPECT_EQ(line.find("secret"), std::string::npos) << line;
    };
    has(lost({.queue = {.delivery_limit = 1}, .dead_letter_destination = ""}), "no dead-letter destination");
    has(lost({.queue = {.delivery_limit = 1}, .dead_letter_destination = "/elsewhere"}), "/elsewhere");
    has(lost({.queue = {.delivery_limit = 1}, .max_queues = 1}), "too many queues");
    EXPECT_EQ(lost({.queue = {.delivery_limit = 1}}), "") << "as a rule it is kept";
}

TEST(SimpleBroker, ADeadLetterThatIsRejectedTooOftenIsDropped) {
    Shards shards(1, {.queue = {.delivery_limit = 2}});
    Recorder undertaker("/queue/dead-letters");
    subscribe(shards[0], undertaker);
    publish(shards[0], "/queue/dead-letters", "m");
    settle_all(shards[0], undertaker, Settlement::rejected);
    EXPECT_EQ(undertaker.bodies.size(), 2U);
    const std::string line = logged([&] { settle_all(shards[0], undertaker, Settlement::rejected); });
    EXPECT_NE(line.find("dead_letter_dropped"), std::string::npos) << line;
    EXPECT_EQ(undertaker.bodies.size(), 2U);
    shards[0].unsubscribe(undertaker.subscription);
    EXPECT_EQ(shards[0].queues(), 0U);
}

TEST(SimpleBroker, ADeadLetterDestinationMayBeATopic) {
    Shards shards(1, {.topic_backlog = {.delivery_limit = 1}, .dead_letter_destination = "/topic/dead"});
    Recorder all("/topic/**");
    all.subscription.acknowledges = true;
    subscribe(shards[0], all);
    publish(shards[0], "/topic/x", "m");
    settle_all(shards[0], all, Settlement::rejected);
    EXPECT_EQ(all.bodies, (Bodies{"m", "m"}));
    EXPECT_EQ(all.pending.begin()->second->destination, "/topic/dead");
    (void)logged([&] { settle_all(shards[0], all, Settlement::rejected); });
    EXPECT_EQ(all.bodies.size(), 2U);
    shards[0].unsubscribe(all.subscription);
}

TEST(SimpleBroker, NumbersThatWereNeverGivenAreIgnored) {
    Shards shards(1);
    Recorder queue("/queue/x"), topic("/topic/x"), plain("/topic/x");
    topic.subscription.acknowledges = true;
    for (Recorder* recorder : {&queue, &topic, &plain}) subscribe(shards[0], *recorder);
    publish(shards[0], "/queue/x", "m");
    publish(shards[0], "/topic/x", "m");
    for (Recorder* recorder : {&queue, &topic, &plain})
        for (const std::uint64_t number : {0U, 17U})
            for (const auto how : {Settlement::accepted, Settlement::rejected})
                shards[0].settle(recorder->subscription, number, how);
    for (Recorder* recorder : {&queue, &topic, &plain}) {
        EXPECT_EQ(recorder->bodies, Bodies{"m"});
        shards[0].unsubscribe(recorder->subscription);
    }
    EXPECT_EQ(shards[0].queues(), 1U) << "it waits again";
}

/// A22.
TEST(SimpleBroker, AConsumerThatRejectsAtOnceIsNotGivenItAllTheTime) {
    for (const char* destination : {"/queue/x", "/topic/x"}) {
        QueueLimits limits{.delivery_limit = 5, .redelivery_delay = 10ms};
        Shards shards(2, {.queue = limits, .topic_backlog = limits});
        Recorder refusing(destination), undertaker("/queue/dead-letters");
        refusing.subscription.acknowledges = true;
        subscribe(shards[0], refusing);
        subscribe(shards[1], undertaker);
        shards.deliver_all();
        publish(shards[1], destination, "m");
        const auto reject_all = [&] {
            for (int i = 0; i < 10; ++i) {
                shards.deliver_all();
                settle_all(shards[0], refusing, Settlement::rejected);
            }
        };
        reject_all();
        EXPECT_EQ(refusing.bodies.size(), 2U) << destination;
        for (std::size_t given = 3; given <= 5; ++given) {
            shards.advance(1s);
            reject_all();
            EXPECT_EQ(refusing.bodies.size(), given) << destination;
        }
        EXPECT_EQ(undertaker.bodies, Bodies{"m"});
        shards.advance(1s);
        EXPECT_EQ(refusing.bodies.size(), 5U);
        shards[0].unsubscribe(refusing.subscription);
        shards[1].unsubscribe(undertaker.subscription);
    }
}

TEST(SimpleBroker, WhatRestsGoesToAnotherWhenItsConsumerLeaves) {
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

TEST(SimpleBroker, AllTopicBacklogsOfAShardHaveALimitTogether) {
    Shards shards(1, {.max_topic_backlogs_bytes = 50'000});
    std::vector<std::unique_ptr<Recorder>> careless;
    for (int i = 0; i < 10; ++i) {
        careless.push_back(std::make_unique<Recorder>("/topic/" + std::to_string(i)));
        careless.back()->subscription.acknowledges = true;
        subscribe(shards[0], *careless.back());
    }
    int overflows = 0;
    for (int round = 0; round < 10; ++round)
        for (int i = 0; i < 10; ++i) {
            publish(shards[0], "/topic/" + std::to_string(i), std::string(1'000, 'b'));
            EXPECT_LE(shards[0].topic_backlogs_bytes(), 50'000U);
        }
    for (const auto& each : careless) overflows += each->overflows;
    EXPECT_GT(overflows, 0);
    EXPECT_LT(overflows, 10) << "no more of them than have to";
    for (const auto& each : careless) shards[0].unsubscribe(each->subscription);
    EXPECT_EQ(shards[0].topic_backlogs_bytes(), 0U);
}

/// As in Spring's simple broker.
TEST(SimpleBroker, WithoutQueuePrefixesEverythingIsATopic) {
    Shards shards(2, {.queue_prefixes = {}});
    Recorder a("/queue/x"), b("/queue/*");
    shards[0].subscribe(a.subscription, [](const Result<void>&) {});
    shards[1].subscribe(b.subscription, [](const Result<void>&) {});
    shards.deliver_all();
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
    EXPECT_EQ(std::set<std::string>(reader.bodies.begin(), reader.bodies.end()),
              (std::set<std::string>{"1", "2", "3"}));
    settle_all(shards[0], reader);
    shards[0].subscribe(other.subscription, [&](const Result<void>&) {
        shards[0].unsubscribe(other.subscription);
        shards[0].unsubscribe(reader.subscription);
    });
    EXPECT_EQ(shards[0].queues(), 0U);
    EXPECT_EQ(shards[0].subscriptions(), 0U);
}

}  // namespace
}  // namespace stentor::broker
