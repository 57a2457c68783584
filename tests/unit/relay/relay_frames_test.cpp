#include "relay/relay_frames.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::relay {
namespace {

using namespace std::string_literals;

TEST(RelayFrames, SubscribeStomp12) {
    EXPECT_EQ(subscribe_frame(7, "/topic/chat.lobby"),
              "SUBSCRIBE\ndestination:/topic/chat.lobby\nid:7\nack:auto\nreceipt:s7\n\n\0"s);
}

TEST(RelayFrames, ToAQueueEachMessageIsAcknowledgedAndThePrefetchIsAskedAsTheBrokerUnderstandsIt) {
    const std::string plain = "SUBSCRIBE\ndestination:/queue/a\nid:7\nack:client-individual\nreceipt:s7\n";
    EXPECT_EQ(subscribe_to_queue_frame(7, "/queue/a", Dialect::rabbitmq, 100),
              plain + "prefetch-count:100\n\n\0"s);
    EXPECT_EQ(subscribe_to_queue_frame(7, "/queue/a", Dialect::activemq, 100),
              plain + "activemq.prefetchSize:100\n\n\0"s);
    EXPECT_EQ(subscribe_to_queue_frame(7, "/queue/a", Dialect::artemis, 100), plain + "\n\0"s);
    EXPECT_EQ(subscribe_to_queue_frame(7, "/queue/a", Dialect::specification, 100), plain + "\n\0"s);
}

TEST(RelayFrames, AckAndNackStomp12) {
    EXPECT_EQ(settle_frame("T_1@@s@@2", broker::Settlement::accepted), "ACK\nid:T_1@@s@@2\n\n\0"s);
    EXPECT_EQ(settle_frame("a:b\n", broker::Settlement::rejected), "NACK\nid:a\\cb\\n\n\n\0"s);
}

TEST(RelayFrames, WhatAnEndedSubscriptionHadGoesBackUnderItsId) {
    EXPECT_EQ(silence_frames(7, "/topic/silence"),
              "UNSUBSCRIBE\nid:7\nreceipt:u7\n\n\0"
              "SUBSCRIBE\ndestination:/topic/silence\nid:7\nack:client-individual\n\n\0"s);
    EXPECT_EQ(empty_transaction_frames(7),
              "BEGIN\ntransaction:u7\nreceipt:u7\n\n\0ABORT\ntransaction:u7\n\n\0"s);
    EXPECT_EQ(give_back_frames(7, std::vector<std::string>{"x", "y"}),
              "NACK\nid:x\n\n\0NACK\nid:y\n\n\0UNSUBSCRIBE\nid:7\n\n\0"s);
}

TEST(RelayFrames, TransactionsStomp12) {
    const Message message{"/queue/a", {{"transaction", "mine"}}, "", ""};
    EXPECT_EQ(begin_frame("t1"), "BEGIN\ntransaction:t1\n\n\0"s);
    EXPECT_EQ(send_frame(3, "/queue/a", message, {.is_persistent = true, .transaction = "t1"}),
              "SEND\ndestination:/queue/a\nreceipt:p3\npersistent:true\ntransaction:t1\n"
              "content-length:0\n\n\0"s);
    EXPECT_EQ(commit_frame("t1", 4), "COMMIT\ntransaction:t1\nreceipt:p4\n\n\0"s);
}

TEST(RelayFrames, UnsubscribeStomp12) {
    EXPECT_EQ(unsubscribe_frame(7), "UNSUBSCRIBE\nid:7\nreceipt:u7\n\n\0"s);
}

TEST(RelayFrames, SendStomp12CarriesTheUsersHeadersOnly) {
    const Message message{"/topic/chat/lobby",
                          {{"room", "a:b"}, {"persistent", "true"}, {"passcode", "secret"}},
                          "hi",
                          "own-1"};
    EXPECT_EQ(send_frame(3, "/topic/chat.lobby", message),
              "SEND\ndestination:/topic/chat.lobby\nreceipt:p3\nroom:a\\cb\ncontent-length:2\n\nhi\0"s);
}

TEST(RelayFrames, LineFeedsInHeadersAreEscapedF11) {
    const Message message{"/topic/a", {{"room", "x\nreceipt:s1\n\n"}}, "", ""};
    const std::string frame = send_frame(1, "/topic/a", message);
    EXPECT_EQ(frame.find("\nreceipt:s1"), std::string::npos);
    EXPECT_NE(frame.find("room:x\\nreceipt\\cs1\\n\\n\n"), std::string::npos);
}

TEST(RelayFrames, ReceiptIdsOfOurOwnAreKnown) {
    EXPECT_EQ(parse_receipt_id("p17"), (ReceiptId{Asked::publish, 17}));
    EXPECT_EQ(parse_receipt_id("s1"), (ReceiptId{Asked::subscribe, 1}));
    EXPECT_EQ(parse_receipt_id("u18446744073709551615"), (ReceiptId{Asked::unsubscribe, ~std::uint64_t{0}}));
}

TEST(RelayFrames, ReceiptIdsOfOthersAreNotR6) {
    for (const char* id : {"", "p", "17", "x17", "p-1", "p 1", "p1x", "p+1", "p18446744073709551616", "pp1"})
        EXPECT_FALSE(parse_receipt_id(id).has_value()) << id;
}

}  // namespace
}  // namespace stentor::relay
