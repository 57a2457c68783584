#include "stomp/decoder.hpp"

#include "unit/stomp/decoded.hpp"

#include <gtest/gtest.h>

namespace stentor::stomp::test {
namespace {

using enum Command;
using namespace std::string_literals;

TEST(Stomp12Frames, ASendIsCommandHeadersAndBody) {
    EXPECT_EQ(
        decode("SEND\ndestination:/queue/a\ncontent-type:text/plain\n\nhello queue a\0"sv),
        frames({{send, {{"destination", "/queue/a"}, {"content-type", "text/plain"}}, "hello queue a"}}));
}

TEST(Stomp12Frames, EveryClientCommandIsRead) {
    for (const Command command :
         {connect, stomp, send, subscribe, unsubscribe, ack, nack, begin, commit, abort, disconnect})
        EXPECT_EQ(decode(std::string(to_string(command)) + "\nid:1\n\n\0"s),
                  frames({{command, {{"id", "1"}}}}));
}

TEST(Stomp12Frames, AClientReadsEveryServerCommand) {
    for (const Command command : {connected, message, receipt, error})
        EXPECT_EQ(decode(std::string(to_string(command)) + "\nid:1\n\n\0"s, {.from = Peer::server}),
                  frames({{command, {{"id", "1"}}}}));
}

TEST(Stomp12Frames, AFrameNeedsNoHeaders) {
    EXPECT_EQ(decode("DISCONNECT\n\n\0"sv), frames({{disconnect, {}}}));
}

TEST(Stomp12Frames, CommandsOfTheOtherSideAreRefused) {
    EXPECT_EQ(decode("MESSAGE\n\n\0"sv), malformed("a client may not send MESSAGE"));
    EXPECT_EQ(decode("CONNECTED\n\n"sv), malformed("a client may not send CONNECTED"));
    EXPECT_EQ(decode("RECEIPT\n\n"sv), malformed("a client may not send RECEIPT"));
    EXPECT_EQ(decode("ERROR\n\n"sv), malformed("a client may not send ERROR"));
    EXPECT_EQ(decode("SEND\n\n"sv, {.from = Peer::server}), malformed("a server may not send SEND"));
}

TEST(Stomp12Frames, UnknownCommandsAreRefused) {
    for (const auto bytes :
         {"HELLO\n\n\0"sv, "connect\n\n\0"sv, "SEND \n\n"sv, " SEND\n\n"sv, "SEND\r\r\n\n"sv, "SE\0ND\n"sv,
          "\rSEND\n\n"sv, "destination:/a\n\n"sv, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "SEND\0"sv})
        EXPECT_EQ(decode(bytes), malformed("unknown command")) << bytes;
}

TEST(StompDecoder, AnUnknownCommandIsToldWithTheReceiptThatItsHeadersAskFor) {
    Decoded failed = malformed("unknown command");
    EXPECT_EQ(decode("HELLO\na:1\n"sv), waiting());
    EXPECT_EQ(decode("HELLO\na:1\n\n"sv), failed);
    failed.failed_receipt = "r:1";
    EXPECT_EQ(decode("HELLO\nreceipt:r\\c1\nreceipt:2\n\nbody"sv), failed);
    failed = malformed("a client may not send ERROR");
    failed.failed_receipt = "r";
    EXPECT_EQ(decode("ERROR\nreceipt:r\n\nbody"sv), failed);
}

TEST(StompDecoder, AnUnknownCommandIsToldWhateverElseIsWrong) {
    const Reading reading{.limits = {.max_headers = 2}};
    for (const auto bytes : {"HELLO\nno colon\n"sv, "HELLO\na:\\t\n"sv, "HELLO\na:1\na:2\na:3\n"sv,
                             "HELLO\ncontent-length:x\n\n"sv, "HELLO\n\0"sv})
        EXPECT_EQ(decode(bytes, reading), malformed("unknown command")) << bytes;
}

TEST(StompDecoder, TellsWhetherSomethingIsBehindAFrame) {
    Decoder decoder;
    EXPECT_FALSE(decoder.has_unread());
    decoder.feed("BEGIN\n\n\0BEGIN\n\n\0"sv);
    ASSERT_TRUE(decoder.next()->has_value());
    EXPECT_TRUE(decoder.has_unread());
    ASSERT_TRUE(decoder.next()->has_value());
    EXPECT_FALSE(decoder.has_unread());
    decoder.feed("BEG");
    EXPECT_TRUE(decoder.has_unread());
    decoder.feed("NOT\0"sv);
    EXPECT_TRUE(decoder.next().has_error());
    EXPECT_FALSE(decoder.has_unread());
}

TEST(Stomp12Frames, LinesMayEndInCarriageReturnLineFeed) {
    EXPECT_EQ(decode("SEND\r\ndestination:/a\r\nx:\r\n\r\nbody\r\n\0\r\n\r\n"sv),
              frames({{send, {{"destination", "/a"}, {"x", ""}}, "body\r\n"}}));
}

TEST(Stomp11Frames, LinesEndInLineFeedOnly) {
    const Reading v1_1{.version = Version::v1_1};
    EXPECT_EQ(decode("SEND\r\n\n"sv, v1_1), malformed("unknown command"));
    EXPECT_EQ(decode("SEND\na:1\r\n"sv, v1_1), malformed("a control character in a header"));
    EXPECT_EQ(decode("SEND\n\r\n"sv, v1_1), malformed("a control character in a header"));
}

TEST(Stomp12Frames, LineEndsBetweenFramesAreHeartBeats) {
    EXPECT_EQ(decode("\n\r\n\nBEGIN\ntransaction:a\n\n\0\n\n\r\nBEGIN\ntransaction:b\n\n\0\n"sv),
              frames({{begin, {{"transaction", "a"}}}, {begin, {{"transaction", "b"}}}}));
    for (const Version version : {Version::v1_0, Version::v1_1, Version::v1_2})
        EXPECT_EQ(decode("\n\r\n\n"sv, {.version = version}), frames({}));
}

TEST(StompDecoder, NulsBetweenFramesAreSkipped) {
    EXPECT_EQ(decode("\0\0BEGIN\n\n\0\0\n\0ABORT\n\n\0\0"sv), frames({{begin, {}}, {abort, {}}}));
}

TEST(Stomp12Frames, SeveralFramesMayComeTogether) {
    EXPECT_EQ(decode("SEND\na:1\n\nx\0SEND\na:2\n\ny\0\nSEND\na:3\ncontent-length:3\n\n\0\n\0\0"sv),
              frames({{send, {{"a", "1"}}, "x"},
                      {send, {{"a", "2"}}, "y"},
                      {send, {{"a", "3"}, {"content-length", "3"}}, "\0\n\0"sv}}));
}

TEST(StompDecoder, AFrameThatIsNotWholeIsWaitedFor) {
    const std::string_view bytes = "SEND\na:\\c\ncontent-length:2\n\nxy\0"sv;
    for (std::size_t size = 1; size < bytes.size(); ++size)
        EXPECT_EQ(decode(bytes.substr(0, size)), waiting()) << size;
    EXPECT_EQ(decode(""), frames({}));
    EXPECT_EQ(decode(bytes), frames({{send, {{"a", ":"}, {"content-length", "2"}}, "xy"}}));
}

TEST(StompDecoder, TellsWhenAFrameHasBegun) {
    Decoder decoder;
    EXPECT_FALSE(decoder.in_frame());
    decoder.feed("\nS");
    ASSERT_FALSE(decoder.next()->has_value());
    EXPECT_TRUE(decoder.in_frame());
    decoder.feed("END\n\n\0\n"sv);
    ASSERT_TRUE(decoder.next()->has_value());
    EXPECT_FALSE(decoder.in_frame());
    ASSERT_FALSE(decoder.next()->has_value());
    EXPECT_FALSE(decoder.in_frame());
}

TEST(StompDecoder, StaysFailed) {
    Decoder decoder;
    decoder.feed("NOTHING\n\n");
    ASSERT_TRUE(decoder.next().has_error());
    decoder.feed("BEGIN\ntransaction:a\n\n\0"sv);
    ASSERT_TRUE(decoder.next().has_error());
    EXPECT_EQ(decoder.next().error(), (Error{Errc::malformed, "unknown command"}));
    EXPECT_FALSE(decoder.in_frame());
}

TEST(StompDecoder, TheVersionMayBeAgreedBetweenTwoFramesOfOnePiece) {
    Decoder decoder;
    decoder.feed("CONNECT\naccept-version:1.1\r\n\n\0\nSEND\na:\\r\n\n\0"sv);
    const auto first = decoder.next();
    ASSERT_TRUE(first->has_value());
    decoder.set_version(Version::v1_1);
    EXPECT_EQ((*first)->header("accept-version"), "1.1");
    EXPECT_EQ(decoder.next().error(), (Error{Errc::malformed, "an undefined escape in the header 'a'"}));
}

TEST(StompDecoder, AFrameStaysReadableUntilTheNextCall) {
    Decoder decoder;
    decoder.feed("SEND\na:1\n\nx\0SEND\na:2\n\ny\0"sv);
    const Frame first = decoder.next()->value();
    EXPECT_EQ(OwnedFrame(first), (OwnedFrame{send, {{"a", "1"}}, "x"}));
    const Frame second = decoder.next()->value();
    EXPECT_EQ(OwnedFrame(second), (OwnedFrame{send, {{"a", "2"}}, "y"}));
}

TEST(StompDecoder, BytesFedAfterAWholeFrameComeBehindIt) {
    Decoder decoder;
    decoder.feed("SEND\na:1\n\nx\0SEND\n"sv);
    ASSERT_TRUE(decoder.next()->has_value());
    decoder.feed("a:2\n\ny\0"sv);
    EXPECT_EQ(OwnedFrame(decoder.next()->value()), (OwnedFrame{send, {{"a", "2"}}, "y"}));
}

TEST(StompDecoder, ALargeFrameByteByByteIsRead) {
    const std::string body(300'000, 'x');
    const std::string bytes = "SEND\na:1\n\n" + body + '\0';
    Reading reading;
    reading.limits.max_body = body.size();
    EXPECT_EQ(decode_pieces(stentor::test::byte_by_byte(bytes), reading),
              frames({{send, {{"a", "1"}}, body}}));
}

}  // namespace
}  // namespace stentor::stomp::test
