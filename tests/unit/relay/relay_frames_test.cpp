#include "relay/relay_frames.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::string_literals;

TEST(RelayFrames, SubscribeStomp12) {
    EXPECT_EQ(subscribe_frame(7, "/topic/chat.lobby"),
              "SUBSCRIBE\ndestination:/topic/chat.lobby\nid:7\nack:auto\nreceipt:s7\n\n\0"s);
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
