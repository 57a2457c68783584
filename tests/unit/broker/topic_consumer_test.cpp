#include "broker/topic_consumer.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

using test::message;
using test::Recorder;
using Bodies = std::vector<std::string>;

class TopicConsumerTest : public ::testing::Test {
protected:
    /// As the index does.
    void deliver(const std::string& body) {
        const MessagePtr sent = message("/topic/x", body);
        consumer().deliver(consumer().listed(), {sent});
    }
    /// The first that is under way. The dead letter's body, if it is one now.
    std::string settle(Settlement settlement) {
        const auto [number, taken] = *recorder_.pending.begin();
        recorder_.pending.erase(number);
        const MessagePtr dead = consumer().settle(number, settlement);
        return dead ? dead->body : "";
    }
    /// Made when the subscription is complete.
    TopicConsumer& consumer() {
        if (!consumer_) consumer_.emplace(recorder_.subscription, limits_, backlogs_, lossy_);
        return *consumer_;
    }

    Recorder recorder_{"/topic/x"};
    QueueLimits limits_;
    TopicBacklogs backlogs_{1024 * 1024};
    SlowRules rules_;
    SlowConsumers counts_;
    LossyTopics lossy_{rules_, counts_};
    std::optional<TopicConsumer> consumer_;
};

TEST_F(TopicConsumerTest, StandsInTheIndexWithTheSamePattern) {
    EXPECT_EQ(consumer().listed().destination, "/topic/x");
}

TEST_F(TopicConsumerTest, NumbersWhatIsToBeAcknowledged) {
    recorder_.subscription.acknowledges = true;
    for (const char* body : {"m", "n"}) deliver(body);
    EXPECT_EQ(recorder_.bodies, (Bodies{"m", "n"}));
    ASSERT_EQ(recorder_.pending.size(), 2U);
    EXPECT_NE(recorder_.pending.begin()->first, 0U);
    EXPECT_EQ(recorder_.redelivered, (std::vector<bool>{false, false}));
}

TEST_F(TopicConsumerTest, WhatExceedsTheWindowWaits) {
    recorder_.subscription.acknowledges = true;
    recorder_.subscription.window.messages = 2;
    for (const char* body : {"m", "n", "o"}) deliver(body);
    EXPECT_EQ(recorder_.bodies, (Bodies{"m", "n"}));
    settle(Settlement::accepted);
    EXPECT_EQ(recorder_.bodies, (Bodies{"m", "n", "o"}));
}

TEST_F(TopicConsumerTest, WhatIsRejectedComesAgainFirst) {
    recorder_.subscription.acknowledges = true;
    recorder_.subscription.window.messages = 1;
    for (const char* body : {"m", "n"}) deliver(body);
    settle(Settlement::rejected);
    EXPECT_EQ(recorder_.bodies, (Bodies{"m", "m"}));
    EXPECT_EQ(recorder_.redelivered, (std::vector<bool>{false, true}));
    settle(Settlement::accepted);
    EXPECT_EQ(recorder_.bodies, (Bodies{"m", "m", "n"}));
}

TEST_F(TopicConsumerTest, WhatIsRejectedTooOftenIsADeadLetter) {
    recorder_.subscription.acknowledges = true;
    limits_.delivery_limit = 2;
    deliver("m");
    EXPECT_EQ(settle(Settlement::rejected), "");
    EXPECT_EQ(settle(Settlement::rejected), "m");
    EXPECT_TRUE(recorder_.pending.empty());
}

TEST_F(TopicConsumerTest, AnUnknownNumberIsIgnored) {
    recorder_.subscription.acknowledges = true;
    deliver("m");
    for (const std::uint64_t number : {0U, 2U, 77U})
        EXPECT_FALSE(consumer().settle(number, Settlement::rejected));
    EXPECT_EQ(recorder_.bodies, Bodies{"m"});
}

TEST_F(TopicConsumerTest, OverflowsOnceWhenMoreWaitsThanMayAndGetsNothingMore) {
    recorder_.subscription.acknowledges = true;
    recorder_.subscription.window.messages = 1;
    limits_.max_messages = 2;
    for (const char* body : {"m", "n", "o"}) deliver(body);
    EXPECT_EQ(recorder_.overflows, 0);
    for (const char* body : {"p", "q"}) deliver(body);
    EXPECT_EQ(recorder_.overflows, 1);
    settle(Settlement::accepted);
    deliver("r");
    EXPECT_EQ(recorder_.bodies, Bodies{"m"});
    EXPECT_EQ(recorder_.overflows, 1);
}

