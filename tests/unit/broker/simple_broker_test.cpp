#include "broker/simple_broker.hpp"

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using namespace test;
using Bodies = std::vector<std::string>;

TEST(SimpleBroker, HandlesWhatIsBelowItsPrefixes) {
    Shards shards(1);
    for (const char* own : {"/topic", "/topic/a", "/queue/a", "/topic/**"})
        EXPECT_TRUE(shards[0].handles(own)) << own;
    for (const char* other : {"/app/a", "/topics/a", "/topi", "/**", "", "topic/a"})
        EXPECT_FALSE(shards[0].handles(other)) << other;
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
