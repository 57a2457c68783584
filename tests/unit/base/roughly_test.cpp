#include "base/roughly.hpp"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start = TimePoint{} + 1h;

TEST(Roughly, IsTheNextOfTheSharedMoments) {
    EXPECT_EQ(roughly(start), start);
    EXPECT_EQ(roughly(start + 1ns), start + 50ms);
    EXPECT_EQ(roughly(start + 50ms - 1ns), start + 50ms);
    EXPECT_EQ(roughly(start + 50ms), start + 50ms);
    EXPECT_EQ(roughly(start + 9s), start + 9s) << "where heart-beats began at one, they stay";
}

TEST(Roughly, NeverIsNever) {
    EXPECT_EQ(roughly(never), never);
    EXPECT_EQ(roughly(never - 1ns), never);
}

}  // namespace
}  // namespace stentor::base
