#include "session/frame_rate.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

using namespace std::chrono_literals;

int taken(FrameRate& rate, base::TimePoint now, int wanted) {
    int count = 0;
    for (int i = 0; i < wanted; ++i) count += rate.take(now) ? 1 : 0;
    return count;
}

TEST(FrameRate, IsNotLimitedUnlessGiven) {
    FrameRate rate({});
    EXPECT_EQ(taken(rate, base::TimePoint{} + 1h, 100'000), 100'000);
}

TEST(FrameRate, ABurstMayComeAtOnce) {
    FrameRate rate({200, 1000});
    EXPECT_EQ(taken(rate, base::TimePoint{} + 1h, 5000), 1000);
}

TEST(FrameRate, IsRefilledSteadily) {
    FrameRate rate({200, 1000});
    base::TimePoint now = base::TimePoint{} + 1h;
    EXPECT_EQ(taken(rate, now, 5000), 1000);
    EXPECT_EQ(taken(rate, now += 5ms, 5000), 1);
    EXPECT_EQ(taken(rate, now += 1s, 5000), 200);
    EXPECT_EQ(taken(rate, now += 24h, 5000), 1000) << "not more than the burst";
}

TEST(FrameRate, TheLargestSettingsAreNoLimit) {
    const std::size_t most = std::size_t{1} << 40;
    FrameRate fast({most, 1});
    EXPECT_EQ(taken(fast, base::TimePoint{} + 1h, 5000), 5000);
    FrameRate slow({1, most});
    EXPECT_EQ(taken(slow, base::TimePoint{} + 1h, 5000), 5000);
}

TEST(FrameRate, WhoKeepsToItIsNeverStopped) {
    FrameRate rate({200, 1});
    base::TimePoint now = base::TimePoint{} + 1h;
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(rate.take(now += 5ms)) << i;
}

}  // namespace
}  // namespace stentor::session
