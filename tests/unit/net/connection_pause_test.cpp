// Wire::pause() and resume() of src/net/connection.cpp.
#include "unit/net/connection_fixture.hpp"

namespace stentor::net {
namespace {

using namespace test;

TEST_F(ConnectionTest, APausedWireReadsNothingUntilItGoesOn) {
    Line line(turned_, socket_pair());
    line.wire->pause();
    line.peer.write("hello");
    turned_.turn();
    EXPECT_EQ(line.user.received, "");
    line.wire->resume();
    turned_.turn();
    EXPECT_EQ(line.user.received, "hello");
}

TEST_F(ConnectionTest, NothingIsReadWhileTheLoopHoldsItsInput) {
    Line line(turned_, socket_pair());
    turned_.loop.hold_input(true);
    line.peer.write("hello");
    line.send("hi");
    turned_.turn();
    EXPECT_EQ(line.user.received, "");
    EXPECT_EQ(line.peer.read(), "hi");
    turned_.loop.hold_input(false);
    turned_.turn();
    EXPECT_EQ(line.user.received, "hello");
}

TEST_F(ConnectionTest, APausedWireIsNotWokenByWhatWaits) {
    Line line(turned_, socket_pair());
    line.wire->pause();
    line.peer.write("hello");
    base::Timer later(turned_.timers, [](base::TimePoint) {});
    later.set(std::chrono::steady_clock::now() + std::chrono::milliseconds(30));
    const int before = turned_.turns;
    EXPECT_TRUE(turned_.turn_until([&] { return later.deadline() == base::never; }));
    EXPECT_LE(turned_.turns, before + 6) << "it slept";
}

TEST_F(ConnectionTest, APausedWireStillWrites) {
    Line line(turned_, socket_pair());
    line.wire->pause();
    line.send("hello");
    turned_.turn();
    EXPECT_EQ(line.peer.read(), "hello");
}

TEST_F(ConnectionTest, APausedWireWritesOnWhenItsPeerReadsAgain) {
    Line line(turned_, narrow_pair());
    line.wire->pause();
    line.send(pattern(100'000));
    turned_.turn();
    EXPECT_EQ(read(line.peer, 100'000), pattern(100'000));
    EXPECT_EQ(line.user.received, "");
}

TEST_F(ConnectionTest, ThePeersEndWaitsUntilThePausedWireGoesOn) {
    Line line(turned_, tcp_pair());
    line.wire->pause();
    line.peer.write("last words");
    line.peer.end_output();
    turned_.turn();
    EXPECT_EQ(line.user.closed, 0);
    line.wire->resume();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.closed != 0; }));
    EXPECT_EQ(line.user.received, "last words");
}

TEST_F(ConnectionTest, AResetEndsAPausedWireAtOnce) {
    Line line(turned_, tcp_pair());
    line.wire->pause();
    line.peer.reset_stream();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.closed != 0; }));
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionTest, AFinishedWireReadsItsPeersEndPausedOrNot) {
    Line line(turned_, tcp_pair());
    line.wire->pause();
    line.wire->finish();
    line.wire->pause();
    line.peer.write("dropped");
    turned_.turn();
    line.peer.close();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.closed != 0; }));
    EXPECT_EQ(line.user.received, "");
}

TEST_F(ConnectionTest, AUserMayPauseFromWhatItReads) {
    Line line(turned_, socket_pair(SOCK_SEQPACKET));
    line.user.when_bytes = [&] { line.wire->pause(); };
    line.peer.write("a");
    line.peer.write("b");
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(line.user.received, "a");
    line.wire->resume();
    turned_.turn();
    EXPECT_EQ(line.user.received, "ab");
}

}  // namespace
}  // namespace stentor::net
