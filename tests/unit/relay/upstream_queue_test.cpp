#include "relay/upstream_queue.hpp"

#include "fake_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using broker::Settlement;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto accepted = Settlement::accepted;
constexpr auto rejected = Settlement::rejected;

class UpstreamQueueTest : public ::testing::Test {
protected:
    broker::Subscription consumer(std::uint64_t key, std::uint32_t window = 100) {
        broker::Subscription made = session.subscription("/queue/a");
        made.key = key;
        made.acknowledges = true;
        made.window.messages = window;
        return made;
    }
    /// Each letter is a message, given by the ack of its name.
    void push(const std::string& letters, bool redelivered = false) {
        for (const char letter : letters) {
            const std::string body(1, letter);
            auto message = std::make_shared<const Message>(Message{"/queue/a", {}, body, body});
            ASSERT_TRUE(queue.push(std::move(message), "ack-" + body, redelivered));
        }
        queue.deliver();
    }
    static std::string text(const Answer& answer) {
        return (answer.how == accepted ? "ACK " : "NACK ") + answer.ack + (answer.dead ? " dead" : "");
    }
    std::string settle(const broker::Subscription& by, const std::string& body, Settlement how,
                       Rejected becomes = Rejected::given_back) {
        const auto answer = queue.settle(by, session.number(body), how, becomes, now);
        queue.deliver();
        return answer ? text(*answer) : "";
    }

    broker::QueueLimits limits{
        .delivery_limit = 3, .redelivery_delay = 10ms, .max_redelivery_delay = std::chrono::seconds(1)};
    FakeSession session;
    UpstreamQueue queue{limits};
    base::TimePoint now{1h};
};

TEST_F(UpstreamQueueTest, TheBrokerIsToldOfAMessageOnceItsConsumerIsDoneWithIt) {
    auto one = consumer(1);
    queue.join(one);
    push("ab");
    EXPECT_EQ(session.bodies(one), "ab");
    EXPECT_EQ(settle(one, "b", accepted), "ACK ack-b");
    EXPECT_EQ(settle(one, "b", accepted), "");
    EXPECT_EQ(queue.unsettled(), 1U);
    EXPECT_THAT(queue.take_all(), ElementsAre("ack-a"));
}

TEST_F(UpstreamQueueTest, ConsumersTakeTurnsAsTheirWindowsAllow) {
    auto one = consumer(1, 1);
    auto two = consumer(2, 1);
    queue.join(one);
    queue.join(two);
    push("abc");
    EXPECT_EQ(session.bodies(one) + session.bodies(two), "ab");
    EXPECT_EQ(settle(two, "b", accepted), "ACK ack-b");
    EXPECT_EQ(session.bodies(two), "bc");
}

TEST_F(UpstreamQueueTest, ARejectedMessageIsGivenBackAtOnce) {
    auto one = consumer(1);
    queue.join(one);
    push("a");
    EXPECT_EQ(settle(one, "a", rejected), "NACK ack-a");
    EXPECT_EQ(queue.unsettled(), 0U);
    EXPECT_EQ(queue.bytes(), 0U);
    EXPECT_EQ(session.deliveries(), 1U) << "the broker says to whom it goes next";
}

TEST_F(UpstreamQueueTest, OneThatHadBeenDeliveredBeforeRestsSoThatItDoesNotGoRoundAndRound) {
    auto one = consumer(1);
    queue.join(one);
    push("a", true);
    EXPECT_EQ(session.bodies(one), "a!");
    EXPECT_EQ(settle(one, "a", rejected), "");
    EXPECT_EQ(queue.bytes(), 0U) << "it is the broker's";
    EXPECT_EQ(queue.unsettled(), 1U);
    EXPECT_EQ(queue.next_wake(), now + 1s);
    EXPECT_THAT(queue.wake(now + 1s - 1ms), IsEmpty());
    const auto answers = queue.wake(now + 1s);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(text(answers[0]), "NACK ack-a");
    EXPECT_EQ(queue.next_wake(), base::never);
}

