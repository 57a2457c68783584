#include "unit/net/connection_fixture.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace stentor::net {
namespace {

using namespace test;
using std::chrono::seconds;

class ConnectionEnds : public ConnectionTest {};

// Ending

TEST_F(ConnectionEnds, FinishWritesWhatIsOwedThenEndsAndWaitsForThePeer) {
    Line line(turned_, socket_pair());
    line.send("bye");
    line.wire->finish();
    line.send("not this");
    EXPECT_EQ(line.peer.read(), "");
    turned_.turn();
    EXPECT_EQ(line.peer.read(), "bye");
    EXPECT_TRUE(line.peer.ended);
    line.peer.write("dropped");
    turned_.turn();
    EXPECT_EQ(line.user.received, "");
    EXPECT_EQ(line.user.closed, 0);
    line.peer.close();
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionEnds, FinishWaitsForASlowPeerToTakeEverything) {
    Line line(turned_, narrow_pair());
    const std::string body = pattern(200'000);
    line.send(body);
    turned_.turn();
    line.wire->finish();
    turned_.turn();
    EXPECT_EQ(read(line.peer, body.size()), body);
    turned_.turn();
    (void)line.peer.read();
    EXPECT_TRUE(line.peer.ended);
    EXPECT_EQ(line.user.drained, 0);
}

TEST_F(ConnectionEnds, FinishDoesNotWaitForAPeerThatNeverReads) {
    Line line(turned_, narrow_pair());
    line.send(pattern(200'000));
    line.wire->finish();
    turned_.turn();
    turned_.pass(seconds(11));
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionEnds, FinishDoesNotWaitLongForThePeersEnd) {
    Line line(turned_, socket_pair());
    line.wire->finish();
    turned_.turn();
    turned_.pass(seconds(4));
    EXPECT_EQ(line.user.closed, 0);
    turned_.pass(seconds(2));
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionEnds, FinishDoesNotReadOnForAPeerThatFloods) {
    Line line(turned_, socket_pair());
    line.wire->finish();
    turned_.turn();
    const std::string piece = pattern(16 * 1024);
    std::size_t written = 0;
    while (line.user.closed == 0 && written < 64 * 1024 * 1024) {
        line.peer.write(piece);
        written += piece.size();
        turned_.turn();
        if (written < 1024 * 1024) { ASSERT_EQ(line.user.closed, 0) << "an upload that was refused may end"; }
    }
    EXPECT_EQ(line.user.closed, 1);
    EXPECT_LT(written, 8 * 1024 * 1024);
}

TEST_F(ConnectionEnds, FinishTwiceIsFinish) {
    Line line(turned_, socket_pair());
    line.wire->finish();
    turned_.turn();
    line.wire->finish();
    line.peer.close();
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionEnds, AbortResetsAndTellsAtTheEndOfTheTurn) {
    Line line(turned_, tcp_pair());
    line.send("never seen");
    line.wire->abort();
    line.wire->abort();
    EXPECT_EQ(line.user.closed, 0);
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
    EXPECT_EQ(line.peer.read(), "");
    EXPECT_TRUE(line.peer.reset);
}

TEST_F(ConnectionEnds, WhatComesAfterTheEndIsDropped) {
    Line line(turned_, socket_pair());
    line.wire->abort();
    turned_.turn();
    line.send("late");
    line.wire->finish();
    line.wire->abort();
    turned_.turn();
    EXPECT_EQ(line.wire->unsent(), 0U);
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionEnds, APeerThatEndedItsHalfStillGetsWhatItIsOwed) {
    Line line(turned_, narrow_pair());
    const std::string body = pattern(200'000);
    line.user.when_bytes = [&] { line.send(body); };
    line.peer.write("GET");
    line.peer.end_output();
    turned_.turn();
    const int before = turned_.turns;
    turned_.turn();
    EXPECT_EQ(line.user.closed, 0);
    EXPECT_EQ(read(line.peer, body.size()), body);
    turned_.turn();
    (void)line.peer.read();
    EXPECT_TRUE(line.peer.ended);
    EXPECT_EQ(line.user.closed, 1);
    EXPECT_GT(turned_.turns, before);
}

TEST_F(ConnectionEnds, APeerThatEndedItsHalfAndWentAwayIsClosed) {
    Line line(turned_, tcp_pair(), {.buffer = 100'000'000});
    line.send(pattern(50'000'000));
    turned_.turn();
    line.peer.end_output();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.received.empty(); }));
    turned_.turn();
    line.peer.reset_stream();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.closed != 0; }));
    EXPECT_EQ(line.user.closed, 1);
    EXPECT_EQ(line.wire->unsent(), 0U);
}

