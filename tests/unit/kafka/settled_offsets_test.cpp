#include "kafka/settled_offsets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace stentor::kafka {
namespace {

TEST(SettledOffsets, TheLowestThatIsNotSettledIsCommitted) {
    SettledOffsets offsets;
    for (const int offset : {10, 11, 13}) offsets.take(offset);
    EXPECT_EQ(offsets.committable(), -1);
    EXPECT_FALSE(offsets.settle(11));
    EXPECT_EQ(offsets.committable(), -1);
    EXPECT_TRUE(offsets.settle(10));
    EXPECT_EQ(offsets.committable(), 12);
    EXPECT_TRUE(offsets.settle(13));
    EXPECT_EQ(offsets.committable(), 14);
    EXPECT_EQ(offsets.open(), 0U);
}

TEST(SettledOffsets, WhatWasNotTakenOrIsSettledIsIgnored) {
    SettledOffsets offsets;
    offsets.take(5);
    EXPECT_FALSE(offsets.settle(4));
    EXPECT_TRUE(offsets.settle(5));
    EXPECT_FALSE(offsets.settle(5));
    EXPECT_EQ(offsets.committable(), 6);
}

TEST(SettledOffsets, InAnyOrderNothingOpenIsEverCommitted) {
    std::mt19937 random(7);
    for (int round = 0; round < 100; ++round) {
        std::vector<std::int64_t> all;
        SettledOffsets offsets;
        for (std::int64_t offset = 0; all.size() < 50;
             offset += 1 + static_cast<std::int64_t>(random() % 3)) {
            offsets.take(offset);
            all.push_back(offset);
        }
        std::set<std::int64_t> open(all.begin(), all.end());
        std::ranges::shuffle(all, random);
        for (const std::int64_t offset : all) {
            offsets.settle(offset);
            open.erase(offset);
            const std::int64_t lowest = open.empty() ? offsets.committable() : *open.begin();
            EXPECT_LE(offsets.committable(), lowest);
        }
        EXPECT_EQ(offsets.open(), 0U);
    }
}

}  // namespace
}  // namespace stentor::kafka
