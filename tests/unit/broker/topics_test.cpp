#include "broker/topics.hpp"

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

using namespace test;
using Bodies = std::vector<std::string>;

TEST(Topics, ATopicReachesTheSubscribersOfEveryShard) {
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

TEST(Topics, AMessageIsMailedOnceToEachShardThatWantsItAndToNoOther) {
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

TEST(Topics, ATopicsFirstSubscriberIsDoneWhenAllShardsKnowOfItAndTheNextAtOnce) {
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

TEST(Topics, OneShardTellsNobodyOfItsTopics) {
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

TEST(Topics, WhoLeavesATopicBeforeAllKnowIsToldOnceAndTheNextWaitsForItsOwnAnnouncement) {
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

TEST(Topics, ABusyTopicsMessagesWaitOnEachShardAndOthersDoNot) {
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

TEST(Topics, WhoComesGetsNothingThatWaitedAndWhoLeavesGetsAllOfIt) {
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

TEST(Topics, ATopicsSelectorTellsWhatIsDelivered) {
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

TEST(Topics, ATopicIsNotSettledUnlessItsSubscriberAcknowledges) {
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

TEST(Topics, ATopicsSubscriberGetsNoMoreThanItsWindowUntilItAcknowledges) {
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

TEST(Topics, ATopicsSubscriberThatNeverAcknowledgesOverflows) {
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

TEST(Topics, AllTopicBacklogsOfAShardHaveALimitTogether) {
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

}  // namespace
}  // namespace stentor::broker
