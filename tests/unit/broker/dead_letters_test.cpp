#include "broker/dead_letters.hpp"

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

using namespace test;
using Bodies = std::vector<std::string>;

/// What it writes to the log while it does that.
template <class F>
std::string logged(F act) {
    testing::internal::CaptureStderr();
    act();
    return testing::internal::GetCapturedStderr();
}

/// A22.
TEST(DeadLetters, WhatIsRejectedTooOftenGoesToTheDeadLetters) {
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

TEST(DeadLetters, WhoLeavesWithoutAWordSendsToTheDeadLettersToo) {
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

TEST(DeadLetters, ADeadLetterThatCannotBeKeptIsALogLine) {
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

TEST(DeadLetters, ADeadLetterThatIsRejectedTooOftenIsDropped) {
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

TEST(DeadLetters, ADeadLetterDestinationMayBeATopic) {
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

}  // namespace
}  // namespace stentor::broker