TEST_F(TopicConsumerTest, OverflowsByBytesToo) {
    recorder_.subscription.acknowledges = true;
    limits_.max_bytes = 2'500;
    for (int i = 0; i < 3; ++i) deliver(std::string(1'000, 'b'));
    EXPECT_EQ(recorder_.bodies.size(), 2U);
    EXPECT_EQ(recorder_.overflows, 1);
}

/// By the rules for slow consumers.
class LossyTopicConsumerTest : public TopicConsumerTest {
protected:
    LossyTopicConsumerTest() {
        recorder_.subscription.acknowledges = true;
        recorder_.subscription.may_lose = true;
        recorder_.subscription.window.messages = 2;
        rules_.all = {{messaging::DestinationPattern::parse("**").value(), SlowPolicy::drop_oldest, "", 3}};
    }
};

TEST_F(LossyTopicConsumerTest, WhatItHasNotAcknowledgedStaysAndOfWhatWaitsTheNewest) {
    for (char body = '1'; body <= '9'; ++body) deliver(std::string(1, body));
    EXPECT_EQ(recorder_.bodies, (Bodies{"1", "2"}));
    EXPECT_EQ(counts_.skipped, 4U);
    for (int i = 0; i < 5; ++i) settle(Settlement::accepted);
    EXPECT_EQ(recorder_.bodies, (Bodies{"1", "2", "7", "8", "9"}));
    EXPECT_EQ(recorder_.skipped, (std::vector<std::uint32_t>{0, 0, 4, 0, 0}));
    EXPECT_EQ(recorder_.overflows, 0);
}

TEST_F(LossyTopicConsumerTest, WhatIsRejectedComesAgainBeforeWhatWaits) {
    recorder_.subscription.window.messages = 1;
    for (const char* body : {"1", "2"}) deliver(body);
    settle(Settlement::rejected);
    settle(Settlement::accepted);
    EXPECT_EQ(recorder_.bodies, (Bodies{"1", "1", "2"}));
}

TEST_F(LossyTopicConsumerTest, WhatMustNotBeLostStillOverflows) {
    rules_.all.clear();
    rules_.rest.max_messages = 2;
    for (char body = '1'; body <= '5'; ++body) deliver(std::string(1, body));
    EXPECT_EQ(recorder_.bodies, (Bodies{"1", "2"}));
    EXPECT_EQ(recorder_.overflows, 1);
}

TEST_F(LossyTopicConsumerTest, AllThatWaitsOrIsUnderWayIsCountedInBytes) {
    for (char body = '1'; body <= '9'; ++body) deliver(std::string(1, body));
    EXPECT_EQ(backlogs_.bytes() + lossy_.bytes, 5 * Queue::weight(*message("/topic/x", "1")));
    settle(Settlement::accepted);
    EXPECT_EQ(backlogs_.bytes() + lossy_.bytes, 4 * Queue::weight(*message("/topic/x", "1")));
    consumer_.reset();
    EXPECT_EQ(backlogs_.bytes() + lossy_.bytes, 0U);
}

/// Who is to get what is kept first.
class ReplayingTopicConsumerTest : public TopicConsumerTest {
protected:
    ReplayingTopicConsumerTest() { recorder_.subscription.window.messages = 2; }
    void replay(int messages, const std::string& padding = {}) {
        consumer_.emplace(recorder_.subscription, limits_, backlogs_, lossy_,
                          TopicConsumer::Awaited{history_, 1, {0}, {}});
        std::vector<MessagePtr> kept;
        for (int n = 1; n <= messages; ++n) kept.push_back(message("/topic/x", std::to_string(n) + padding));
        consumer_->replay(0, kept);
    }

    base::TimerQueue timers_;
    std::vector<HistoryRule> histories_;
    History history_{histories_, timers_};
};

TEST_F(ReplayingTopicConsumerTest, GetsAllOfItAlsoWhereSlowConsumersMayMissMessages) {
    recorder_.subscription.may_lose = true;
    rules_.all = {{messaging::DestinationPattern::parse("**").value(), SlowPolicy::drop_oldest, "", 3}};
    replay(9);
    while (!recorder_.pending.empty()) settle(Settlement::accepted);
    EXPECT_EQ(recorder_.bodies, (Bodies{"1", "2", "3", "4", "5", "6", "7", "8", "9"}));
    EXPECT_EQ(counts_.skipped, 0U);
    EXPECT_FALSE(consumer().is_needed()) << "it is done with it";
}

/// More than all backlogs may have, or than its own may: it overflows in the midst of it.
TEST_F(ReplayingTopicConsumerTest, MayOverflowWithIt) {
    for (const bool may_lose : {false, true})
        for (const bool by_itself : {false, true}) {
            if (may_lose && by_itself) continue;  // its own has no limit then
            recorder_.subscription.may_lose = may_lose;
            recorder_.bodies.clear();
            recorder_.overflows = 0;
            consumer_.reset();
            limits_.max_messages = by_itself ? 3 : 100;
            replay(9, by_itself ? "" : std::string(200'000, 'x'));
            EXPECT_EQ(recorder_.overflows, 1);
            EXPECT_EQ(recorder_.bodies, Bodies{});
            deliver("live");
            EXPECT_EQ(recorder_.bodies, Bodies{});
            EXPECT_EQ(backlogs_.bytes(), 0U);
        }
}

}  // namespace
}  // namespace stentor::broker
