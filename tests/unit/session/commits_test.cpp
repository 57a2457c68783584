#include "session/commits.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

TEST(Commits, TheTicketsBehindACOMMITAreItsEffects) {
    Commits commits;
    commits.start(5, 2, {});
    commits.start(8, 1, {});
    EXPECT_EQ(commits.of(4), std::nullopt);
    EXPECT_EQ(commits.of(5), std::nullopt) << "the COMMIT itself";
    EXPECT_EQ(commits.of(6), 5u);
    EXPECT_EQ(commits.of(7), 5u);
    EXPECT_EQ(commits.of(8), std::nullopt);
    EXPECT_EQ(commits.of(9), 8u);
    EXPECT_EQ(commits.of(10), std::nullopt);
}

TEST(Commits, IsDoneWithItsLastEffectAndThenAcknowledges) {
    Commits commits;
    commits.start(5, 2, {{11, broker::Settlement::rejected}});
    EXPECT_FALSE(commits.one_done(5));
    EXPECT_EQ(commits.of(7), 5u);
    const auto acknowledgements = commits.one_done(5);
    ASSERT_TRUE(acknowledgements);
    ASSERT_EQ(acknowledgements->size(), 1u);
    EXPECT_EQ(acknowledgements->front().id, 11u);
    EXPECT_EQ(commits.of(7), std::nullopt);
    EXPECT_TRUE(commits.empty());
}

}  // namespace
}  // namespace stentor::session
