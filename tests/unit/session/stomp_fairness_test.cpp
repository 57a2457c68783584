#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::HasSubstr;

std::string sends(int count) {
    std::string all;
    for (int i = 0; i < count; ++i)
        all += "SEND\ndestination:/topic/x\nreceipt:" + std::to_string(i) + "\n\n^";
    return all;
}

int receipts(StompBench::Client& client) {
    const std::string said = client.said();
    int count = 0;
    for (auto at = said.find("RECEIPT\n"); at != said.npos; at = said.find("RECEIPT\n", at + 1)) ++count;
    return count;
}

class StompW22 : public ::testing::Test {
protected:
    StompBench bench;
};

TEST_F(StompW22, OfOneSession64FramesAreHandledInATurn) {
    StompBench::Client& client = bench.connected();
    bench.turn();
    client.hear_in_one_turn(sends(150));
    EXPECT_EQ(receipts(client), 64 - 1) << "CONNECT was one of them";
    EXPECT_TRUE(client.session.has_more());
    client.session.go_on();
    EXPECT_EQ(receipts(client), 64);
    EXPECT_TRUE(client.session.has_more());
    client.session.go_on();
    EXPECT_EQ(receipts(client), 150 - 127);
    EXPECT_FALSE(client.session.has_more());
}

TEST_F(StompW22, SoItIsWhenEachComesInAMessageOfItsOwn) {
    StompBench::Client& client = bench.connected("1.2", Framing::websocket);
    for (int i = 0; i < 63; ++i) client.hear_in_one_turn("SEND\ndestination:/topic/x\n\n^");
    EXPECT_FALSE(client.session.has_more());
    client.hear_in_one_turn("SEND\ndestination:/topic/x\nreceipt:r\n\n^");
    EXPECT_TRUE(client.session.has_more());
    EXPECT_EQ(client.said(), "");
    client.session.go_on();
    EXPECT_FALSE(client.session.has_more());
    EXPECT_THAT(client.said(), HasSubstr("receipt-id:r"));
}

TEST_F(StompW22, ExactlySoManyFramesLeaveNothing) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(sends(63));
    EXPECT_FALSE(client.session.has_more());
    EXPECT_EQ(receipts(client), 63);
}

TEST_F(StompW22, TheNextTurnHasItsOwn64) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(sends(63));
    bench.turn();
    client.hear_in_one_turn(sends(64));
    EXPECT_FALSE(client.session.has_more());
    EXPECT_EQ(receipts(client), 127);
}

/// A burst is not cut in two because of what came before it: its receivers are to get it in one write.
TEST_F(StompW22, WhatEarlierTurnsTookDoesNotCount) {
    StompBench::Client& client = bench.connected();
    for (int turn = 0; turn < 10; ++turn) {
        bench.advance(1ms);
        client.hear_in_one_turn(sends(40));
        EXPECT_FALSE(client.session.has_more()) << turn;
        EXPECT_EQ(receipts(client), 40) << turn;
    }
}

TEST_F(StompW22, TheRestOfAnEndedSessionIsNotReadAnyMore) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(sends(10) + "DISCONNECT\n\n^" + sends(200));
    EXPECT_FALSE(client.session.has_more());
    client.session.go_on();
    EXPECT_EQ(receipts(client), 10);
}

TEST_F(StompW22, AFrameThatIsNotWholeWaitsForTheNextTurnToo) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(sends(63) + "SEND\ndestination:/topic/x\n");
    EXPECT_TRUE(client.session.has_more());
    client.session.go_on();
    EXPECT_FALSE(client.session.has_more());
    client.said();
    bench.advance(30s);
    EXPECT_EQ(client.outcome(), error_frame("malformed", "A frame was not completed in time"));
}

class StompRate : public ::testing::Test {
protected:
    StompRate() { bench.settings.rate = {10, 20}; }
    StompBench bench;
};

TEST_F(StompRate, IsNotLimitedUnlessGiven) {
    StompBench free;
    StompBench::Client& client = free.connected();
    for (int i = 0; i < 10; ++i) client.hear(sends(900));
    EXPECT_FALSE(client.outlet.closed);
}

TEST_F(StompRate, WhoSendsFasterIsEndedAndToldForWhichFrame) {
    StompBench::Client& client = bench.connected();
    client.hear(sends(19));
    client.said();
    client.hear("SEND\ndestination:/topic/x\nreceipt:late\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "Frames come too fast", "late", "|closed 1008"));
}

TEST_F(StompRate, WhoKeepsToItIsNot) {
    StompBench::Client& client = bench.connected();
    for (int i = 0; i < 1000; ++i) {
        bench.advance(100ms);
        client.hear("SEND\ndestination:/topic/x\n\n^");
    }
    EXPECT_FALSE(client.outlet.closed);
}

TEST_F(StompRate, F19_HeartBeatsCountByTheMessageThatBringsThem) {
    StompBench::Client& client = bench.connected();
    client.hear(std::string(1'000'000, '\n'));
    for (int i = 0; i < 18; ++i) client.hear("\n");
    EXPECT_FALSE(client.outlet.closed);
    client.hear("\r\n");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "Frames come too fast", {}, "|closed 1008"));
}

TEST_F(StompRate, AFrameInManyPiecesIsOne) {
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/topic/x\ncontent-length:100\n\n");
    for (int i = 0; i < 100; ++i) client.hear("x");
    client.hear("^");
    EXPECT_FALSE(client.outlet.closed);
}

}  // namespace
}  // namespace stentor::session
