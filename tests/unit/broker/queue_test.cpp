#include "broker/queue.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

#include <map>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using test::message;

constexpr Consumer a{1, 0}, b{2, 0}, c{3, 1};
constexpr auto accepted = Settlement::accepted;
constexpr auto rejected = Settlement::rejected;

/// The bodies of dead letters, joined.
std::string bodies(const std::vector<MessagePtr>& dead) {
    std::string joined;
    for (const MessagePtr& letter : dead) joined += letter->body;
    return joined;
}

class QueueTest : public ::testing::Test {
protected:
    void join(std::initializer_list<Consumer> consumers, const ConsumerTerms& terms = {}) {
        for (const Consumer consumer : consumers) queue_.join(consumer, terms);
    }
    bool push(const std::string& body) { return queue_.push(message("/queue/x", body)); }
    void push_each(const std::string& letters) {
        for (const char letter : letters) ASSERT_TRUE(push(std::string(1, letter)));
    }
    /// "1m": consumer 1 gets the message m. "1m again": redelivered. Empty: nobody gets anything.
    std::string next() {
        const auto turn = queue_.next();
        if (!turn) return {};
        EXPECT_NE(turn->number, 0U);
        deliveries_[turn->message->body] = turn->number;
        return std::to_string(turn->consumer.number) + turn->message->body +
               (turn->redelivered ? " again" : "");
    }
    /// Of the last delivery of that body. The dead letter's body, if it is one now.
    std::string settle(const Consumer& consumer, const std::string& body, Settlement settlement) {
        const MessagePtr dead = queue_.settle(consumer, deliveries_.at(body), settlement);
        return dead ? dead->body : "";
    }
    /// Has them delivered and settled: to a queue without consumers.
    std::string take_all() {
        queue_.join({99, 0}, {.window = {.messages = 1000, .bytes = 1 << 30}});
        std::string got;
        while (const auto turn = queue_.next()) got += turn->message->body;
        (void)queue_.leave({99, 0});
        return got;
    }

    QueueLimits limits_;
    Queue queue_{limits_};
    std::map<std::string, std::uint64_t> deliveries_;
};

TEST_F(QueueTest, GivesToItsConsumersInTurn) {
    join({a, b, c});
    push_each("mnopq");
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(next(), "2n");
    EXPECT_EQ(next(), "3o");
    EXPECT_EQ(next(), "1p");
    EXPECT_EQ(next(), "2q");
    EXPECT_EQ(next(), "");
}

TEST_F(QueueTest, KeepsWhatNobodyTakes) {
    push_each("m");
    EXPECT_EQ(next(), "");
    EXPECT_EQ(queue_.depth(), 1U);
    join({a});
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(queue_.depth(), 0U);
}

TEST_F(QueueTest, KeepsWhatIsUnderWayUntilItIsAccepted) {
    join({a});
    push_each("m");
    const std::size_t bytes = queue_.bytes();
    EXPECT_GT(bytes, 0U);
    (void)next();
    EXPECT_EQ(queue_.bytes(), bytes);
    EXPECT_EQ(settle(a, "m", accepted), "");
    EXPECT_EQ(queue_.bytes(), 0U);
    EXPECT_TRUE(queue_.leave(a).empty());
    EXPECT_EQ(take_all(), "");
}

TEST_F(QueueTest, ATurnPassesFromWhoLeaves) {
    join({a, b, c});
    push_each("mnop");
    EXPECT_EQ(next(), "1m");
    settle(a, "m", accepted);
    (void)queue_.leave(b);  // whose turn it was
    EXPECT_EQ(next(), "3n");
    settle(c, "n", accepted);
    (void)queue_.leave(a);  // whose turn it is
    (void)queue_.leave(a);
    EXPECT_EQ(next(), "3o");
    settle(c, "o", accepted);
    (void)queue_.leave(c);
    EXPECT_EQ(next(), "");
    EXPECT_EQ(queue_.depth(), 1U);
}

