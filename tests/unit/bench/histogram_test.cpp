#include "histogram.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

namespace stentor::bench {
namespace {

TEST(BenchHistogram, IsZeroWhileNothingIsRecorded) {
    const Histogram histogram;
    EXPECT_EQ(histogram.percentile(0.5), 0U);
    EXPECT_EQ(histogram.largest(), 0U);
}

TEST(BenchHistogram, SmallValuesAreExact) {
    Histogram histogram;
    for (std::uint64_t value = 1; value <= 200; ++value) histogram.record(value);
    EXPECT_EQ(histogram.percentile(0), 1U);
    EXPECT_EQ(histogram.percentile(0.5), 100U);
    EXPECT_EQ(histogram.percentile(0.99), 198U);
    EXPECT_EQ(histogram.percentile(1), 200U);
}

TEST(BenchHistogram, LargeValuesAreWithinOneIn128) {
    for (std::uint64_t value = 1; value < 1ULL << 60; value = value * 3 + 1) {
        Histogram histogram;
        histogram.record(value);
        histogram.record(std::numeric_limits<std::uint64_t>::max());
        EXPECT_GE(histogram.percentile(0.5), value);
        EXPECT_LE(histogram.percentile(0.5), value + value / 128);
    }
}

TEST(BenchHistogram, TheLargestIsExactAndNoPercentileExceedsIt) {
    Histogram histogram;
    histogram.record(1'000'001);
    EXPECT_EQ(histogram.percentile(0.999), 1'000'001U);
    EXPECT_EQ(histogram.largest(), 1'000'001U);
    histogram.record(std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(histogram.percentile(1), std::numeric_limits<std::uint64_t>::max());
}

TEST(BenchHistogram, PercentilesOfManyValuesAreThoseOfTheSortedOnes) {
    Histogram histogram;
    for (std::uint64_t i = 1; i <= 100'000; ++i) histogram.record(i * 1'000);
    EXPECT_NEAR(static_cast<double>(histogram.percentile(0.5)), 50e6, 50e6 / 128);
    EXPECT_NEAR(static_cast<double>(histogram.percentile(0.99)), 99e6, 99e6 / 128);
    EXPECT_EQ(histogram.total(), 100'000U);
}

}  // namespace
}  // namespace stentor::bench
