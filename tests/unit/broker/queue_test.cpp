#include "broker/queue.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

using test::message;

constexpr Consumer a{1, 0}, b{2, 0}, c{3, 1};

class QueueTest : public ::testing::Test {
protected:
    bool push(const std::string& body, const QueueLimits& limits = {}) {
        return queue_.push({++last_place_, message("/queue/x", body)}, limits);
    }
    /// "1m": consumer 1 gets the message m. Empty: nobody gets anything.
    std::string next() {
        auto turn = queue_.next();
        if (!turn) return {};
        taken_.push_back(turn->taken);
        return std::to_string(turn->consumer.number) + turn->taken.message->body;
    }

    Queue queue_;
    std::uint64_t last_place_ = 0;
    std::vector<Waiting> taken_;
};

TEST_F(QueueTest, GivesToItsConsumersInTurn) {
    for (const Consumer consumer : {a, b, c}) queue_.join(consumer);
    for (const char* body : {"m", "n", "o", "p", "q"}) ASSERT_TRUE(push(body));
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(next(), "2n");
    EXPECT_EQ(next(), "3o");
    EXPECT_EQ(next(), "1p");
    EXPECT_EQ(next(), "2q");
    EXPECT_EQ(next(), "");
}

TEST_F(QueueTest, KeepsWhatNobodyTakes) {
    ASSERT_TRUE(push("m"));
    EXPECT_EQ(next(), "");
    EXPECT_EQ(queue_.depth(), 1U);
    queue_.join(a);
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(queue_.depth(), 0U);
    EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(QueueTest, ATurnPassesFromWhoLeaves) {
    for (const Consumer consumer : {a, b, c}) queue_.join(consumer);
    for (const char* body : {"m", "n", "o", "p"}) ASSERT_TRUE(push(body));
    EXPECT_EQ(next(), "1m");
    queue_.leave(b);  // whose turn it was
    EXPECT_EQ(next(), "3n");
    queue_.leave(a);  // whose turn it is
    queue_.leave(a);
    EXPECT_EQ(next(), "3o");
    queue_.leave(c);
    EXPECT_EQ(next(), "");
    EXPECT_EQ(queue_.depth(), 1U);
}

TEST_F(QueueTest, WhoLeavesOutOfTurnChangesNobodysTurn) {
    for (const Consumer consumer : {a, b, c}) queue_.join(consumer);
    for (const char* body : {"m", "n", "o"}) ASSERT_TRUE(push(body));
    EXPECT_EQ(next(), "1m");
    queue_.leave(a);
    EXPECT_EQ(next(), "2n");
    EXPECT_EQ(next(), "3o");
}

TEST_F(QueueTest, ConsumersOfDifferentShardsMayHaveTheSameNumber) {
    queue_.join({1, 0});
    queue_.join({1, 1});
    queue_.leave({1, 0});
    ASSERT_TRUE(push("m"));
    const auto turn = queue_.next();
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->consumer, (Consumer{1, 1}));
}

TEST_F(QueueTest, RefusesWhatIsTooManyAndGoesOnWhenThereIsRoom) {
    const QueueLimits two{.max_messages = 2};
    EXPECT_TRUE(push("m", two));
    EXPECT_TRUE(push("n", two));
    EXPECT_FALSE(push("o", two));
    queue_.join(a);
    EXPECT_EQ(next(), "1m");
    EXPECT_TRUE(push("p", two));
    EXPECT_EQ(next(), "1n");
    EXPECT_EQ(next(), "1p");
}

TEST_F(QueueTest, CountsTheBytesOfHeadersToo) {
    const QueueLimits limits{.max_bytes = 10'000};
    Message large{"/queue/x", {{"x", std::string(9'000, 'h')}}, {}, {}};
    EXPECT_TRUE(queue_.push({++last_place_, std::make_shared<const Message>(large)}, limits));
    EXPECT_FALSE(push(std::string(1'000, 'b'), limits));
    EXPECT_TRUE(push("small", limits));
}

TEST_F(QueueTest, BytesDoNotOverflow) {
    ASSERT_TRUE(push(std::string(1'000, 'b')));
    EXPECT_FALSE(push("x", {.max_bytes = 1}));
    EXPECT_TRUE(push("x", {.max_bytes = static_cast<std::size_t>(-1)}));
}

TEST_F(QueueTest, WhatComesBackHasItsOldPlaceAgain) {
    queue_.join(a);
    for (const char* body : {"m", "n", "o", "p"}) ASSERT_TRUE(push(body));
    for (int i = 0; i < 3; ++i) (void)next();
    queue_.leave(a);
    for (const std::size_t i : {0U, 2U, 1U}) queue_.put_back(taken_[i]);
    EXPECT_EQ(queue_.depth(), 4U);
    queue_.join(b);
    for (const char* expected : {"2m", "2n", "2o", "2p"}) EXPECT_EQ(next(), expected);
    EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(QueueTest, WhatComesBackIsTakenWhateverTheLimits) {
    const QueueLimits one{.max_messages = 1};
    queue_.join(a);
    ASSERT_TRUE(push("m", one));
    (void)next();
    queue_.leave(a);
    ASSERT_TRUE(push("n", one));
    queue_.put_back(taken_[0]);
    EXPECT_EQ(queue_.depth(), 2U);
    EXPECT_FALSE(push("o", one));
}

TEST_F(QueueTest, IsUnusedWithoutConsumersAndMessages) {
    EXPECT_TRUE(queue_.unused());
    queue_.join(a);
    EXPECT_FALSE(queue_.unused());
    ASSERT_TRUE(push("m"));
    queue_.leave(a);
    EXPECT_FALSE(queue_.unused());
    queue_.join(a);
    (void)next();
    queue_.leave(a);
    EXPECT_TRUE(queue_.unused());
}

TEST_F(QueueTest, ManyConsumersMayComeAndGo) {
    constexpr std::uint64_t many = 100'000;
    for (std::uint64_t number = 0; number < many; ++number) queue_.join({number, 0});
    for (std::uint64_t number = many; number-- > 0;) queue_.leave({number, 0});
    EXPECT_TRUE(queue_.unused());
}

}  // namespace
}  // namespace stentor::broker
