#include "session/acks.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace stentor::session {
namespace {

using namespace std::chrono_literals;

class AcksTest : public ::testing::Test, public broker::Subscriber {
protected:
    void deliver(const broker::Subscription&, const broker::Delivery&) override {}
    void overflowed(const broker::Subscription&) override {}

    Acks::Id add(const broker::Subscription& to, const std::string& message_id, std::uint64_t number,
                 const std::string& body = {}) {
        const MessagePtr message = std::make_shared<const Message>(Message{"/queue/x", {}, body, message_id});
        return acks.add(to, {message, number}, now += 1s);
    }
    std::vector<std::uint64_t> numbers(const std::vector<Acks::Delivered>& all) {
        std::vector<std::uint64_t> out;
        for (const auto& each : all) out.push_back(each.number);
        return out;
    }

    const std::string id_one = "1", id_two = "2", queue = "/queue/x";
    broker::Subscription one{*this, id_one, queue};
    broker::Subscription two{*this, id_two, queue};
    base::TimePoint now{};
    Acks acks;
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(AcksTest, IdsAreUniqueInTheSession) {
    const Acks::Id a = add(one, "m", 1);
    const Acks::Id b = add(two, "m", 1);
    EXPECT_NE(a, b);
    acks.take(b);
    EXPECT_NE(add(two, "m", 2), b);
}

TEST_F(AcksTest, ADeliveryIsTakenOnce) {
    const Acks::Id id = add(one, "m", 7);
    EXPECT_EQ(acks.find(id), &one);
    const Acks::Delivered taken = acks.take(id);
    EXPECT_EQ(taken.subscription, &one);
    EXPECT_EQ(taken.number, 7u);
    EXPECT_EQ(acks.find(id), nullptr);
    EXPECT_EQ(acks.find("m", &one), std::nullopt);
    EXPECT_EQ(acks.size(), 0u);
}

TEST_F(AcksTest, AnIdThatWasNeverGivenIsUnknown) {
    add(one, "m", 7);
    for (const Acks::Id id : {Acks::Id{0}, Acks::Id{2}, ~Acks::Id{0}}) EXPECT_EQ(acks.find(id), nullptr);
}

TEST_F(AcksTest, Stomp1_1_AMessageIsFoundInItsSubscription) {
    const Acks::Id a = add(one, "m", 1);
    const Acks::Id b = add(two, "m", 1);
    EXPECT_EQ(acks.find("m", &one), a);
    EXPECT_EQ(acks.find("m", &two), b);
    EXPECT_EQ(acks.find("n", &one), std::nullopt);
    acks.take(a);
    EXPECT_EQ(acks.find("m", &one), std::nullopt);
}

TEST_F(AcksTest, Stomp1_0_AMessageIsFoundInAnySubscriptionTheOldestFirst) {
    const Acks::Id a = add(two, "m", 1);
    const Acks::Id b = add(one, "m", 1);
    EXPECT_EQ(acks.find("m", nullptr), a);
    acks.take(a);
    EXPECT_EQ(acks.find("m", nullptr), b);
}

TEST_F(AcksTest, UpToOneAreThoseBeforeItOfItsSubscription) {
    add(one, "a", 1);
    add(two, "b", 2);
    const Acks::Id third = add(one, "c", 3);
    add(one, "d", 4);
    EXPECT_EQ(numbers(acks.take_up_to(third)), (Numbers{1, 3}));
    EXPECT_EQ(acks.size(), 2u);
    EXPECT_TRUE(acks.find("b", &two));
    EXPECT_TRUE(acks.find("d", &one));
}

TEST_F(AcksTest, TheOldestSaysSinceWhenSomethingWaits) {
    EXPECT_EQ(acks.oldest(), base::never);
    const Acks::Id a = add(one, "a", 1);
    const base::TimePoint first = now;
    add(two, "b", 2);
    EXPECT_EQ(acks.oldest(), first);
    acks.take(a);
    EXPECT_EQ(acks.oldest(), first + 1s);
}

TEST_F(AcksTest, ThoseWithoutANumberAreCounted) {
    add(one, "a", 1, "numbered");
    const Acks::Id b = add(one, "b", 0, "four");
    add(one, "c", 0, "four");
    add(two, "d", 0, "four");
    EXPECT_EQ(acks.unnumbered(one).messages, 2u);
    EXPECT_EQ(acks.unnumbered(one).bytes, 2 * (8 + 4u));
    acks.take(b);
    EXPECT_EQ(acks.unnumbered(one).messages, 1u);
    EXPECT_EQ(acks.unnumbered(one).bytes, 8 + 4u);
}

TEST_F(AcksTest, WhatASubscriptionThatEndedWasGivenIsRememberedAsGivenBack) {
    const Acks::Id a = add(one, "a", 1);
    const Acks::Id b = add(two, "b", 2);
    acks.forget(one);
    EXPECT_EQ(acks.find(a), nullptr);
    EXPECT_TRUE(acks.was_given_back(a));
    EXPECT_TRUE(acks.was_given_back("a", "1"));
    EXPECT_FALSE(acks.was_given_back("a", "2"));
    EXPECT_FALSE(acks.was_given_back(b));
    EXPECT_EQ(acks.find(b), &two);
    EXPECT_EQ(acks.unnumbered(one).messages, 0u);
}

TEST_F(AcksTest, OnlyTheLastThousandGivenBackAreRemembered) {
    const Acks::Id first = add(one, "a", 1);
    const Acks::Id second = add(one, "a", 2);
    for (int i = 0; i < 999; ++i) add(one, "a", 3);
    acks.forget(one);
    EXPECT_FALSE(acks.was_given_back(first));
    EXPECT_TRUE(acks.was_given_back(second));
}

}  // namespace
}  // namespace stentor::session
