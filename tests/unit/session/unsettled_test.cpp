#include "session/unsettled.hpp"

#include "stomp_bench.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

class UnsettledTest : public ::testing::Test {
protected:
    StompBench bench;
    Subscriptions subscriptions;
    Unsettled unsettled{bench.hub(), subscriptions, bench.settings};
};

TEST_F(UnsettledTest, IsUnusedAtFirstAndHasNoDeadline) {
    EXPECT_TRUE(unsettled.unused());
    EXPECT_EQ(unsettled.deadline(), base::never);
}

TEST_F(UnsettledTest, IsInUseWhileATransactionIsOpen) {
    ASSERT_TRUE(unsettled.transactions.begin("t", bench.now));
    EXPECT_FALSE(unsettled.unused());
    EXPECT_EQ(unsettled.deadline(), bench.now + bench.settings.transactions.timeout);
    ASSERT_TRUE(unsettled.transactions.abort("t"));
    EXPECT_TRUE(unsettled.unused());
}

TEST_F(UnsettledTest, IsInUseWhileACommitIsUnderWay) {
    unsettled.commits.start(1, 1, {});
    EXPECT_FALSE(unsettled.unused());
    EXPECT_TRUE(unsettled.commits.one_done(1));
    EXPECT_TRUE(unsettled.unused());
}

}  // namespace
}  // namespace stentor::session
