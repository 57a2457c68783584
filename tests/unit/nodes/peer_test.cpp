#include "nodes/peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace stentor::nodes {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::set<std::string> users_of(const Peer& peer) {
    std::set<std::string> users;
    peer.for_each([&](const std::string& user) { users.insert(user); });
    return users;
}

/// One whose list was told, as of its change 2.
class NodePeer : public testing::Test {
protected:
    NodePeer() {
        peer.enter(1);
        peer.piece({1, 0, 2, true, {"alice", "bob"}});
    }
    Peer peer{6};
};

TEST_F(NodePeer, IsCompleteWithItsList) {
    EXPECT_TRUE(peer.is_complete());
    EXPECT_TRUE(peer.may_have("alice"));
    EXPECT_FALSE(peer.may_have("carol"));
    EXPECT_THAT(users_of(peer), ElementsAre("alice", "bob"));
}

TEST_F(NodePeer, MayHaveAnybodyBeforeItsListCame) {
    Peer fresh{4};
    fresh.enter(1);
    EXPECT_TRUE(fresh.may_have("carol"));
    EXPECT_FALSE(fresh.has("carol"));
    fresh.changes({7, {{"carol", true}}});
    EXPECT_TRUE(fresh.has("carol"));
    EXPECT_FALSE(fresh.is_complete());
}

TEST_F(NodePeer, FollowsChanges) {
    peer.changes({3, {{"carol", true}, {"alice", false}}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("bob", "carol"));
    peer.beat({4});
    EXPECT_TRUE(peer.is_complete());
}

TEST_F(NodePeer, IgnoresChangesThatComeAgain) {
    peer.changes({3, {{"bob", false}, {"bob", true}}});
    peer.changes({3, {{"bob", false}}});
    peer.changes({4, {{"bob", true}, {"carol", true}}});
    EXPECT_THAT(users_of(peer), ElementsAre("alice", "bob", "carol"));
    EXPECT_TRUE(peer.is_complete());
    peer.beat({5});
    EXPECT_TRUE(peer.is_complete());
}

TEST_F(NodePeer, NoticesLostChangesByTheNextOnes) {
    peer.changes({4, {{"carol", true}}});
    EXPECT_FALSE(peer.is_complete());
    EXPECT_TRUE(peer.may_have("dave"));
}

TEST_F(NodePeer, NoticesLostChangesByABeat) {
    peer.beat({3});
    EXPECT_FALSE(peer.is_complete());
}

TEST_F(NodePeer, NoticesLostChangesByAPieceForOthers) {
    peer.piece({2, 1, 3, false, {"x"}});
    EXPECT_FALSE(peer.is_complete());
    EXPECT_FALSE(peer.has("x"));
}

TEST_F(NodePeer, ListsThatOthersAskedForChangeNothing) {
    peer.piece({2, 0, 2, false, {"alice"}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("alice", "bob"));
}

TEST_F(NodePeer, TakesAListInPiecesWithChangesBetween) {
    peer.missed();
    peer.piece({2, 0, 5, false, {"a", "b"}});
    EXPECT_TRUE(peer.has("alice")) << "it may be in a later piece";
    peer.changes({6, {{"a", false}, {"c", true}}});
    EXPECT_FALSE(peer.is_complete());
    peer.piece({2, 1, 7, true, {"d"}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("b", "c", "d"));
}

TEST_F(NodePeer, DoesNotTakeAListWithHoles) {
    peer.missed();
    peer.piece({2, 0, 5, false, {"a"}});
    peer.piece({2, 2, 5, true, {"c"}});
    EXPECT_FALSE(peer.is_complete());
    peer.piece({2, 1, 5, false, {"b"}});  // too late
    peer.piece({2, 2, 5, true, {"c"}});
    EXPECT_FALSE(peer.is_complete());
    peer.piece({3, 0, 5, true, {"a"}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("a"));
}

TEST_F(NodePeer, DoesNotTakeAListBetweenWhosePiecesChangesWereLost) {
    peer.missed();
    peer.piece({2, 0, 5, false, {"a"}});
    peer.piece({2, 1, 6, true, {"b"}});
    EXPECT_FALSE(peer.is_complete());
}

TEST_F(NodePeer, DoesNotTakeOneListTogetherWithAnother) {
    peer.missed();
    peer.piece({2, 0, 5, false, {"a", "z"}});
    peer.piece({3, 1, 5, true, {"y"}});
    EXPECT_FALSE(peer.is_complete());
}

TEST_F(NodePeer, PiecesThatComeAgainChangeNothing) {
    peer.missed();
    peer.piece({2, 0, 5, false, {"a"}});
    peer.changes({6, {{"a", false}}});
    peer.piece({2, 0, 5, false, {"a"}});
    peer.piece({1, 0, 2, true, {"alice", "bob"}});
    peer.piece({2, 1, 6, true, {"b"}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("b"));
}

TEST_F(NodePeer, AnOldListIsNotTakenForANewOne) {
    peer.changes({3, {{"alice", false}}});
    peer.missed();
    peer.piece({1, 0, 2, true, {"alice", "bob"}});
    EXPECT_FALSE(peer.is_complete());
}

TEST_F(NodePeer, BeginsAnewInANewEpoch) {
    EXPECT_TRUE(peer.enter(2));
    EXPECT_FALSE(peer.is_complete());
    EXPECT_TRUE(peer.has("alice")) << "better than nothing";
    peer.piece({1, 0, 0, true, {"carol"}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("carol"));
}

TEST_F(NodePeer, LettersOfAnEpochThatIsOverDoNotCount) {
    peer.enter(5);
    EXPECT_FALSE(peer.enter(4));
    EXPECT_TRUE(peer.enter(5));
}

TEST_F(NodePeer, RemembersSoManyUsersAndThatThereAreMore) {
    peer.changes({3, {{"c", true}, {"d", true}, {"e", true}, {"f", true}, {"g", true}}});
    EXPECT_EQ(peer.size(), 6U);
    EXPECT_TRUE(peer.is_complete());
    EXPECT_TRUE(peer.may_have("g"));
    EXPECT_TRUE(peer.may_have("anybody"));
    EXPECT_FALSE(peer.has("g"));
    peer.missed();
    peer.piece({2, 0, 9, true, {"c", "d"}});
    EXPECT_FALSE(peer.may_have("anybody"));
    EXPECT_THAT(users_of(peer), ElementsAre("c", "d"));
}

TEST_F(NodePeer, NumbersThatJumpBackAndForthDoNoHarm) {
    const std::uint64_t most = ~std::uint64_t{0};
    for (const std::uint64_t number :
         {most, std::uint64_t{0}, std::uint64_t{3}, most - 1, std::uint64_t{1}}) {
        peer.changes({number, {{"x", true}, {"y", true}, {"z", true}}});
        peer.beat({number});
        peer.piece({number, 0, number, false, {"a", "b", "c", "d", "e"}});
        peer.piece({number, number, number, true, {}});
        EXPECT_LE(peer.size(), 6U);
    }
    peer.enter(2);
    peer.piece({1, 0, 1, true, {"alice"}});
    EXPECT_TRUE(peer.is_complete());
    EXPECT_THAT(users_of(peer), ElementsAre("alice"));
}

}  // namespace
}  // namespace stentor::nodes