TEST_F(ConnectionEnds, AHalfClosedPeerDoesNotKeepTheLoopBusy) {
    Line line(turned_, narrow_pair());
    line.send(pattern(200'000));
    turned_.turn();
    line.peer.end_output();
    turned_.turn();
    turned_.turn();
    const int before = turned_.turns;
    base::Timer alarm(turned_.timers, [](base::TimePoint) {});
    alarm.set(std::chrono::steady_clock::now() + std::chrono::milliseconds(30));
    ASSERT_TRUE(turned_.turn_until([&] { return alarm.deadline() == base::never; }));
    EXPECT_LE(turned_.turns - before, 10);
    EXPECT_EQ(line.user.closed, 0);
}

// Moving and dying

TEST_F(ConnectionEnds, AReleasedSocketGoesOnOnAnotherLoop) {
    TurnedLoop other;
    Line line(turned_, socket_pair());
    const int fd = line.wire->release();
    ASSERT_GE(fd, 0);
    line.peer.write("more");
    turned_.turn();
    EXPECT_EQ(line.user.received, "");
    Listening next;
    Connection moved(other.loop, other.flusher, fd, "peer", {});
    moved.start(next);
    moved.send(base::share("answer"));
    other.turn();
    EXPECT_EQ(next.received, "more");
    EXPECT_EQ(line.peer.read(), "answer");
    turned_.turn();
    EXPECT_EQ(line.user.closed, 0);
}

TEST_F(ConnectionEnds, ReleasingWhatHasClosedGivesNothing) {
    Line line(turned_, socket_pair());
    line.wire->abort();
    EXPECT_EQ(line.wire->release(), -1);
    turned_.turn();
    EXPECT_EQ(line.user.closed, 0);
}

TEST_F(ConnectionEnds, ASocketThatCannotBeWatchedIsClosed) {
    for (const int fd : {-1, ::open("/dev/null", O_RDWR | O_CLOEXEC)}) {
        Connection connection(turned_.loop, turned_.flusher, fd, "peer", {});
        Listening user;
        connection.start(user);
        connection.send(base::share("answer"));
        EXPECT_EQ(user.closed, 0);
        turned_.turn();
        EXPECT_EQ(user.closed, 1);
    }
}

TEST_F(ConnectionEnds, ASocketThatCannotBeWatchedForWritingIsClosed) {
    struct Nobody final : Watcher {
        void on_ready(std::uint32_t) override {}
    } nobody;
    auto ends = narrow_pair();
    const int fd = ends.first.get();
    Line line(turned_, std::move(ends));
    turned_.loop.unwatch(fd, nobody);  // so that changing what is watched fails
    line.send(pattern(100'000));
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionEnds, MayBeDestroyedWhateverItWaitsFor) {
    auto dirty = std::make_unique<Line>(turned_, socket_pair());
    dirty->send("a");
    auto blocked = std::make_unique<Line>(turned_, narrow_pair());
    blocked->send(pattern(100'000));
    turned_.turn();
    auto buried = std::make_unique<Line>(turned_, socket_pair());
    dirty->send("b");
    buried->wire->abort();
    dirty.reset();
    blocked.reset();
    buried.reset();
    turned_.turn();
    turned_.pass(seconds(20));
}

TEST_F(ConnectionEnds, AUserMayDestroyItsWireWhenToldOfTheEnd) {
    Line line(turned_, socket_pair());
    line.user.when_closed = [&] { line.wire.reset(); };
    line.wire->abort();
    turned_.turn();
    EXPECT_EQ(line.wire, nullptr);
}

TEST_F(ConnectionEnds, AUserMayDestroyOtherClosedWiresWhenToldOfTheEnd) {
    Line first(turned_, socket_pair());
    Line second(turned_, socket_pair());
    first.user.when_closed = [&] { second.wire.reset(); };
    first.wire->abort();
    second.wire->abort();
    turned_.turn();
    EXPECT_EQ(first.user.closed, 1);
    EXPECT_EQ(second.user.closed, 0);
}

TEST_F(ConnectionEnds, AnEndMayMakeOthersOweSomething) {
    Line first(turned_, socket_pair());
    Line second(turned_, socket_pair());
    first.user.when_closed = [&] { second.send("first left"); };
    first.peer.close();
    turned_.turn();
    EXPECT_EQ(second.peer.read(), "first left");
}

TEST_F(ConnectionEnds, AnEndMayEndOthers) {
    std::vector<std::unique_ptr<Line>> lines;
    for (int i = 0; i < 100; ++i) lines.push_back(std::make_unique<Line>(turned_, socket_pair()));
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
        lines[i]->user.when_closed = [&, i] { lines[i + 1]->wire->abort(); };
    lines[0]->peer.close();
    turned_.turn();
    for (const auto& line : lines) EXPECT_EQ(line->user.closed, 1);
}

}  // namespace
}  // namespace stentor::net
