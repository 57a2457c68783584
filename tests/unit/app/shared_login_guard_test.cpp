#include "app/shared_login_guard.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace stentor::app {
namespace {

TEST(SharedLoginGuard, ShardsCountTogether) {
    SharedLoginGuard guard({}, 1);
    const base::TimePoint now = base::TimePoint{} + std::chrono::hours(1);
    std::vector<std::thread> shards;
    for (int shard = 0; shard < 4; ++shard)
        shards.emplace_back([&guard, now, shard] {
            for (int i = 0; i < 1'000; ++i) {
                auto attempt = guard.begin("192.0.2.1", std::to_string(shard * 1'000 + i));
                guard.end(attempt, guard.ask(attempt, now).kind == security::LoginGuard::Advice::Kind::check,
                          now);
            }
        });
    for (std::thread& shard : shards) shard.join();
    const security::LoginCounts counts = guard.counts();
    EXPECT_GE(counts.failed, 6U) << "the free ones, and the one that is one too many";
    EXPECT_LE(counts.failed, 9U) << "those that were under check meanwhile";
    EXPECT_EQ(counts.failed + counts.delayed + counts.refused, 4'000U);
    EXPECT_EQ(counts.waiting, 0U);
}

}  // namespace
}  // namespace stentor::app
