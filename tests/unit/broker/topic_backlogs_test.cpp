#include "broker/topic_backlogs.hpp"

#include "broker/topic_consumer.hpp"
#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace stentor::broker {
namespace {

using test::message;
using test::Recorder;

class TopicBacklogsTest : public ::testing::Test {
protected:
    /// With a backlog: it acknowledges.
    struct Member {
        explicit Member(TopicBacklogsTest& test) : recorder("/topic/x") {
            recorder.subscription.acknowledges = true;
            consumer = std::make_unique<TopicConsumer>(recorder.subscription, test.limits_, test.backlogs_,
                                                       test.lossy_);
        }
        void get(std::size_t bytes) {
            const MessagePtr sent = message("/topic/x", std::string(bytes, 'b'));
            consumer->deliver(consumer->listed(), {sent});
        }
        Recorder recorder;
        std::unique_ptr<TopicConsumer> consumer;
    };

    QueueLimits limits_;
    TopicBacklogs backlogs_{10'000};
    SlowRules rules_;
    SlowConsumers counts_;
    LossyTopics lossy_{rules_, counts_};
};

TEST_F(TopicBacklogsTest, CountsWhatWaitsAndIsUnderWay) {
    Member one(*this), other(*this);
    one.get(1'000);
    other.get(2'000);
    EXPECT_EQ(backlogs_.bytes(), one.consumer->bytes() + other.consumer->bytes());
    EXPECT_GT(backlogs_.bytes(), 3'000U);
    EXPECT_FALSE(one.consumer->settle(1, Settlement::accepted));
    EXPECT_EQ(backlogs_.bytes(), other.consumer->bytes());
    other.consumer.reset();
    EXPECT_EQ(backlogs_.bytes(), 0U);
}

TEST_F(TopicBacklogsTest, PastTheLimitTheLargestOverflowsWhoeverGetsSomething) {
    Member large(*this), small(*this), other(*this);
    for (int i = 0; i < 4; ++i) large.get(1'500);
    small.get(1'500);
    for (int i = 0; i < 2; ++i) other.get(1'500);
    EXPECT_EQ(large.recorder.overflows, 1);
    EXPECT_EQ(small.recorder.overflows, 0);
    EXPECT_EQ(other.recorder.overflows, 0);
    EXPECT_EQ(backlogs_.bytes(), small.consumer->bytes() + other.consumer->bytes());
    small.get(1'500);
    EXPECT_EQ(small.recorder.bodies.size(), 2U) << "there is room again";
    large.get(10);
    EXPECT_EQ(large.recorder.overflows, 1) << "it gets nothing more";
}

TEST_F(TopicBacklogsTest, TheLargestMayBeTheOneThatGetsSomething) {
    Member one(*this);
    for (int i = 0; i < 10; ++i) one.get(1'500);
    EXPECT_EQ(one.recorder.overflows, 1);
    EXPECT_EQ(backlogs_.bytes(), 0U);
}

}  // namespace
}  // namespace stentor::broker
