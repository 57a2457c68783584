#include "net/system_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace stentor::net {
namespace {

TEST(SystemRandom, FillsEveryByteAnewEachTime) {
    SystemRandom random;
    std::vector<std::byte> seen(100'000), again(100'000);
    random.fill(seen);
    random.fill(again);
    EXPECT_NE(seen, again);
    EXPECT_FALSE(std::ranges::equal(std::span(seen).last(1000), std::vector<std::byte>(1000)));
    random.fill({});
}

}  // namespace
}  // namespace stentor::net
