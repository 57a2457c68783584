// What the broker counts for who looks in.
#include "broker/queue.hpp"
#include "broker/subscription_index.hpp"
#include "unit/broker/recorder.hpp"

#include <gmock/gmock.h>

#include <deque>

namespace stentor::broker {
namespace {

using test::message;
using test::Recorder;
using testing::UnorderedElementsAre;

TEST(TopicCounts, AreOfEachTopicByItsName) {
    SubscriptionIndex index;
    std::deque<Recorder> recorders;
    for (const char* name : {"/topic/a", "/topic/a", "/topic/*", "/topic/{x}/b", "/topic/**", "/**"})
        index.add(recorders.emplace_back(name).subscription);
    const MessagePtr messages[] = {message("/topic/a"), message("/topic/a")};
    index.deliver(messages);
    std::vector<std::string> found;
    index.for_each([&](const std::string& name, const Topic& topic) {
        found.push_back(name + " " + std::to_string(topic.delivered));
    });
    EXPECT_THAT(found,
                UnorderedElementsAre("/topic/a 4", "/topic/* 2", "/topic/*/b 0", "/topic/** 2", "/** 2"));
    EXPECT_EQ(index.delivered(), 10U);
    for (Recorder& recorder : recorders) index.remove(recorder.subscription);
    index.for_each([](const std::string& name, const Topic&) { ADD_FAILURE() << name; });
    EXPECT_EQ(index.delivered(), 10U);
}

TEST(TopicCounts, OfAPatternThatStaysOnlyAsAWayToOthersBeginAgain) {
    SubscriptionIndex index;
    Recorder short_one("/topic/*"), long_one("/topic/*/b"), again("/topic/*");
    index.add(short_one.subscription);
    index.add(long_one.subscription);
    const MessagePtr a = message("/topic/a");
    index.deliver({&a, 1});
    index.remove(short_one.subscription);
    EXPECT_EQ(index.add(again.subscription).delivered, 0U);
    index.deliver({&a, 1});
    EXPECT_EQ(index.delivered(), 2U);
    index.remove(again.subscription);
    index.remove(long_one.subscription);
}

TEST(QueueCounts, TellWhatCameWhatWentAndWhatWasGivenUp) {
    const QueueLimits limits{.delivery_limit = 2, .redelivery_delay = {}};
    Queue queue(limits);
    constexpr Consumer one{1, 0}, other{2, 0};
    queue.join(one, {});
    queue.join(other, {});
    for (const char* body : {"a", "b", "c"}) ASSERT_TRUE(queue.push(message("/queue/x", body)));
    for (int i = 0; i < 2; ++i) {
        const auto turn = queue.next();
        (void)queue.settle(turn->consumer, turn->number, Settlement::rejected);
    }
    ASSERT_TRUE(queue.next());
    ASSERT_TRUE(queue.next());
    EXPECT_EQ(queue.consumers(), 2U);
    EXPECT_EQ(queue.under_way(), 2U);
    EXPECT_EQ(queue.depth(), 0U);
    const QueueCounts counts = queue.counts();
    EXPECT_EQ(counts.published, 3U);
    EXPECT_EQ(counts.delivered, 4U);
    EXPECT_EQ(counts.dead_letters, 1U);
}

}  // namespace
}  // namespace stentor::broker
