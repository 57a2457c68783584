#include "app/standstills.hpp"

#include <gtest/gtest.h>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint begin = base::TimePoint{} + 1h;

TEST(Standstills, AreTurnsThatComeASecondTooLate) {
    Standstills standstills;
    standstills.look(begin, begin);
    EXPECT_EQ(standstills.look(begin + 1999ms, begin + 1s), 0s);
    EXPECT_EQ(standstills.look(begin + 9s, begin + 8s), 1s);
    EXPECT_EQ(standstills.look(begin + 80s, begin + 20s), 60s);
    EXPECT_EQ(standstills.sum(), 61s);
}

TEST(Standstills, AreNoneWhereTheyFollowEachOther) {
    Standstills standstills;
    standstills.look(begin, begin);
    EXPECT_EQ(standstills.look(begin + 2s, begin), 2s);
    for (int i = 2; i <= 5; ++i) EXPECT_EQ(standstills.look(begin + i * 2s, begin), 0s);
    EXPECT_EQ(standstills.look(begin + 14s, begin + 12s), 2s);
}

TEST(Standstills, AreNotWhatPassedBeforeTheFirstTurn) {
    Standstills standstills;
    EXPECT_EQ(standstills.look(begin, base::TimePoint{}), 0s);
    EXPECT_EQ(standstills.sum(), 0s);
}

TEST(Standstills, CountFromTheLastTurnForWhatIsDueAtOnce) {
    Standstills standstills;
    standstills.look(begin, begin);
    EXPECT_EQ(standstills.look(begin + 500ms, base::TimePoint{}), 0s);
    EXPECT_EQ(standstills.look(begin + 2500ms, base::TimePoint{}), 2s);
}

TEST(Standstills, AreNoneWhereNothingIsDue) {
    Standstills standstills;
    standstills.look(begin, begin);
    EXPECT_EQ(standstills.look(begin + 1h, base::never), 0s);
}

}  // namespace
}  // namespace stentor::app
