#include "transport/sockjs_quota.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace stentor::transport {
namespace {

using namespace std::chrono_literals;
using Answer = SockjsQuota::Answer;

constexpr base::TimePoint start = base::TimePoint{} + 1h;

int granted(SockjsQuota& quota, std::string_view address, base::TimePoint now, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += quota.take(address, now) == Answer::granted ? 1 : 0;
    return count;
}

TEST(SockjsS18, OneAddressOpensABurstAndThenSoManyASecond) {
    SockjsQuota quota({.sessions = 1'000, .rate = 20, .burst = 100});
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 150), 100);
    EXPECT_EQ(quota.take("10.0.0.1", start), Answer::too_fast);
    EXPECT_EQ(granted(quota, "10.0.0.1", start + 1s, 150), 20);
    EXPECT_EQ(granted(quota, "10.0.0.1", start + 1s + 49ms, 1), 0);
    EXPECT_EQ(granted(quota, "10.0.0.1", start + 1s + 50ms, 2), 1);
    EXPECT_EQ(granted(quota, "10.0.0.1", start + 1h, 150), 100);
}

TEST(SockjsS18, AnotherAddressIsNotConcerned) {
    SockjsQuota quota({.sessions = 1'000, .rate = 20, .burst = 1});
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 5), 1);
    EXPECT_EQ(granted(quota, "10.0.0.2", start, 5), 1);
}

TEST(SockjsS18, AnIpv6NetworkCountsAsOneAddress) {
    SockjsQuota quota({.sessions = 1'000, .rate = 20, .burst = 1});
    EXPECT_EQ(granted(quota, "[2001:db8:1:2::1]", start, 1), 1);
    EXPECT_EQ(granted(quota, "[2001:db8:1:2:ffff::9]", start, 1), 0);
    EXPECT_EQ(granted(quota, "[2001:db8:1:3::1]", start, 1), 1);
    EXPECT_EQ(granted(quota, "[::ffff:10.0.0.1]", start, 1), 1);
    EXPECT_EQ(granted(quota, "[::ffff:10.0.0.2]", start, 1), 1) << "these are IPv4 addresses";
    EXPECT_EQ(granted(quota, "[nonsense]", start, 1), 1);
}

TEST(SockjsS18, NoMoreSessionsThanTheCapUntilOneEnds) {
    const auto quota = std::make_shared<SockjsQuota>(SockjsQuota::Limits{3, 20, 100});
    EXPECT_EQ(granted(*quota, "10.0.0.1", start, 3), 3);
    EXPECT_EQ(quota->take("10.0.0.2", start), Answer::too_many);
    { const SockjsPlace ended(quota); }
    EXPECT_EQ(quota->take("10.0.0.2", start), Answer::granted);
    EXPECT_EQ(quota->sessions(), 3U);
}

TEST(SockjsS18, WhatIsRefusedTakesNoPlace) {
    SockjsQuota quota({.sessions = 3, .rate = 1, .burst = 1});
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 10), 1);
    EXPECT_EQ(quota.sessions(), 1U);
}

TEST(SockjsS18, APlaceIsGivenBackOnceHoweverItMoves) {
    const auto quota = std::make_shared<SockjsQuota>(SockjsQuota::Limits{});
    ASSERT_EQ(quota->take("10.0.0.1", start), Answer::granted);
    {
        SockjsPlace place(quota);
        const SockjsPlace moved(std::move(place));
        EXPECT_EQ(quota->sessions(), 1U);
    }
    EXPECT_EQ(quota->sessions(), 0U);
}

TEST(SockjsQuota, LimitsOfZeroLeaveOne) {
    SockjsQuota quota({.sessions = 10, .rate = 0, .burst = 0});
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 5), 1);
}

TEST(SockjsQuota, ShardsTogetherGetNoMoreThanOneWould) {
    SockjsQuota quota({.sessions = 10'000, .rate = 20, .burst = 100});
    std::vector<std::thread> shards;
    std::atomic<int> count = 0;
    for (int i = 0; i < 4; ++i)
        shards.emplace_back([&] { count += granted(quota, "10.0.0.1", start, 1'000); });
    for (std::thread& shard : shards) shard.join();
    EXPECT_EQ(count, 100);
    EXPECT_EQ(quota.sessions(), 100U);
}

}  // namespace
}  // namespace stentor::transport
