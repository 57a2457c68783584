#include "session/stomp_frames.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace stentor::session {
namespace {

using namespace std::string_view_literals;
using stomp::Version;

std::string tcp_message(Version version, std::string_view id, const Message& message) {
    return std::string(message_frame(Framing::tcp, version, id, message)->view());
}

TEST(Stomp1_2_MESSAGE, HasDestinationIdAndSubscription) {
    EXPECT_EQ(
        tcp_message(Version::v1_2, "sub-0", {"/topic/x", {{"k", "v"}}, "hi", "m-1"}),
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:sub-0\nk:v\ncontent-length:2\n\nhi\0"sv);
}

TEST(Stomp1_2_MESSAGE, EscapesWhatAHeaderCannotHold) {
    EXPECT_EQ(
        tcp_message(Version::v1_2, "a:b", {"/topic/x", {{"k", "1\n2\\"}}, "", "m-1"}),
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:a\\cb\nk:1\\n2\\\\\ncontent-length:0\n\n\0"sv);
}

TEST(Stomp1_2_MESSAGE, ADeliveryCanHaveHeadersOfItsOwn) {
    const std::array own{stomp::HeaderView{"ack", "7"}, stomp::HeaderView{"redelivered", "true"}};
    const Message message{"/topic/x", {{"k", "v"}}, "hi", "m-1"};
    EXPECT_EQ(message_frame(Framing::tcp, Version::v1_2, "1", message, own)->view(),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\nack:7\nredelivered:true\nk:v\n"
              "content-length:2\n\nhi\0"sv);
}

TEST(Stomp1_0_MESSAGE, ASubscriptionWithoutIdIsNotNamed) {
    EXPECT_EQ(tcp_message(Version::v1_0, "", {"/topic/x", {}, "hi", "m-1"}),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\ncontent-length:2\n\nhi\0"sv);
}

TEST(Stomp1_0_MESSAGE, ALineFeedCannotBreakTheFrame) {
    EXPECT_EQ(
        tcp_message(Version::v1_0, "1", {"/topic/x", {{"k", "a\ninjected:1"}}, "", "m-1"}),
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\nk:a injected:1\ncontent-length:0\n\n\0"sv);
}

TEST(MessageFrame, TextTravelsInATextFrameAndBytesInABinaryOne) {
    const auto opcode = [](std::string_view body) {
        return message_frame(Framing::websocket, Version::v1_2, "1", {"/t", {}, std::string(body), "m"})
            ->view()[0];
    };
    EXPECT_EQ(opcode("text"), '\x81');
    EXPECT_EQ(opcode("\xff"), '\x82');
}

TEST(MessageFrame, OverSockjsTheLengthIsThatOfWhatIsSent) {
    const std::string frame(
        message_frame(Framing::sockjs_quoted, Version::v1_2, "1", {"/t", {}, "\xff", "m"})->view());
    EXPECT_NE(frame.find(R"(content-length:3\n\n\ufffd\u0000)"), std::string::npos) << frame;
}

TEST(ControlFrame, HasNoContentLengthWithoutABody) {
    const std::array headers{stomp::HeaderView{"receipt-id", "7"}};
    EXPECT_EQ(control_frame(Framing::tcp, Version::v1_2, stomp::Command::receipt, headers)->view(),
              "RECEIPT\nreceipt-id:7\n\n\0"sv);
}

TEST(HeartBeatFrame, IsOneEndOfLine) {
    EXPECT_EQ(heart_beat(Framing::tcp)->view(), "\n");
    EXPECT_EQ(heart_beat(Framing::websocket)->view(), "\x81\x01\n");
    EXPECT_EQ(heart_beat(Framing::sockjs_quoted)->view(), R"("\n")");
}

TEST(ServerHeaders, AreThoseThatClientsMayNotPassOn) {
    for (const auto* name : {"message-id", "subscription", "ack", "destination", "user-name", "receipt",
                             "content-length", "passcode", "Authorization", "authorization"})
        EXPECT_TRUE(is_server_header(name)) << name;
    for (const auto* name : {"content-type", "Destination", "correlation-id", "x"})
        EXPECT_FALSE(is_server_header(name)) << name;
}

}  // namespace
}  // namespace stentor::session
