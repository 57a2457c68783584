#include "flow_test.hpp"

#include <atomic>

namespace stentor::test {
namespace {

using SlowConsumerFlow = FlowTest;
INSTANTIATE_TEST_SUITE_P(On, SlowConsumerFlow, testing::Values(1U, 2U), shards_of);

TEST_P(SlowConsumerFlow, WhoNeverReadsIsCutOffAndTheOthersGoOn) {
    app().add_stomp_endpoint("/ws");
    std::atomic<unsigned> told = 0;
    app().on<SlowConsumerClosed>([&](const SlowConsumerClosed&) { ++told; });
    app().on<SessionDisconnected>([&](const SessionDisconnected& e) {
        if (e.reason == DisconnectReason::slow_consumer) told += 10;
    });
    stage->config.send.buffer_limit = 256 * 1024;
    stage->start();
    StompClient& never_reads = client(Transport::tcp);
    never_reads.subscribe("1", "/topic/x");
    StompClient& reads = client(Transport::tcp);
    reads.subscribe("1", "/topic/x");
    StompClient& publisher = client(Transport::tcp);
    const std::string piece(60'000, 'x');
    for (int n = 0; n < 400; ++n) {  // 24 MB: more than any socket buffer takes
        publisher.send("/topic/x", piece, "n:" + std::to_string(n) + "\n");
        ASSERT_EQ(reads.next().header("n"), std::to_string(n));
    }
    std::size_t got = 0;
    EXPECT_TRUE(until([&] {
        never_reads.carrier().update();
        got += std::exchange(never_reads.carrier().received, {}).size();
        return never_reads.carrier().ended;
    }));
    EXPECT_LT(got, 400 * piece.size());
    EXPECT_TRUE(until([&] { return told == 11; }));
}

TEST_P(SlowConsumerFlow, AQueueWaitsForWhoReadsLate) {
    app().add_stomp_endpoint("/ws");
    stage->config.send.buffer_limit = 256 * 1024;
    stage->start();
    StompClient& publisher = client(Transport::tcp);
    const std::string piece(60'000, 'x');
    const int count = 400;  // 24 MB: more than any socket buffer takes
    for (int n = 0; n < count; ++n)
        publisher.send("/queue/x", piece, "n:" + std::to_string(n) + "\nreceipt:" + std::to_string(n) + "\n");
    for (int n = 0; n < count; ++n) ASSERT_EQ(publisher.next().header("receipt-id"), std::to_string(n));
    StompClient& late = client(Transport::tcp);
    late.say("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client-individual\nprefetch-count:1000\n\n^");
    publisher.send("/topic/none", "meanwhile", "receipt:later\n");  // turns go by
    ASSERT_EQ(publisher.next().header("receipt-id"), "later");
    for (int n = 0; n < count; ++n) {
        const StompFrame message = late.next();
        ASSERT_EQ(message.header("n"), std::to_string(n));
        late.say("ACK\nid:" + message.header("ack") + "\n\n^");
    }
}

/// What is kept is given as it is read, though it is far more than may wait for a client.
TEST_P(SlowConsumerFlow, WhatIsKeptWaitsForWhoReadsLate) {
    app().add_stomp_endpoint("/ws");
    constexpr std::size_t all = 64 * 1024 * 1024;
    app().keep_history({.destination = "/topic/x", .messages = 1'000, .bytes = all});
    stage->config.send.buffer_limit = 256 * 1024;
    stage->config.queue.max_topic_backlog_bytes = all;
    stage->config.queue.max_replay_bytes = all;
    stage->start();
    StompClient& publisher = client(Transport::tcp);
    const std::string piece(60'000, 'x');
    const int count = 400;  // 24 MB: more than any socket buffer takes
    for (int n = 0; n < count; ++n)
        publisher.send("/topic/x", piece, "n:" + std::to_string(n) + "\nreceipt:" + std::to_string(n) + "\n");
    for (int n = 0; n < count; ++n) ASSERT_EQ(publisher.next().header("receipt-id"), std::to_string(n));
    StompClient& late = client(Transport::tcp);
    late.say("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    publisher.send("/topic/x", "live", "n:" + std::to_string(count) + "\nreceipt:later\n");
    ASSERT_EQ(publisher.next().header("receipt-id"), "later");
    for (int n = 0; n <= count; ++n) ASSERT_EQ(late.next().header("n"), std::to_string(n));
}

TEST_P(SlowConsumerFlow, WhoMayMissMessagesIsNotCutOffAndLearnsHowMany) {
    app().add_stomp_endpoint("/ws");
    app().set_slow_consumer_policy(
        {.destination = "/topic/x", .policy = "drop_oldest", .max_messages = 5, .max_bytes = 1'000'000});
    stage->config.send.buffer_limit = 256 * 1024;
    stage->start();
    StompClient& slow = client(Transport::tcp);
    slow.subscribe("1", "/topic/x");
    StompClient& reads = client(Transport::tcp);
    reads.subscribe("1", "/topic/x");
    StompClient& publisher = client(Transport::tcp);
    const std::string piece(60'000, 'x');
    const unsigned long count = 400;  // 24 MB: more than any socket buffer takes
    for (unsigned long n = 1; n <= count; ++n) {
        publisher.send("/topic/x", piece, "n:" + std::to_string(n) + "\n");
        ASSERT_EQ(reads.next().header("n"), std::to_string(n));
    }
    unsigned long last = 0;
    unsigned long skipped = 0;
    while (last < count) {
        const StompFrame message = slow.next();
        ASSERT_EQ(message.command, "MESSAGE");
        const unsigned long gap =
            message.header("x-skipped") == "(none)" ? 0 : std::stoul(message.header("x-skipped"));
        ASSERT_EQ(std::stoul(message.header("n")), last + gap + 1);
        last += gap + 1;
        skipped += gap;
    }
    EXPECT_GT(skipped, 0U);
}

}  // namespace
}  // namespace stentor::test
