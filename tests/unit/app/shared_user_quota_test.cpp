#include "app/shared_user_quota.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace stentor::app {
namespace {

TEST(SharedUserQuota, EachUserHasAsManyAsThereMayBe) {
    const auto quota = std::make_shared<SharedUserQuota>(2);
    auto first = quota->take("alice");
    const auto second = quota->take("alice");
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(quota->take("alice"));
    EXPECT_EQ(quota->refused(), 1u);
    EXPECT_TRUE(quota->take("bob")) << "others have their own";
    first.reset();
    EXPECT_TRUE(quota->take("alice"));
}

TEST(SharedUserQuota, APlaceMayOutliveWhoGaveIt) {
    auto quota = std::make_shared<SharedUserQuota>(1);
    const auto place = quota->take("alice");
    quota.reset();
    EXPECT_TRUE(place);
}

TEST(SharedUserQuota, ShardsCountTogether) {
    const auto quota = std::make_shared<SharedUserQuota>(1'000);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            std::vector<session::UserQuota::Place> places;
            for (int i = 0; i < 500; ++i) places.push_back(quota->take("alice"));
        });
    for (std::thread& thread : threads) thread.join();
    std::vector<session::UserQuota::Place> places;
    for (int i = 0; i < 1'000; ++i) places.push_back(quota->take("alice"));
    EXPECT_TRUE(places.back());
    EXPECT_FALSE(quota->take("alice"));
}

}  // namespace
}  // namespace stentor::app
