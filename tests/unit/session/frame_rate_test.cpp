#include "session/frame_rate.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

using namespace std::chrono_literals;

int taken(FrameRate& rate, const RateLimit& limit, base::TimePoint now, int wanted) {
    int count = 0;
    for (int i = 0; i < wanted; ++i) count += rate.take(limit, now) ? 1 : 0;
    return count;
}

TEST(FrameRate, IsNotLimitedUnlessGiven) {
    const RateLimit limit{};
    FrameRate rate;
    EXPECT_EQ(taken(rate, limit, base::TimePoint{} + 1h, 100'000), 100'000);
}

TEST(FrameRate, ABurstMayComeAtOnce) {
    const RateLimit limit{200, 1000};
    FrameRate rate;
    EXPECT_EQ(taken(rate, limit, base::TimePoint{} + 1h, 5000), 1000);
}

TEST(FrameRate, IsRefilledSteadily) {
    const RateLimit limit{200, 1000};
    FrameRate rate;
    base::TimePoint now = base::TimePoint{} + 1h;
    EXPECT_EQ(taken(rate, limit, now, 5000), 1000);
    EXPECT_EQ(taken(rate, limit, now += 5ms, 5000), 1);
    EXPECT_EQ(taken(rate, limit, now += 1s, 5000), 200);
    EXPECT_EQ(taken(rate, limit, now += 24h, 5000), 1000) << "not more than the burst";
}

TEST(FrameRate, TheLargestSettingsAreNoLimit) {
    const std::size_t most = std::size_t{1} << 40;
    const RateLimit fast_limit{most, 1};
    FrameRate fast;
    EXPECT_EQ(taken(fast, fast_limit, base::TimePoint{} + 1h, 5000), 5000);
    const RateLimit slow_limit{1, most};
    FrameRate slow;
    EXPECT_EQ(taken(slow, slow_limit, base::TimePoint{} + 1h, 5000), 5000);
}

TEST(FrameRate, WhoKeepsToItIsNeverStopped) {
    const RateLimit limit{200, 1};
    FrameRate rate;
    base::TimePoint now = base::TimePoint{} + 1h;
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(rate.take(limit, now += 5ms)) << i;
}

}  // namespace
}  // namespace stentor::session
