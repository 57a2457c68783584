#include "unit/net/connection_fixture.hpp"

#include <chrono>

namespace stentor::net {
namespace {

using namespace test;
using std::chrono::seconds;

class ConnectionSlowPeer : public ConnectionTest {};

TEST_F(ConnectionSlowPeer, ASlowPeerIsAbortedAndOthersGoOn) {
    Line slow(turned_, narrow_pair(), {.buffer = 50'000});
    Line quick(turned_, socket_pair(), {.buffer = 50'000});
    const base::BytesRef frame = base::share(pattern(10'000));
    for (int i = 0; i < 20; ++i) {
        for (Line* line : {&slow, &quick}) line->wire->send(frame);
        turned_.turn();
        EXPECT_EQ(quick.peer.read(), frame->view());
        EXPECT_LE(slow.wire->unsent(), 50'000U);
    }
    EXPECT_EQ(slow.user.closed, 1);
    EXPECT_EQ(slow.wire->unsent(), 0U);
    EXPECT_EQ(quick.user.closed, 0);
}

TEST_F(ConnectionSlowPeer, TheEndOfASlowPeerIsToldAtTheEndOfTheTurn) {
    Line line(turned_, narrow_pair(), {.buffer = 50'000});
    line.send(pattern(200'000));
    EXPECT_EQ(line.user.closed, 0) << "never from inside send";
    EXPECT_EQ(line.wire->unsent(), 0U);
    line.send("more");
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionSlowPeer, ABurstThatThePeerTakesIsNotTooMuch) {
    Line line(turned_, socket_pair(), {.buffer = 1000});
    std::string all;
    for (unsigned i = 0; i < 50; ++i) {
        line.send(pattern(500, i));
        all += pattern(500, i);
    }
    turned_.turn();
    EXPECT_EQ(line.user.closed, 0);
    EXPECT_EQ(line.peer.read(), all);
}

TEST_F(ConnectionSlowPeer, TinyFramesCountForWhatTheyTakeInMemory) {
    Line line(turned_, narrow_pair(), {.buffer = 100'000});
    line.send(pattern(30'000));
    turned_.turn();
    ASSERT_GT(line.wire->unsent(), 0U);
    for (int i = 0; i < 5000; ++i) line.send("pg");  // 10,000 bytes
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionSlowPeer, AFrameThatTakesTooLongEndsIt) {
    Line line(turned_, narrow_pair());
    line.send(pattern(100'000));
    turned_.turn();
    turned_.pass(seconds(9));
    EXPECT_EQ(line.user.closed, 0);
    turned_.pass(seconds(2));
    EXPECT_EQ(line.user.closed, 1);
    turned_.pass(seconds(20));
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionSlowPeer, EveryFrameHasItsOwnTime) {
    Line line(turned_, narrow_pair());
    for (unsigned i = 0; i < 40; ++i) line.send(pattern(10'000, i));
    turned_.turn();
    for (int i = 0; i < 5; ++i) {
        turned_.pass(seconds(8));
        ASSERT_EQ(line.user.closed, 0) << i;
        EXPECT_EQ(read(line.peer, 30'000).size() / 30'000, 1U);
        ASSERT_GT(line.wire->unsent(), 0U);
    }
    turned_.pass(seconds(11));
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionSlowPeer, TimeWithoutAnythingOwedDoesNotCount) {
    Line line(turned_, narrow_pair());
    for (int round = 0; round < 3; ++round) {
        line.send(pattern(50'000));
        turned_.turn();
        EXPECT_EQ(read(line.peer, 50'000).size(), 50'000U);
        turned_.pass(seconds(60));
        ASSERT_EQ(line.user.closed, 0) << round;
    }
}

}  // namespace
}  // namespace stentor::net
