#include "net/system_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <thread>
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

TEST(SystemRandom, GivesNoNumberTwiceToWhateverThread) {
    std::vector<std::array<std::byte, 16>> ids(4'000);
    const auto fill = [&](std::size_t from) {
        SystemRandom random;
        for (std::size_t i = from; i < from + ids.size() / 2; ++i) random.fill(ids[i]);
    };
    std::thread other([&] { fill(ids.size() / 2); });
    fill(0);
    other.join();
    std::ranges::sort(ids);
    EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
    EXPECT_NE(ids.front(), (std::array<std::byte, 16>{})) << "nothing is left as it was";
}

TEST(SystemRandom, NumbersOfAnySizeAreFilled) {
    SystemRandom random;
    for (const std::size_t size : {1U, 2U, 63U, 64U, 65U, 255U, 256U, 257U})
        for (int i = 0; i < 20; ++i) {
            std::vector<std::byte> ever(size);
            for (int attempt = 0; attempt < 20; ++attempt) {
                std::vector<std::byte> bytes(size);
                random.fill(bytes);
                std::ranges::transform(ever, bytes, ever.begin(), std::bit_or<>());
            }
            EXPECT_EQ(std::ranges::count(ever, std::byte{}), 0) << size;
        }
}

}  // namespace
}  // namespace stentor::net
