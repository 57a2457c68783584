#include "net/connection_quota.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace stentor::net {
namespace {

using namespace std::chrono_literals;
using Answer = ConnectionQuota::Answer;

constexpr base::TimePoint start = base::TimePoint{} + 1h;

class ConnectionQuotaTest : public ::testing::Test {
protected:
    Answer take(ConnectionQuota& quota, const std::string& address, base::TimePoint now = start) {
        ConnectionPlace place;
        const Answer answer = quota.take(IpAddress::parse(address), now, place);
        if (answer == Answer::granted) held_.push_back(std::move(place));
        return answer;
    }
    int granted(ConnectionQuota& quota, const std::string& address, base::TimePoint now, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += take(quota, address, now) == Answer::granted ? 1 : 0;
        return count;
    }

    std::vector<ConnectionPlace> held_;
};

TEST_F(ConnectionQuotaTest, NoMoreThanTheMostUntilOneEnds) {
    ConnectionQuota quota({.connections = 2});
    EXPECT_EQ(take(quota, "10.0.0.1"), Answer::granted);
    EXPECT_EQ(take(quota, "not counted for an address"), Answer::granted);
    EXPECT_EQ(take(quota, "10.0.0.3"), Answer::too_many);
    held_.pop_back();
    EXPECT_EQ(take(quota, "10.0.0.3"), Answer::granted);
    held_.clear();
    EXPECT_EQ(quota.connections(), 0U);
}

TEST_F(ConnectionQuotaTest, NoMoreOfAnAddressThanItsOwnUntilOneEnds) {
    ConnectionQuota quota({.per_address = 3, .rate = 1'000, .burst = 1'000});
    EXPECT_EQ(granted(quota, "10.0.0.1:1", start, 5), 3);
    EXPECT_EQ(take(quota, "10.0.0.1:2"), Answer::too_many_of_address);
    EXPECT_EQ(take(quota, "10.0.0.2:2"), Answer::granted);
    held_.erase(held_.begin());
    EXPECT_EQ(take(quota, "10.0.0.1:2"), Answer::granted);
    EXPECT_EQ(quota.connections(), 4U);
}

TEST_F(ConnectionQuotaTest, AnIpv6NetworkIsOneAddress) {
    ConnectionQuota quota({.per_address = 1});
    EXPECT_EQ(take(quota, "[2001:db8:1:2::1]:1"), Answer::granted);
    EXPECT_EQ(take(quota, "[2001:db8:1:2:ffff::9]:1"), Answer::too_many_of_address);
    EXPECT_EQ(take(quota, "[2001:db8:1:3::1]:1"), Answer::granted);
}

TEST_F(ConnectionQuotaTest, OneAddressOpensABurstAndThenSoManyASecond) {
    ConnectionQuota quota({.per_address = 100'000, .rate = 50, .burst = 100});
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 150), 100);
    EXPECT_EQ(take(quota, "10.0.0.1"), Answer::too_fast);
    EXPECT_EQ(granted(quota, "10.0.0.1", start + 1s, 150), 50);
    EXPECT_EQ(granted(quota, "10.0.0.2", start + 1s, 1), 1);
    EXPECT_EQ(granted(quota, "10.0.0.1", start + 1h, 150), 100);
}

TEST_F(ConnectionQuotaTest, WhatIsRefusedCountsNowhere) {
    ConnectionQuota quota({.per_address = 1, .rate = 50, .burst = 2});
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 100), 1);
    EXPECT_EQ(quota.connections(), 1U);
    held_.clear();
    EXPECT_EQ(take(quota, "10.0.0.1"), Answer::granted) << "the burst is not used up by what was refused";
}

/// 16,384 slots, 200 addresses at their limit: with one slot each, 1 % of the others would be refused.
TEST_F(ConnectionQuotaTest, OthersAreNotRefusedForThoseWhoUseUpTheirOwn) {
    ConnectionQuota quota({.per_address = 1}, 17);
    for (int i = 0; i < 200; ++i) ASSERT_EQ(take(quota, "10.1.0." + std::to_string(i)), Answer::granted);
    int refused = 0;
    for (int i = 0; i < 200; ++i) {
        const std::size_t before = held_.size();
        refused += take(quota, "10.2.0." + std::to_string(i)) == Answer::granted ? 0 : 1;
        held_.resize(before);
    }
    EXPECT_EQ(refused, 0);
}

TEST_F(ConnectionQuotaTest, APlaceIsGivenBackOnceHoweverItMoves) {
    ConnectionQuota quota({});
    ASSERT_EQ(take(quota, "10.0.0.1"), Answer::granted);
    {
        ConnectionPlace first = std::move(held_.front());
        ConnectionPlace second;
        second = std::move(first);
        EXPECT_EQ(quota.connections(), 1U);
    }
    held_.clear();
    EXPECT_EQ(quota.connections(), 0U);
}

TEST_F(ConnectionQuotaTest, PlacesAreGivenBackOnAnyThread) {
    ConnectionQuota quota({.per_address = 400, .rate = 10'000, .burst = 10'000});
    ASSERT_EQ(granted(quota, "10.0.0.1", start, 500), 400);
    std::vector<std::thread> shards;
    for (int i = 0; i < 4; ++i) {
        std::vector<ConnectionPlace> part;
        for (int j = 0; j < 100; ++j) {
            part.push_back(std::move(held_.back()));
            held_.pop_back();
        }
        shards.emplace_back([part = std::move(part)]() mutable { part.clear(); });
    }
    for (std::thread& shard : shards) shard.join();
    EXPECT_EQ(quota.connections(), 0U);
    EXPECT_EQ(granted(quota, "10.0.0.1", start, 500), 400);
}

}  // namespace
}  // namespace stentor::net
