#include "nodes/own_users.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::nodes {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Changes take(OwnUsers& own) { return own.take_changes(100, 10'000); }

TEST(OwnUsers, TellTheFirstSessionAndTheLast) {
    OwnUsers own;
    own.arrived("alice");
    own.arrived("alice");  // on another shard
    EXPECT_EQ(take(own), (Changes{1, {{"alice", true}}}));
    own.left("alice");
    EXPECT_FALSE(own.has_changes());
    EXPECT_TRUE(own.has("alice"));
    own.left("alice");
    EXPECT_EQ(take(own), (Changes{2, {{"alice", false}}}));
    EXPECT_FALSE(own.has("alice"));
    EXPECT_EQ(own.size(), 0U);
    EXPECT_EQ(own.sequence(), 2U);
}

TEST(OwnUsers, WhoCameAndWentMeanwhileIsNotTold) {
    OwnUsers own;
    own.arrived("alice");
    own.left("alice");
    EXPECT_TRUE(own.has_changes());
    EXPECT_THAT(take(own).list, IsEmpty());
    EXPECT_FALSE(own.has_changes());
    own.arrived("alice");
    (void)take(own);
    own.left("alice");
    own.arrived("alice");
    EXPECT_THAT(take(own).list, IsEmpty());
    EXPECT_EQ(own.sequence(), 1U);
}

TEST(OwnUsers, WhoWasNotThereDoesNotLeave) {
    OwnUsers own;
    own.left("alice");
    EXPECT_FALSE(own.has_changes());
    EXPECT_EQ(own.size(), 0U);
}

TEST(OwnUsers, ChangesComeInLettersOfSomeSize) {
    OwnUsers own;
    for (const char* user : {"a", "b", "c", "d", "e"}) own.arrived(user);
    EXPECT_EQ(own.take_changes(2, 1000), (Changes{1, {{"a", true}, {"b", true}}}));
    EXPECT_EQ(own.take_changes(100, 2), (Changes{3, {{"c", true}, {"d", true}}}));
    EXPECT_EQ(own.take_changes(100, 1000), (Changes{5, {{"e", true}}}));
}

TEST(OwnUsers, TheListIsWhatWasTold) {
    OwnUsers own;
    for (const char* user : {"b", "a", "c"}) own.arrived(user);
    (void)take(own);
    own.left("b");
    own.arrived("d");
    std::optional<std::string> after;
    const Piece all = own.piece(after, 1000);
    EXPECT_THAT(all.users, ElementsAre("a", "b", "c"));
    EXPECT_EQ(all.sequence, 3U);
    EXPECT_TRUE(all.last);
}

TEST(OwnUsers, TheListComesInPieces) {
    OwnUsers own;
    for (const char* user : {"a", "b", "c", "e"}) own.arrived(user);
    (void)take(own);
    std::optional<std::string> after;
    const Piece first = own.piece(after, 5);
    EXPECT_THAT(first.users, ElementsAre("a", "b"));
    EXPECT_FALSE(first.last);
    own.left("a");
    own.left("c");
    own.arrived("d");
    (void)take(own);
    const Piece second = own.piece(after, 1000);
    EXPECT_THAT(second.users, ElementsAre("d", "e"));
    EXPECT_EQ(second.sequence, 7U);
    EXPECT_TRUE(second.last);
}

TEST(OwnUsers, AnEmptyListIsOnePiece) {
    const OwnUsers own;
    std::optional<std::string> after;
    EXPECT_EQ(own.piece(after, 1000), (Piece{0, 0, 0, true, {}}));
}

TEST(OwnUsers, BeginAnewWithTheTruth) {
    OwnUsers own;
    own.arrived("a");
    (void)take(own);
    own.left("a");
    own.arrived("b");
    own.restart();
    EXPECT_FALSE(own.has_changes());
    EXPECT_EQ(own.sequence(), 0U);
    std::optional<std::string> after;
    EXPECT_THAT(own.piece(after, 1000).users, ElementsAre("b"));
    own.left("b");
    EXPECT_EQ(take(own), (Changes{1, {{"b", false}}}));
    EXPECT_THAT(own.all(), IsEmpty());
}

}  // namespace
}  // namespace stentor::nodes