TEST_F(UpstreamQueueTest, WhereTheBrokerTakesNothingBackTheOthersHereGetItAndThenItIsDead) {
    auto one = consumer(1, 1);
    auto two = consumer(2, 1);
    queue.join(one);
    queue.join(two);
    push("a");
    EXPECT_EQ(settle(one, "a", rejected, Rejected::redelivered), "");
    EXPECT_EQ(session.bodies(two), "a!");
    EXPECT_EQ(settle(two, "a", rejected, Rejected::redelivered), "");
    EXPECT_EQ(queue.next_wake(), now + 10ms);
    EXPECT_THAT(queue.wake(now + 10ms), IsEmpty());
    queue.deliver();
    EXPECT_EQ(session.bodies(one), "aa!");
    EXPECT_EQ(settle(one, "a", rejected, Rejected::redelivered), "NACK ack-a dead");
    EXPECT_EQ(queue.unsettled(), 0U);
}

TEST_F(UpstreamQueueTest, WhatALeavingConsumerHadIsForTheOthersInItsOldPlace) {
    auto one = consumer(1, 2);
    queue.join(one);
    push("abc");
    auto two = consumer(2);
    EXPECT_EQ(session.bodies(one), "ab");
    EXPECT_THAT(queue.leave(one), IsEmpty());
    queue.join(two);
    queue.deliver();
    EXPECT_EQ(session.bodies(two), "a!b!c");
    EXPECT_EQ(settle(one, "a", accepted), "") << "it is not its any more";
    EXPECT_EQ(settle(two, "a", accepted), "ACK ack-a");
}

TEST_F(UpstreamQueueTest, OneThatConsumersLeaveAgainAndAgainIsDead) {
    push("a");
    for (std::uint64_t key = 1; key < 3; ++key) {
        auto one = consumer(key);
        queue.join(one);
        queue.deliver();
        EXPECT_THAT(queue.leave(one), IsEmpty());
    }
    auto last = consumer(3);
    queue.join(last);
    queue.deliver();
    const auto answers = queue.leave(last);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(text(answers[0]), "NACK ack-a dead");
}

TEST_F(UpstreamQueueTest, AllThatIsNotSettledComesOutInTheOrderInWhichItCame) {
    auto one = consumer(1, 3);
    queue.join(one);
    push("a", true);
    push("bcd");
    EXPECT_EQ(settle(one, "b", accepted), "ACK ack-b");
    EXPECT_EQ(settle(one, "a", rejected), "");  // rests
    EXPECT_THAT(queue.take_all(), ElementsAre("ack-a", "ack-c", "ack-d"));
    EXPECT_EQ(queue.unsettled(), 0U);
    EXPECT_EQ(queue.bytes(), 0U);
}

TEST_F(UpstreamQueueTest, WhatThePreviousConnectionGaveCannotBeSettledAnyMore) {
    auto one = consumer(1);
    queue.join(one);
    push("ab");
    const std::uint64_t before = session.number("a");
    (void)queue.take_all();
    push("a", true);
    EXPECT_FALSE(queue.settle(one, before, accepted, Rejected::given_back, now));
    EXPECT_FALSE(queue.settle(one, before, rejected, Rejected::redelivered, now));
    EXPECT_EQ(session.bodies(one), "aba!");
    EXPECT_EQ(settle(one, "a", accepted), "ACK ack-a");
}

TEST_F(UpstreamQueueTest, R4ItHasALimit) {
    limits.max_messages = 1;
    push("a");
    auto message = std::make_shared<const Message>(Message{"/queue/a", {}, "b", "b"});
    EXPECT_FALSE(queue.push(std::move(message), "ack-b", false));
    EXPECT_EQ(queue.unsettled(), 1U);
}

TEST_F(UpstreamQueueTest, R6TheSameAckTwiceIsTwoMessages) {
    auto one = consumer(1);
    queue.join(one);
    for (const char* body : {"a", "b"})
        ASSERT_TRUE(
            queue.push(std::make_shared<const Message>(Message{"/queue/a", {}, body, "1"}), "same", false));
    queue.deliver();
    EXPECT_EQ(settle(one, "a", accepted), "ACK same");
    EXPECT_EQ(settle(one, "b", accepted), "ACK same");
}

}  // namespace
}  // namespace stentor::relay
