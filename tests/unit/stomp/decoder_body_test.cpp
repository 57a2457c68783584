#include "stomp/decoder.hpp"
#include "unit/stomp/decoded.hpp"

#include <gtest/gtest.h>

namespace stentor::stomp::test {
namespace {

using enum Command;

std::string send_with_length(std::string_view length, std::string_view body = "hello\0"sv) {
    return "SEND\ncontent-length:" + std::string(length) + "\n\n" + std::string(body);
}

TEST(Stomp12Body, WithContentLengthOctetsAreReadWhateverTheyAre) {
    EXPECT_EQ(decode(send_with_length("6", "a\0\n\xff\0\r\0"sv)),
              frames({{send, {{"content-length", "6"}}, "a\0\n\xff\0\r"sv}}));
    EXPECT_EQ(decode(send_with_length("0", "\0"sv)), frames({{send, {{"content-length", "0"}}}}));
    EXPECT_EQ(decode(send_with_length("005")), frames({{send, {{"content-length", "005"}}, "hello"}}));
}

TEST(Stomp12Body, ANulMustFollowTheContentLength) {
    const Decoded failed = malformed("no NUL where content-length ends the body");
    EXPECT_EQ(decode(send_with_length("4")), failed);
    EXPECT_EQ(decode(send_with_length("0")), failed);
    EXPECT_EQ(decode(send_with_length("6", "hello\0SEND\n"sv)), failed);
    EXPECT_EQ(decode("SUBSCRIBE\ncontent-length:0\n\nx\0"sv), failed);
}

TEST(Stomp12Body, WithoutContentLengthItEndsAtTheFirstNul) {
    EXPECT_EQ(decode("SEND\n\na\n\xff\r\0"sv), frames({{send, {}, "a\n\xff\r"}}));
    Decoded decoded = malformed("unknown command");
    decoded.frames = {{send, {}, "a"}};
    EXPECT_EQ(decode("SEND\n\na\0b\n\0"sv), decoded);
}

TEST(Stomp12Body, ContentLengthIsDecimalDigits) {
    for (const auto length :
         {"", "-1", "+5", "-2147483649", "1e3", " 5", "5 ", "5 5", "0x5", "5.0", "\t5", "5,5"})
        EXPECT_EQ(decode(send_with_length(length)), malformed("content-length is not a decimal number"))
            << length;
}

TEST(Stomp10, BlanksAroundContentLengthAreTolerated) {
    const Reading v1_0{.version = Version::v1_0};
    EXPECT_EQ(decode(send_with_length(" 5\t"), v1_0), frames({{send, {{"content-length", "5"}}, "hello"}}));
    EXPECT_EQ(decode(send_with_length("5 5"), v1_0), malformed("content-length is not a decimal number"));
}

TEST(Stomp12RepeatedHeaderEntries, TheFirstContentLengthCounts) {
    EXPECT_EQ(decode("SEND\ncontent-length:5\ncontent-length:2\n\nhello\0"sv),
              frames({{send, {{"content-length", "5"}, {"content-length", "2"}}, "hello"}}));
}

TEST(Stomp12Body, ContentLengthNamesAreCaseSensitive) {
    EXPECT_EQ(decode("SEND\nContent-Length:2\n\nhello\0"sv),
              frames({{send, {{"Content-Length", "2"}}, "hello"}}));
}

TEST(Stomp12Body, OnlySendMessageAndErrorMayHaveOne) {
    for (const Command command :
         {connect, stomp, subscribe, unsubscribe, ack, nack, begin, commit, abort, disconnect}) {
        const std::string name(to_string(command));
        EXPECT_EQ(decode(name + "\n\nx"), malformed(name + " may not have a body"));
        EXPECT_EQ(decode(name + "\n\n\n"), malformed(name + " may not have a body"));
        EXPECT_EQ(decode(name + "\ncontent-length:1\n\n"), malformed(name + " may not have a body"));
        EXPECT_EQ(decode(name + "\ncontent-length:0\n\n" + '\0'),
                  frames({{command, {{"content-length", "0"}}}}));
    }
    EXPECT_EQ(decode("RECEIPT\n\nx"sv, {.from = Peer::server}), malformed("RECEIPT may not have a body"));
    EXPECT_EQ(decode("ERROR\n\nx\0MESSAGE\n\ny\0"sv, {.from = Peer::server}),
              frames({{error, {}, "x"}, {message, {}, "y"}}));
}

TEST(Stomp12Body, ABodyMayLookLikeAFrame) {
    const std::string inner = "SEND\ncontent-length:9\n\n" + std::string(9, '\0') + '\0';
    EXPECT_EQ(decode(send_with_length(std::to_string(inner.size()), inner + '\0')),
              frames({{send, {{"content-length", std::to_string(inner.size())}}, inner}}));
}

}  // namespace
}  // namespace stentor::stomp::test
