#include "transport/control_frame_budget.hpp"

#include <gtest/gtest.h>

namespace stentor::transport {
namespace {

using namespace std::chrono_literals;

constexpr ControlFrameLimits limits{.per_second = 20, .burst = 60};
constexpr base::TimePoint start = base::TimePoint{} + 1h;

TEST(ControlFrameBudgetW13, ABurstAndNoMore) {
    ControlFrameBudget budget(start);
    for (int i = 0; i < 60; ++i) EXPECT_TRUE(budget.take(limits, start)) << i;
    EXPECT_FALSE(budget.take(limits, start));
    EXPECT_FALSE(budget.take(limits, start + 49ms));
}

TEST(ControlFrameBudgetW13, OneComesBackEvery50Milliseconds) {
    ControlFrameBudget budget(start);
    while (budget.take(limits, start)) {}
    for (int i = 1; i <= 100; ++i) {
        EXPECT_TRUE(budget.take(limits, start + i * 50ms)) << i;
        EXPECT_FALSE(budget.take(limits, start + i * 50ms)) << i;
    }
}

TEST(ControlFrameBudgetW13, AQuietTimeSavesNoMoreThanABurst) {
    ControlFrameBudget budget(start);
    int taken = 0;
    while (budget.take(limits, start + 1h)) ++taken;
    EXPECT_EQ(taken, 60);
}

}  // namespace
}  // namespace stentor::transport
