#include "app/memory_guard.hpp"

#include <gtest/gtest.h>

namespace stentor::app {
namespace {

using base::MemoryMeasure;

class MemoryGuardTest : public ::testing::Test {
protected:
    MemoryGuard guard(unsigned self, std::size_t& own) {
        return {base::MemoryMarks{.budget = 1'000}, ledger, self, [&own] { return own; }};
    }

    std::shared_ptr<MemoryLedger> ledger = std::make_shared<MemoryLedger>(2U);
    std::size_t one = 0;
    std::size_t two = 0;
    MemoryGuard first = guard(0, one);
    MemoryGuard second = guard(1, two);
};

TEST_F(MemoryGuardTest, GoesByWhatAllShardsUse) {
    one = 400;
    EXPECT_FALSE(first.slows_publishers());
    two = 400;
    EXPECT_TRUE(second.slows_publishers());
    EXPECT_TRUE(second.refuses_connections());
    EXPECT_TRUE(first.refuses_connections());
    one = 0;
    EXPECT_FALSE(first.slows_publishers());
    EXPECT_FALSE(second.slows_publishers());
}

TEST_F(MemoryGuardTest, TheSlowestIsOneOfAllShards) {
    EXPECT_TRUE(first.is_slowest(5));
    EXPECT_TRUE(second.is_slowest(6));
    EXPECT_FALSE(first.is_slowest(5));
    EXPECT_FALSE(second.is_slowest(0)) << "nobody waits there";
    EXPECT_TRUE(first.is_slowest(5));
}

TEST_F(MemoryGuardTest, LooksMoreOftenWhileSomethingIsDone) {
    EXPECT_EQ(first.interval(), std::chrono::milliseconds(100));
    one = 700;
    first.look();
    EXPECT_EQ(first.interval(), std::chrono::milliseconds(10));
}

TEST_F(MemoryGuardTest, EachMarkIsSaidOnceWhenItIsPassedAndOnceWhenItIsLeft) {
    testing::internal::CaptureStderr();
    for (const std::size_t used : {700U, 710U, 760U, 700U, 660U, 600U, 600U, 950U, 0U}) {
        one = used;
        first.look();
        second.look();
    }
    const std::string said = testing::internal::GetCapturedStderr();
    std::size_t lines = 0;
    for (const char c : said) lines += c == '\n' ? 1 : 0;
    EXPECT_EQ(lines, 4U) << said;
    EXPECT_NE(said.find("memory_mark_passed measure=slow_publishers used=700"), std::string::npos) << said;
    EXPECT_NE(said.find("memory_mark_left measure=slow_publishers used=600"), std::string::npos) << said;
    EXPECT_NE(said.find("memory_mark_passed measure=close_consumers used=950"), std::string::npos) << said;
}

}  // namespace
}  // namespace stentor::app
