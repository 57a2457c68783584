#include "stomp_bench.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

StompBench::Client& beating(StompBench& bench, const std::string& beat) {
    StompBench::Client& client = bench.client();
    client.hear("CONNECT\naccept-version:1.2\nheart-beat:" + beat + "\n\n^");
    client.said();
    return client;
}

TEST(StompConnectTimeout, WithoutCONNECTTheSessionEndsAfter10Seconds) {
    StompBench bench;
    StompBench::Client& client = bench.client();
    bench.advance(10s - 1ms);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1ms);
    EXPECT_EQ(client.outcome(), error_frame("malformed", "No CONNECT came in time"));
}

TEST(StompConnectTimeout, EndsOfLineDoNotPutItOff) {
    StompBench bench;
    StompBench::Client& client = bench.client();
    for (int i = 0; i < 10; ++i) {
        client.hear("\n");
        bench.advance(1s);
    }
    EXPECT_EQ(client.outcome(), error_frame("malformed", "No CONNECT came in time"));
}

TEST(StompConnectTimeout, IsOverWithCONNECT) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    bench.advance(1h);
    EXPECT_EQ(client.outcome(), "");
}

TEST(StompF4, AFrameNotCompletedIn30SecondsIsAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/topic/x\ncontent-length:10\n\nhalf");
    bench.advance(29s);
    client.hear("x");
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1s);
    EXPECT_EQ(client.outcome(), error_frame("malformed", "A frame was not completed in time"));
}

TEST(StompF4, ACompletedFrameEndsItsTime) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/topic/x\n");
    bench.advance(29s);
    client.hear("\n^");
    bench.advance(1h);
    EXPECT_EQ(client.outcome(), "");
}

TEST(StompF4, ABusyPublisherWhoseReadsEndInsideFramesIsNotCutOff) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/topic/x\n");
    for (int i = 0; i < 100; ++i) {
        bench.advance(1s);
        client.hear("\n^SEND\ndestination:/topic/x\n");
    }
    EXPECT_EQ(client.outcome(), "");
    bench.advance(30s);
    EXPECT_EQ(client.outcome(), error_frame("malformed", "A frame was not completed in time"));
}

TEST(StompF4, BeforeCONNECTIsAcceptedAFrameHas10SecondsInAll) {
    StompBench bench;
    StompBench::Client& client = bench.client();
    bench.advance(9s);
    client.hear("CONNECT\naccept-version:1.2\n");
    bench.advance(1s);
    EXPECT_EQ(client.outcome(), error_frame("malformed", "No CONNECT came in time"));
}

TEST(StompF25, ADISCONNECTDoesNotWaitLongerThan10SecondsForEarlierFrames) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/later\nreceipt:1\n\nhi^DISCONNECT\nreceipt:2\n\n^");
    bench.advance(10s - 1ms);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1ms);
    EXPECT_EQ(client.outcome(), error_frame("unavailable", "An earlier frame takes too long", "2"));
    bench.run_workers();
    EXPECT_EQ(client.outcome(), "|closed 1002");
}

TEST(StompHeartBeating, TheServerBeatsAtTheLargerOfBothIntervals) {
    StompBench bench;
    StompBench::Client& client = beating(bench, "0,20000");
    bench.advance(18s - 1ms);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1ms);
    EXPECT_EQ(client.outcome(), "\n");
    bench.advance(18s);
    EXPECT_EQ(client.outcome(), "\n");
}

TEST(StompHeartBeating, AMessageIsABeat) {
    StompBench bench;
    StompBench::Client& client = beating(bench, "0,10000");
    client.hear("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    bench.advance(8s);
    bench.publish("/topic/x", "hi");
    client.said();
    bench.advance(8s);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1s);
    EXPECT_EQ(client.outcome(), "\n");
}

/// It is looked at when the timer fires: there may be a hundred thousand messages until then.
TEST(StompHeartBeating, WhatIsSentAndReceivedMovesNoTimer) {
    StompBench bench;
    StompBench::Client& client = beating(bench, "10000,10000");
    client.hear("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    bench.advance(5s);
    const base::TimePoint deadline = bench.timers.next_deadline();
    client.hear("\nSEND\ndestination:/topic/x\n\nhi^");
    bench.publish("/topic/x", "hi");
    EXPECT_EQ(bench.timers.next_deadline(), deadline);
    EXPECT_EQ(bench.timers.size(), 1U);
}

TEST(StompHeartBeating, ASilentClientIsDroppedAfterTwoIntervals) {
    StompBench bench;
    StompBench::Client& client = beating(bench, "10000,0");
    bench.advance(20s - 1ms);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1ms);
    EXPECT_EQ(client.outcome(), error_frame("unavailable", "No heart-beat came in time"));
}

TEST(StompHeartBeating, AnEndOfLineKeepsTheClientAlive) {
    StompBench bench;
    StompBench::Client& client = beating(bench, "10000,0");
    for (int i = 0; i < 20; ++i) {
        bench.advance(10s);
        client.hear("\n");
    }
    EXPECT_EQ(client.outcome(), "");
}

TEST(StompHeartBeating, AClientThatWantsShorterIntervalsIsOfferedThem) {
    StompBench bench;
    StompBench::Client& client = bench.client();
    client.hear("CONNECT\naccept-version:1.2\nheart-beat:2000,1\n\n^");
    EXPECT_NE(client.said().find("\nheart-beat:1000,2000\n"), std::string::npos);
    bench.advance(900ms);
    EXPECT_EQ(client.outcome(), "\n");
    bench.advance(3100ms);
    EXPECT_EQ(client.outcome(), error_frame("unavailable", "No heart-beat came in time"));
}

TEST(StompHeartBeating, NoneWithoutTheHeader) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    bench.advance(24h);
    EXPECT_EQ(client.outcome(), "");
    EXPECT_EQ(bench.timers.next_deadline(), base::never);
}

TEST(StompHeartBeating, NoneIn1_0) {
    StompBench bench;
    StompBench::Client& client = bench.client();
    client.hear("CONNECT\nheart-beat:1000,1000\n\n^");
    client.said();
    bench.advance(24h);
    EXPECT_EQ(client.outcome(), "");
}

TEST(StompHeartBeating, OverWebSocketABeatIsOneMessageOfOneEol) {
    StompBench bench;
    StompBench::Client& client = bench.client(Framing::websocket);
    client.hear("CONNECT\naccept-version:1.1\nheart-beat:0,1000\n\n^");
    client.said();
    bench.advance(9s);
    EXPECT_EQ(client.said(), "\x81\x01\n");
}

TEST(StompHeartBeating, StopsWithTheSession) {
    StompBench bench;
    StompBench::Client& client = beating(bench, "10000,10000");
    client.hear("DISCONNECT\n\n^");
    client.said();
    bench.advance(1h);
    EXPECT_EQ(client.said(), "");
    EXPECT_EQ(bench.timers.next_deadline(), base::never);
}

}  // namespace
}  // namespace stentor::session
