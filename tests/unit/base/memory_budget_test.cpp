#include "base/memory_budget.hpp"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

constexpr MemoryMarks marks{.budget = 1'000};

TEST(MemoryGauge, EachMeasureBeginsAtItsMark) {
    MemoryGauge gauge(marks);
    EXPECT_EQ(gauge.update(699), MemoryMeasure::none);
    EXPECT_EQ(gauge.update(700), MemoryMeasure::slow_publishers);
    EXPECT_EQ(gauge.update(799), MemoryMeasure::slow_publishers);
    EXPECT_EQ(gauge.update(800), MemoryMeasure::refuse_connections);
    EXPECT_EQ(gauge.update(900), MemoryMeasure::close_consumers);
    EXPECT_FALSE(gauge.is_full());
    gauge.update(1'000);
    EXPECT_TRUE(gauge.is_full());
}

TEST(MemoryGauge, AndEndsWellBelowIt) {
    MemoryGauge gauge(marks);
    gauge.update(900);
    EXPECT_EQ(gauge.update(850), MemoryMeasure::close_consumers);
    EXPECT_EQ(gauge.update(849), MemoryMeasure::refuse_connections);
    EXPECT_EQ(gauge.update(750), MemoryMeasure::refuse_connections);
    EXPECT_EQ(gauge.update(749), MemoryMeasure::slow_publishers);
    EXPECT_EQ(gauge.update(650), MemoryMeasure::slow_publishers);
    EXPECT_EQ(gauge.update(649), MemoryMeasure::none);
    EXPECT_EQ(gauge.update(699), MemoryMeasure::none) << "and does not begin before its mark again";
}

TEST(MemoryGauge, AFloodBeginsWithAllMeasuresAndADrainEndsAll) {
    MemoryGauge gauge(marks);
    EXPECT_EQ(gauge.update(5'000), MemoryMeasure::close_consumers);
    EXPECT_EQ(gauge.update(0), MemoryMeasure::none);
}

TEST(MemoryGauge, TheExcessIsWhatHasToGoForAMeasureToEnd) {
    MemoryGauge gauge(marks);
    gauge.update(900);
    EXPECT_EQ(gauge.excess(MemoryMeasure::close_consumers), 51U);
    gauge.update(900 - 51);
    EXPECT_EQ(gauge.excess(MemoryMeasure::close_consumers), 0U);
    EXPECT_NE(gauge.measure(), MemoryMeasure::close_consumers);
}

TEST(MemoryGauge, PublishersWaitTheLongerTheLessIsLeft) {
    MemoryGauge gauge(marks);
    Duration before{};
    for (const std::size_t used : {700U, 750U, 850U, 1'000U}) {
        gauge.update(used);
        EXPECT_GT(gauge.pause(), before);
        before = gauge.pause();
    }
    EXPECT_EQ(before, std::chrono::milliseconds(500));
    gauge.update(100'000);
    EXPECT_EQ(gauge.pause(), before);
}

}  // namespace
}  // namespace stentor::base