TEST_F(QueueTest, WhoLeavesOutOfTurnChangesNobodysTurn) {
    join({a, b, c});
    push_each("mno");
    EXPECT_EQ(next(), "1m");
    settle(a, "m", accepted);
    (void)queue_.leave(a);
    EXPECT_EQ(next(), "2n");
    EXPECT_EQ(next(), "3o");
}

TEST_F(QueueTest, ConsumersOfDifferentShardsMayHaveTheSameNumber) {
    join({{1, 0}, {1, 1}});
    (void)queue_.leave({1, 0});
    push_each("m");
    const auto turn = queue_.next();
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->consumer, (Consumer{1, 1}));
    EXPECT_FALSE(queue_.settle({1, 0}, turn->number, rejected)) << "another's";
    EXPECT_EQ(queue_.depth(), 0U);
}

TEST_F(QueueTest, AConsumerHasNoMoreUnderWayThanItsWindow) {
    join({a}, {.window = {.messages = 2}});
    push_each("mno");
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(next(), "1n");
    EXPECT_EQ(next(), "");
    settle(a, "n", accepted);
    EXPECT_EQ(next(), "1o");
    EXPECT_EQ(next(), "");
}

TEST_F(QueueTest, OfAWindowsBytesTheLastMessageMayBeInExcess) {
    const std::string large(1'000, 'b');
    join({a}, {.window = {.messages = 100, .bytes = 1'500}});
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(push(large));
    EXPECT_EQ(next(), "1" + large);
    const std::uint64_t first = deliveries_.at(large);
    EXPECT_EQ(next(), "1" + large);
    EXPECT_EQ(next(), "");
    (void)queue_.settle(a, first, rejected);
    EXPECT_EQ(next(), "1" + large + " again");
    EXPECT_EQ(next(), "");
}

TEST_F(QueueTest, AMessageLargerThanTheWindowPassesAlone) {
    join({a}, {.window = {.messages = 100, .bytes = 1}});
    push_each("mn");
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(next(), "");
    settle(a, "m", accepted);
    EXPECT_EQ(next(), "1n");
}

TEST_F(QueueTest, WhoHasRoomGetsWhatAFullOneCannotTake) {
    join({a}, {.window = {.messages = 1}});
    join({b}, {.window = {.messages = 3}});
    push_each("mnopqr");
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(next(), "2n");
    EXPECT_EQ(next(), "2o");
    EXPECT_EQ(next(), "2p");
    EXPECT_EQ(next(), "");
    settle(a, "m", accepted);
    EXPECT_EQ(next(), "1q");
    EXPECT_EQ(queue_.depth(), 1U);
}

TEST_F(QueueTest, AWindowOfNothingGetsNothing) {
    join({a}, {.window = {.messages = 0}});
    push_each("m");
    EXPECT_EQ(next(), "");
}

TEST_F(QueueTest, RefusesWhatIsTooManyAndGoesOnWhenThereIsRoom) {
    limits_.max_messages = 2;
    EXPECT_TRUE(push("m"));
    EXPECT_TRUE(push("n"));
    EXPECT_FALSE(push("o"));
    join({a});
    EXPECT_EQ(next(), "1m");
    EXPECT_TRUE(push("p"));
    EXPECT_EQ(next(), "1n");
    EXPECT_EQ(next(), "1p");
}

TEST_F(QueueTest, CountsTheBytesOfHeadersToo) {
    limits_.max_bytes = 10'000;
    Message large{"/queue/x", {{"x", std::string(9'000, 'h')}}, {}, {}};
    EXPECT_TRUE(queue_.push(std::make_shared<const Message>(large)));
    EXPECT_FALSE(push(std::string(1'000, 'b')));
    EXPECT_TRUE(push("small"));
}

TEST_F(QueueTest, WhatIsUnderWayCountsAgainstTheBytes) {
    limits_.max_bytes = 10'000;
    join({a});
    ASSERT_TRUE(push(std::string(9'000, 'b')));
    (void)next();
    EXPECT_FALSE(push(std::string(1'000, 'b')));
    settle(a, std::string(9'000, 'b'), accepted);
    EXPECT_TRUE(push(std::string(1'000, 'b')));
}

TEST_F(QueueTest, BytesDoNotOverflow) {
    ASSERT_TRUE(push(std::string(1'000, 'b')));
    limits_.max_bytes = 1;
    EXPECT_FALSE(push("x"));
    limits_.max_bytes = static_cast<std::size_t>(-1);
    EXPECT_TRUE(push("x"));
}

TEST_F(QueueTest, WhatComesBackHasItsOldPlaceAgainAndIsMarked) {
    join({a});
    push_each("mnop");
    for (int i = 0; i < 3; ++i) (void)next();
    for (const char* body : {"o", "m", "n"}) EXPECT_EQ(settle(a, body, rejected), "");
    EXPECT_EQ(queue_.depth(), 4U);
    for (const char* expected : {"1m again", "1n again", "1o again", "1p"}) EXPECT_EQ(next(), expected);
}

TEST_F(QueueTest, WhatWasUnderWayToOneThatLeavesComesBack) {
    join({a, b});
    push_each("mnop");
    for (int i = 0; i < 4; ++i) (void)next();
    settle(a, "m", accepted);
    EXPECT_TRUE(queue_.leave(a).empty());
    EXPECT_EQ(next(), "2o again");
    EXPECT_EQ(next(), "");
    EXPECT_TRUE(queue_.leave(b).empty());
    EXPECT_EQ(take_all(), "nop");
}

TEST_F(QueueTest, WhatComesBackIsTakenWhateverTheLimits) {
    limits_.max_messages = 1;
    join({a});
    push_each("m");
    (void)next();
    push_each("n");
    settle(a, "m", rejected);
    EXPECT_EQ(queue_.depth(), 2U);
    EXPECT_FALSE(push("o"));
}

TEST_F(QueueTest, ADeliverySettlesOnce) {
    join({a, b});
    push_each("m");
    EXPECT_EQ(next(), "1m");
    const std::uint64_t first = deliveries_.at("m");
    settle(a, "m", rejected);
    (void)queue_.settle(a, first, rejected);
    EXPECT_EQ(queue_.depth(), 1U);
    EXPECT_EQ(next(), "2m again");
    (void)queue_.settle(a, first, accepted);
    (void)queue_.settle(b, first, accepted);
    EXPECT_GT(queue_.bytes(), 0U) << "it is under way by another number";
    settle(b, "m", accepted);
    EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(QueueTest, SettlingOfOneThatHasLeftIsIgnored) {
    join({a});
    push_each("m");
    (void)next();
    (void)queue_.leave(a);
    settle(a, "m", accepted);
    settle(a, "m", rejected);
    join({a});
    EXPECT_EQ(next(), "1m again");
}

/// A22: a message that nobody can do anything with does not go round for ever.
TEST_F(QueueTest, WhatIsRejectedTooOftenIsADeadLetter) {
    limits_.delivery_limit = 3;
    join({a});
    push_each("mn");
    for (int i = 0; i < 2; ++i) {
        (void)next();
        EXPECT_EQ(settle(a, "m", rejected), "");
    }
    (void)next();
    EXPECT_EQ(settle(a, "m", rejected), "m");
    EXPECT_EQ(next(), "1n");
    settle(a, "n", accepted);
    EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(QueueTest, ADeliveryLimitOfOneGivesUpAtOnce) {
    limits_.delivery_limit = 1;
    join({a});
    push_each("m");
    (void)next();
    EXPECT_EQ(settle(a, "m", rejected), "m");
}

TEST_F(QueueTest, LeavingCountsForOneThatAcknowledges) {
    limits_.delivery_limit = 2;
    push_each("mno");
    for (int round = 0; round < 2; ++round) {
        join({a}, {.window = {.messages = 2}, .acknowledges = true});
        for (int i = 0; i < 2; ++i) (void)next();
        EXPECT_EQ(bodies(queue_.leave(a)), round == 0 ? "" : "mn") << "in order";
    }
    EXPECT_EQ(take_all(), "o");
}

/// Its session took them for delivered only when they were written: who cannot be written to is no reason to
/// give a message up.
TEST_F(QueueTest, LeavingDoesNotCountForOneThatDoesNotAcknowledge) {
    limits_.delivery_limit = 2;
    push_each("m");
    for (int round = 0; round < 10; ++round) {
        join({a});
        EXPECT_EQ(next(), round == 0 ? "1m" : "1m again");
        EXPECT_TRUE(queue_.leave(a).empty());
    }
    EXPECT_EQ(queue_.depth(), 1U);
}

TEST_F(QueueTest, IsUnusedWithoutConsumersAndMessages) {
    EXPECT_TRUE(queue_.unused());
    join({a});
    EXPECT_FALSE(queue_.unused());
    push_each("m");
    (void)queue_.leave(a);
    EXPECT_FALSE(queue_.unused());
    join({a});
    (void)next();
    settle(a, "m", accepted);
    (void)queue_.leave(a);
    EXPECT_TRUE(queue_.unused());
}

TEST_F(QueueTest, ManyConsumersMayComeAndGo) {
    constexpr std::uint64_t many = 100'000;
    for (std::uint64_t number = 1; number <= many; ++number) join({{number, 0}});
    for (std::uint64_t number = many; number > 0; --number) (void)queue_.leave({number, 0});
    EXPECT_TRUE(queue_.unused());
}

/// A message that arrives does not ask each of the full ones.
TEST_F(QueueTest, ManyFullConsumersCostNothing) {
    constexpr std::uint64_t many = 50'000;
    for (std::uint64_t number = 1; number <= many; ++number) join({{number, 0}}, {.window = {.messages = 1}});
    for (std::uint64_t i = 0; i < many; ++i) {
        ASSERT_TRUE(push("m"));
        ASSERT_TRUE(queue_.next());
    }
    for (std::uint64_t i = 0; i < many; ++i) {
        ASSERT_TRUE(push("n"));
        ASSERT_FALSE(queue_.next());
    }
}

/// A22: else a consumer that rejects at once would go round and round with it.
TEST_F(QueueTest, WhatIsRejectedAgainRestsTwiceAsLongEachTime) {
    limits_.redelivery_delay = 10ms;
    limits_.max_redelivery_delay = 35ms;
    join({a});
    push_each("m");
    base::TimePoint now{1h};
    const auto reject = [&] {
        EXPECT_FALSE(queue_.settle(a, deliveries_.at("m"), rejected, now));
        queue_.wake(now);
    };
    EXPECT_EQ(next(), "1m");
    reject();
    EXPECT_EQ(next(), "1m again") << "the first time somebody else may take it at once";
    for (const auto rest : {10ms, 20ms, 35ms, 35ms}) {
        reject();
        EXPECT_EQ(next(), "");
        EXPECT_EQ(queue_.next_wake(), now + rest);
        EXPECT_EQ(queue_.depth(), 1U) << "it waits";
        EXPECT_FALSE(queue_.unused());
        queue_.wake(now + rest - 1ns);
        EXPECT_EQ(next(), "");
        queue_.wake(now += rest);
        EXPECT_EQ(queue_.next_wake(), base::never);
        EXPECT_EQ(next(), "1m again");
    }
}

TEST_F(QueueTest, WhileOneRestsTheOthersGoOnAndThenItHasItsOldPlace) {
    limits_.redelivery_delay = 10ms;
    join({a}, {.window = {.messages = 1}});
    push_each("mno");
    const base::TimePoint now{1h};
    for (const char* given : {"1m", "1m again"}) {
        EXPECT_EQ(next(), given);
        EXPECT_FALSE(queue_.settle(a, deliveries_.at("m"), rejected, now));
    }
    EXPECT_EQ(next(), "1n");
    queue_.wake(now + 10ms);
    settle(a, "n", accepted);
    EXPECT_EQ(next(), "1m again");
    settle(a, "m", accepted);
    EXPECT_EQ(next(), "1o");
}

TEST_F(QueueTest, WhatRestsCountsForTheLimitsAndDiesAtTheDeliveryLimit) {
    limits_.redelivery_delay = 10ms;
    limits_.delivery_limit = 3;
    limits_.max_messages = 1;
    join({a});
    push_each("m");
    for (int i = 0; i < 2; ++i) {
        next();
        EXPECT_FALSE(queue_.settle(a, deliveries_.at("m"), rejected, base::TimePoint(1h)));
    }
    EXPECT_FALSE(push("n")) << "the queue is full";
    EXPECT_GT(queue_.bytes(), 0U);
    queue_.wake(base::never);
    EXPECT_EQ(next(), "1m again");
    EXPECT_TRUE(queue_.settle(a, deliveries_.at("m"), rejected, base::TimePoint(1h)));
    EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(QueueTest, WhatWasUnderWayElsewhereSaysSo) {
    join({a});
    ASSERT_TRUE(queue_.push(message("/queue/x", "m"), true));
    push_each("n");
    EXPECT_EQ(next(), "1m again");
    EXPECT_EQ(next(), "1n");
}

TEST_F(QueueTest, WhatIsUnderWayIsKnownByItsConsumerAndNumber) {
    join({a, b});
    push_each("m");
    EXPECT_EQ(next(), "1m");
    const std::uint64_t number = deliveries_.at("m");
    ASSERT_NE(queue_.given(a, number), nullptr);
    EXPECT_EQ(queue_.given(a, number)->body, "m");
    EXPECT_EQ(queue_.given(b, number), nullptr);
    EXPECT_EQ(queue_.given(c, number), nullptr);
    EXPECT_EQ(queue_.given(a, number + 1), nullptr);
    settle(a, "m", accepted);
    EXPECT_EQ(queue_.given(a, number), nullptr);
}

TEST_F(QueueTest, ClearForgetsAllMessagesAndKeepsConsumersAndNumbers) {
    limits_.redelivery_delay = 10ms;
    join({a}, {.window = {.messages = 2, .bytes = 1000}});
    push_each("kmn");
    EXPECT_EQ(next(), "1k");
    EXPECT_EQ(next(), "1m");
    EXPECT_FALSE(queue_.settle(a, deliveries_.at("k"), rejected, base::TimePoint(1h)));
    EXPECT_EQ(next(), "1k again");
    const std::uint64_t before = deliveries_.at("k");
    EXPECT_FALSE(queue_.settle(a, before, rejected, base::TimePoint(1h)));
    queue_.clear();
    EXPECT_EQ(queue_.bytes(), 0U);
    EXPECT_EQ(queue_.depth(), 0U);
    EXPECT_EQ(queue_.under_way(), 0U);
    EXPECT_EQ(queue_.next_wake(), base::never);
    EXPECT_EQ(next(), "");
    push_each("op");
    EXPECT_EQ(next(), "1o") << "the window is free again";
    EXPECT_GT(deliveries_.at("o"), before);
    settle(a, "m", accepted);  // of before
    EXPECT_EQ(queue_.under_way(), 1U);
}

TEST_F(QueueTest, WhatIsDroppedIsNeitherGivenNorSettledAnyMore) {
    join({a}, {.window = {.messages = 2}});
    push_each("mnop");
    EXPECT_EQ(next(), "1m");
    EXPECT_EQ(next(), "1n");
    queue_.drop([](const Message& each) { return each.body != "n"; });
    EXPECT_EQ(queue_.depth(), 0U);
    EXPECT_EQ(queue_.under_way(), 1U);
    settle(a, "m", rejected);  // it is nobody's
    EXPECT_EQ(next(), "");
    push_each("q");
    EXPECT_EQ(next(), "1q") << "its window has room again";
    settle(a, "n", accepted);
    settle(a, "q", accepted);
    EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(QueueTest, WhatRestsOrCameBackIsDroppedToo) {
    limits_.redelivery_delay = 10ms;
    join({a});
    push_each("mn");
    next();
    next();
    settle(a, "n", rejected);
    for (int i = 0; i < 2; ++i) {
        (void)queue_.settle(a, deliveries_.at("m"), rejected, base::TimePoint(1h));
        if (i == 0) next();
    }
    queue_.drop([](const Message&) { return true; });
    queue_.wake(base::never);
    EXPECT_EQ(next(), "");
    EXPECT_EQ(queue_.bytes(), 0U);
}

}  // namespace
}  // namespace stentor::broker
