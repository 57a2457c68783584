#include "broker/rests.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;

class RestsTest : public ::testing::Test {
protected:
    std::vector<std::string> woken_by(base::Duration later) {
        woken_.clear();
        timers_.run_due(now_ += later);
        return woken_;
    }

    base::TimePoint now_{1h};
    base::TimerQueue timers_;
    std::vector<std::string> woken_;
    Rests rests_{timers_, [this](const Rests::Where& where, base::TimePoint now) {
                     EXPECT_EQ(now, now_);
                     woken_.push_back(where.queue + std::to_string(where.consumer));
                     if (again_ != base::never) rests_.add(std::exchange(again_, base::never), where);
                 }};
    base::TimePoint again_ = base::never;
};

TEST_F(RestsTest, EachIsWokenWhenItsTimeHasCome) {
    rests_.add(now_ + 20ms, {"later"});
    rests_.add(now_ + 10ms, {"sooner"});
    rests_.add(now_ + 10ms, {{}, 7});
    EXPECT_EQ(woken_by(9ms), std::vector<std::string>{});
    EXPECT_EQ(woken_by(1ms), (std::vector<std::string>{"7", "sooner0"}));
    EXPECT_EQ(woken_by(10ms), std::vector<std::string>{"later0"});
    EXPECT_EQ(rests_.size(), 0U);
}

TEST_F(RestsTest, TheSameTwiceCountsOnce) {
    for (int i = 0; i < 3; ++i) rests_.add(now_ + 10ms, {"x"});
    EXPECT_EQ(rests_.size(), 1U);
    EXPECT_EQ(woken_by(10ms), std::vector<std::string>{"x0"});
}

TEST_F(RestsTest, WhatIsWokenMayRestAgain) {
    rests_.add(now_ + 10ms, {"x"});
    again_ = now_ + 15ms;
    EXPECT_EQ(woken_by(10ms), std::vector<std::string>{"x0"});
    EXPECT_EQ(woken_by(4ms), std::vector<std::string>{});
    EXPECT_EQ(woken_by(1ms), std::vector<std::string>{"x0"});
}

}  // namespace
}  // namespace stentor::broker
