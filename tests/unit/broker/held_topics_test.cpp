#include "broker/held_topics.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using test::message;
using Bodies = std::vector<std::string>;

class HeldTopicsTest : public ::testing::Test {
protected:
    HeldTopicsTest() { later(1h); }

    /// Another turn, that much later.
    void later(base::Duration time) {
        now_ += time;
        timers_.run_due(now_);
    }
    void publish(const std::string& body, const std::string& destination = "/topic/x") {
        held().deliver(message(destination, body));
    }
    /// What came out since it was asked last.
    Bodies out() { return std::exchange(out_, {}); }
    HeldTopics& held() {
        if (!held_)
            held_.emplace(rules_, timers_, [this](std::span<const MessagePtr> sent) {
                for (const MessagePtr& each : sent) out_.push_back(each->body);
                return subscribed_;
            });
        return *held_;
    }
    static HoldRule rule(std::string_view destinations) {
        return {messaging::DestinationPattern::parse(destinations).value(), 1ms};
    }

    std::vector<HoldRule> rules_{rule("/topic/**")};
    std::size_t subscribed_ = 1;
    base::TimerQueue timers_;
    base::TimePoint now_{};
    Bodies out_;
    std::optional<HeldTopics> held_;
};

TEST_F(HeldTopicsTest, WithoutRulesNothingWaits) {
    rules_.clear();
    EXPECT_TRUE(held().off());
    publish("1");
    later(100us);
    publish("2");
    EXPECT_EQ(out(), (Bodies{"1", "2"}));
    EXPECT_EQ(held().size(), 0U);
}

TEST_F(HeldTopicsTest, AMessageAfterAQuietTimeGoesAtOnce) {
    publish("1");
    EXPECT_EQ(out(), Bodies{"1"});
    later(1ms);
    publish("2");
    EXPECT_EQ(out(), Bodies{"2"});
}

TEST_F(HeldTopicsTest, WhatComesSoonerWaitsUntilTheHoldIsOverAndGoesTogetherInOrder) {
    publish("1");
    later(300us);
    publish("2");
    later(300us);
    publish("3");
    EXPECT_EQ(out(), Bodies{"1"});
    EXPECT_EQ(held().waiting(), 2U);
    later(400us);
    EXPECT_EQ(out(), (Bodies{"2", "3"}));
    later(999us);
    publish("4");
    EXPECT_EQ(out(), Bodies{}) << "that was a delivery too";
    later(1us);
    EXPECT_EQ(out(), Bodies{"4"});
}

/// The turn's write carries it.
TEST_F(HeldTopicsTest, WhatComesInTheTurnOfADeliveryGoesWithIt) {
    publish("1");
    publish("2");
    EXPECT_EQ(out(), (Bodies{"1", "2"}));
    later(500us);
    publish("3");
    later(500us);
    publish("4");
    EXPECT_EQ(out(), (Bodies{"3", "4"}));
}

TEST_F(HeldTopicsTest, EachDestinationHasItsOwnTime) {
    publish("1");
    later(500us);
    publish("2");
    publish("a", "/topic/a");
    EXPECT_EQ(out(), (Bodies{"1", "a"}));
    later(300us);
    publish("b", "/topic/a");
    later(200us);
    EXPECT_EQ(out(), Bodies{"2"});
    later(500us);
    EXPECT_EQ(out(), Bodies{"b"});
}

TEST_F(HeldTopicsTest, OnlyDestinationsOfARuleWait) {
    rules_ = {rule("/topic/x"), rule("/topic/y/*")};
    for (const char* destination : {"/topic/z", "/topic/y", "/topic/y/a/b"}) {
        publish("1", destination);
        later(1us);
        publish("2", destination);
        EXPECT_EQ(out(), (Bodies{"1", "2"})) << destination;
    }
    publish("1", "/topic/y/a");
    later(1us);
    publish("2", "/topic/y/a");
    EXPECT_EQ(out(), Bodies{"1"});
}

