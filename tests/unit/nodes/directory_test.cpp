#include "nodes/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::nodes {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string a(32, 'a'), b(32, 'b'), c(32, 'c');

class NodeDirectory : public testing::Test {
protected:
    void complete(const std::string& node, std::vector<std::string> users) {
        Peer* const peer = directory.hear(node, 1, now);
        ASSERT_NE(peer, nullptr);
        peer->piece({1, 0, 1, true, std::move(users)});
    }
    Directory directory{{.max_nodes = 2, .max_users = 10, .silence = 5s, .ask_interval = 1s}};
    base::TimePoint now = base::TimePoint{} + 1h;
};

TEST_F(NodeDirectory, KnowsWhereAUserIs) {
    complete(a, {"alice", "bob"});
    complete(b, {"bob"});
    EXPECT_THAT(directory.places_of("alice"), ElementsAre(a));
    EXPECT_THAT(directory.places_of("bob"), ElementsAre(a, b));
    EXPECT_THAT(directory.places_of("carol"), IsEmpty());
    directory.forget(a);
    EXPECT_THAT(directory.places_of("alice"), IsEmpty());
}

TEST_F(NodeDirectory, WhoseListIsNotCompleteMayHaveAnybody) {
    complete(a, {"alice"});
    ASSERT_NE(directory.hear(b, 1, now), nullptr);
    EXPECT_THAT(directory.places_of("alice"), ElementsAre(a, b));
    EXPECT_THAT(directory.places_of("carol"), ElementsAre(b));
}

TEST_F(NodeDirectory, ASessionsIdTellsItsPlace) {
    complete(a, {});
    complete(b, {});
    EXPECT_EQ(session_prefix(a), "aaaaaaaa-");
    EXPECT_THAT(directory.places_of_session("aaaaaaaa-0123"), ElementsAre(a));
    EXPECT_THAT(directory.places_of_session("cccccccc-0123"), IsEmpty());
    EXPECT_THAT(directory.places_of_session("aaaaaaaa"), IsEmpty());
    EXPECT_THAT(directory.places_of_session(""), IsEmpty());
}

TEST_F(NodeDirectory, ForgetsWhoIsSilent) {
    complete(a, {"alice"});
    now += 3s;
    complete(b, {"bob"});
    now += 2s;
    EXPECT_THAT(directory.take_silent(now), ElementsAre(a));
    EXPECT_THAT(directory.places_of("alice"), IsEmpty());
    EXPECT_THAT(directory.places_of("bob"), ElementsAre(b));
    EXPECT_THAT(directory.take_silent(now), IsEmpty());
}

TEST_F(NodeDirectory, LettersThatDoNotCountAreNoSignOfLife) {
    ASSERT_NE(directory.hear(a, 2, now), nullptr);
    now += 5s;
    EXPECT_EQ(directory.hear(a, 1, now), nullptr);
    EXPECT_THAT(directory.take_silent(now), ElementsAre(a));
}

TEST_F(NodeDirectory, AsksOnceInAWhile) {
    ASSERT_NE(directory.hear(a, 1, now), nullptr);
    EXPECT_TRUE(directory.must_ask(a, now));
    EXPECT_FALSE(directory.must_ask(a, now + 999ms));
    EXPECT_TRUE(directory.must_ask(a, now + 1s));
    complete(a, {});
    EXPECT_FALSE(directory.must_ask(a, now + 10s));
    EXPECT_FALSE(directory.must_ask(b, now));
}

TEST_F(NodeDirectory, AfterTheBrokerWasAwayEverybodyIsAskedAndNobodyForgotten) {
    complete(a, {"alice"});
    now += 1h;
    directory.resume(now);
    EXPECT_THAT(directory.take_silent(now), IsEmpty());
    EXPECT_TRUE(directory.must_ask(a, now));
    EXPECT_THAT(directory.places_of("carol"), ElementsAre(a));
    EXPECT_THAT(directory.take_silent(now + 5s), ElementsAre(a));
}

TEST_F(NodeDirectory, KnowsSoManyServers) {
    complete(a, {});
    complete(b, {});
    EXPECT_EQ(directory.hear(c, 1, now), nullptr);
    EXPECT_EQ(directory.size(), 2U);
    directory.forget(b);
    EXPECT_NE(directory.hear(c, 1, now), nullptr);
}

}  // namespace
}  // namespace stentor::nodes
