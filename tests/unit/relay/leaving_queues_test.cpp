#include "relay/leaving_queues.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using ::testing::ElementsAre;

TEST(LeavingQueues, WhatComesBeforeTheEndGoesBackToo) {
    LeavingQueues leaving;
    leaving.start(7, "/queue/a", {"1", "2"});
    EXPECT_TRUE(leaving.has("/queue/a"));
    EXPECT_TRUE(leaving.add(7, "3"));
    EXPECT_FALSE(leaving.add(8, "4")) << "that one does not leave";
    EXPECT_TRUE(leaving.has(7));
    EXPECT_FALSE(leaving.has(8));
    EXPECT_TRUE(leaving.end(7));
    EXPECT_FALSE(leaving.end(7));
    EXPECT_FALSE(leaving.end(8));
    const auto left = leaving.finish(7);
    ASSERT_TRUE(left);
    EXPECT_EQ(left->destination, "/queue/a");
    EXPECT_THAT(left->acks, ElementsAre("1", "2", "3"));
    EXPECT_FALSE(leaving.has("/queue/a"));
    EXPECT_FALSE(leaving.finish(7));
    EXPECT_FALSE(leaving.add(7, "5"));
}

TEST(LeavingQueues, R6AMessageWithoutAckCannotGoBack) {
    LeavingQueues leaving;
    leaving.start(7, "/queue/a", {});
    EXPECT_TRUE(leaving.add(7, ""));
    EXPECT_TRUE(leaving.finish(7)->acks.empty());
}

TEST(LeavingQueues, R4ABrokerThatGivesWithoutEndIsNoticed) {
    LeavingQueues leaving;
    leaving.start(7, "/queue/a", {});
    for (std::size_t i = 0; i < LeavingQueues::max_acks; ++i) leaving.add(7, "x");
    EXPECT_FALSE(leaving.is_full());
    leaving.add(7, "x");
    EXPECT_TRUE(leaving.is_full());
    leaving.clear();
    EXPECT_FALSE(leaving.is_full());
    EXPECT_FALSE(leaving.has("/queue/a"));
}

TEST(LeavingQueues, R4SoIsOneThatNeverAnswers) {
    LeavingQueues leaving;
    for (std::size_t i = 0; i <= LeavingQueues::max_queues; ++i) {
        EXPECT_FALSE(leaving.is_full());
        leaving.start(i, "/queue/" + std::to_string(i), {});
    }
    EXPECT_TRUE(leaving.is_full());
}

}  // namespace
}  // namespace stentor::relay