TEST_F(HeldTopicsTest, TheFirstRuleCounts) {
    rules_ = {rule("/topic/x"), rule("/topic/**")};
    rules_[1].hold = 10ms;
    publish("x1", "/topic/x");
    publish("y1", "/topic/y");
    later(100us);
    publish("x2", "/topic/x");
    publish("y2", "/topic/y");
    EXPECT_EQ(out(), (Bodies{"x1", "y1"}));
    later(900us);
    EXPECT_EQ(out(), Bodies{"x2"});
    later(9ms);
    EXPECT_EQ(out(), Bodies{"y2"});
}

TEST_F(HeldTopicsTest, AChangeOfSubscriptionsFlushesWhatTheyAreAbout) {
    for (const char* destination : {"/topic/x", "/topic/y", "/topic/z/1"}) publish("first", destination);
    later(100us);
    for (const char* destination : {"/topic/x", "/topic/y", "/topic/z/1"}) publish(destination, destination);
    out();
    held().flush("/topic/y");
    EXPECT_EQ(out(), Bodies{"/topic/y"});
    held().flush("/topic/unheard/of");
    EXPECT_EQ(out(), Bodies{});
    held().flush("/topic/*");
    EXPECT_EQ(out(), Bodies{"/topic/x"});
    held().flush("/**");
    EXPECT_EQ(out(), Bodies{"/topic/z/1"});
    EXPECT_EQ(held().waiting(), 0U);
}

TEST_F(HeldTopicsTest, NoMoreMessagesWaitThanMay) {
    rules_[0].max_messages = 3;
    publish("0");
    later(1us);
    for (const char* body : {"1", "2", "3"}) publish(body);
    EXPECT_EQ(out(), (Bodies{"0", "1", "2", "3"}));
    later(1us);
    publish("4");
    EXPECT_EQ(out(), Bodies{}) << "it holds on";
    EXPECT_EQ(held().waiting(), 1U);
}

TEST_F(HeldTopicsTest, NoMoreBytesWaitThanMayOfAllDestinationsTogether) {
    rules_[0].max_bytes = 20'000;
    for (int i = 0; i < 10; ++i) publish("first", "/topic/" + std::to_string(i));
    later(1us);
    out();
    for (int i = 0; i < 10; ++i) {
        publish(std::string(3'000, 'b'), "/topic/" + std::to_string(i));
        EXPECT_LE(held().waiting() * 3'000, 20'000U);
    }
    later(1ms);
    EXPECT_EQ(out().size(), 10U);
}

/// Their names are the clients' choice.
TEST_F(HeldTopicsTest, DestinationsThatAreDeliveredToOnceDoNotPileUp) {
    rules_[0].max_bytes = 100'000;
    for (int i = 0; i < 10'000; ++i) publish("m", "/topic/" + std::to_string(i));
    EXPECT_LE(held().size(), 1'000U);
    later(1ms);
    EXPECT_EQ(held().size(), 0U);
}

TEST_F(HeldTopicsTest, WhatNobodySubscribedToIsNotRemembered) {
    subscribed_ = 0;
    publish("1");
    EXPECT_EQ(held().size(), 0U);
    subscribed_ = 1;
    publish("2");
    later(1us);
    publish("3");
    subscribed_ = 0;
    held().flush("/topic/x");
    EXPECT_EQ(held().size(), 0U);
    EXPECT_EQ(out(), (Bodies{"1", "2", "3"}));
}

TEST_F(HeldTopicsTest, AQuietDestinationIsForgotten) {
    publish("1");
    later(500us);
    publish("2");
    later(500us);
    EXPECT_EQ(held().size(), 1U);
    later(1ms);
    EXPECT_EQ(held().size(), 0U);
    EXPECT_EQ(timers_.next_deadline(), base::never) << "nobody is woken for nothing";
}

/// A turn may begin late, and the timers' ticks are coarse.
TEST_F(HeldTopicsTest, AMessageOfATurnThatIsLateDoesNotWaitOnceMore) {
    publish("1");
    later(500us);
    publish("2");
    later(5ms);
    publish("3");
    EXPECT_EQ(out(), (Bodies{"1", "2", "3"}));
}

}  // namespace
}  // namespace stentor::broker
