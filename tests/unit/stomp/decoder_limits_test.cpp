#include "stomp/decoder.hpp"
#include "unit/stomp/decoded.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace stentor::stomp::test {
namespace {

using enum Command;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

TEST(StompLimits, TheCommandLine) {
    EXPECT_EQ(decode(std::string(33, 'X')), too_large("the command is longer than 32 bytes"));
    EXPECT_EQ(decode(std::string(32, 'X')), waiting());
    EXPECT_EQ(decode(std::string(32, 'X') + "\n\n"), malformed("unknown command"));
    EXPECT_EQ(decode("SEND\n", {.limits = {.max_command = 4}}), waiting());
}

TEST(StompLimits, AHeaderLineAsSent) {
    const Reading reading{.limits = {.max_header_line = 5}};
    EXPECT_EQ(decode("SEND\na:\\c1\n\n\0"sv, reading), frames({{send, {{"a", ":1"}}}}));
    EXPECT_EQ(decode("SEND\na:\\c12\n\n\0"sv, reading), too_large("a header line is longer than 5 bytes"));
    EXPECT_EQ(decode("SEND\naaaaaa"sv, reading), too_large("a header line is longer than 5 bytes"));
    EXPECT_EQ(decode("SEND\naaaaa"sv, reading), waiting());
}

TEST(StompLimits, BytesWithoutALineEndDoNotGather) {
    Decoder decoder;
    decoder.set_version(Version::v1_2);
    decoder.feed("SEND\n");
    std::size_t fed = 0;
    while (decoder.next() && fed < 100'000) {
        decoder.feed("aaaaaaaaaa");
        fed += 10;
    }
    EXPECT_EQ(decoder.next().error(), (Error{Errc::too_large, "a header line is longer than 8192 bytes"}));
    EXPECT_EQ(fed, 8200u);
}

TEST(StompLimits, TheNumberOfHeaders) {
    const Reading reading{.limits = {.max_headers = 3}};
    EXPECT_EQ(decode("SEND\na:1\na:1\nb:2\n\n\0"sv, reading),
              frames({{send, {{"a", "1"}, {"a", "1"}, {"b", "2"}}}}));
    EXPECT_EQ(decode("SEND\na:1\na:1\nb:2\na:1\n"sv, reading), too_large("more than 3 headers"));
}

TEST(StompLimits, ANulInOneHeaderTooManyIsToldTheSameHoweverItIsCut) {
    EXPECT_EQ(decode("SEND\na:1\nb\0:2\n"sv, {.limits = {.max_headers = 1}}),
              malformed("a control character in a header"));
}

TEST(StompLimits, TheBytesOfAllHeaders) {
    const Reading reading{.limits = {.max_header_bytes = 12}};
    EXPECT_EQ(decode("SEND\na:1\nb:2\nc:3\n\n\0"sv, reading),
              frames({{send, {{"a", "1"}, {"b", "2"}, {"c", "3"}}}}));
    EXPECT_EQ(decode("SEND\na:1\nb:2\nc:3\nd:4\n"sv, reading),
              too_large("the headers are longer than 12 bytes"));
    EXPECT_EQ(decode("SEND\na:1\nb:2\nc:3456\n"sv, reading),
              too_large("the headers are longer than 12 bytes"));
}

TEST(StompLimits, OfTwoTheOneReachedFirstIsTold) {
    const Reading reading{.limits = {.max_header_line = 8, .max_header_bytes = 12}};
    EXPECT_EQ(decode("SEND\na:1\nb:2\nc:345678901234\n"sv, reading),
              too_large("the headers are longer than 12 bytes"));
    EXPECT_EQ(decode("SEND\na:345678901234\n"sv, reading), too_large("a header line is longer than 8 bytes"));
}

TEST(StompLimits, TheBodyCounted) {
    const Reading reading{.limits = {.max_body = 5}};
    EXPECT_EQ(decode("SEND\ncontent-length:5\n\nhello\0"sv, reading),
              frames({{send, {{"content-length", "5"}}, "hello"}}));
    for (const auto length :
         {"6", "9999999999999", "18446744073709551615", "18446744073709551616", "99999999999999999999999"})
        EXPECT_EQ(decode("SEND\ncontent-length:" + std::string(length) + "\n\n", reading),
                  too_large("the body is longer than 5 bytes"));
}

TEST(StompLimits, TheBodyNotCounted) {
    const Reading reading{.limits = {.max_body = 5}};
    EXPECT_EQ(decode("SEND\n\nhello\0"sv, reading), frames({{send, {}, "hello"}}));
    EXPECT_EQ(decode("SEND\n\nhello!\0"sv, reading), too_large("the body is longer than 5 bytes"));
    EXPECT_EQ(decode("SEND\n\nhello!"sv, reading), too_large("the body is longer than 5 bytes"));
    EXPECT_EQ(decode("SEND\n\nhello"sv, reading), waiting());
}

TEST(StompLimits, AnEmptyBodyMayBeTheLimit) {
    const Reading reading{.limits = {.max_body = 0}};
    EXPECT_EQ(decode("SEND\n\n\0"sv, reading), frames({{send, {}}}));
    EXPECT_EQ(decode("SEND\n\nx"sv, reading), too_large("the body is longer than 0 bytes"));
}

TEST(StompLimits, TheFirstFrameWhileNoVersionIsAgreed) {
    const std::string_view bytes = "CONNECT\nhost:a\n\n\0"sv;
    const auto before = [&](std::size_t limit) {
        return Reading{.version = std::nullopt, .limits = {.max_first_frame = limit}};
    };
    EXPECT_EQ(decode(bytes, before(bytes.size())), frames({{connect, {{"host", "a"}}}}));
    for (std::size_t limit = 0; limit < bytes.size(); ++limit)
        EXPECT_EQ(decode(bytes, before(limit)),
                  too_large("the first frame is longer than " + std::to_string(limit) + " bytes"));
    EXPECT_EQ(decode(bytes, {.limits = {.max_first_frame = 1}}), frames({{connect, {{"host", "a"}}}}));
}

TEST(StompLimits, TheFirstFrameWithABody) {
    const Reading reading{.version = std::nullopt, .limits = {.max_first_frame = 30}};
    const Decoded failed = too_large("the first frame is longer than 30 bytes");
    EXPECT_EQ(decode("SEND\ncontent-length:4\n\nbody\0"sv, reading),
              frames({{send, {{"content-length", "4"}}, "body"}}));
    EXPECT_EQ(decode("SEND\ncontent-length:7\n\n"sv, reading), failed);
    EXPECT_EQ(decode("SEND\n\n" + std::string(24, 'x'), reading), failed);
    EXPECT_EQ(decode("SUBSCRIBE\nabc:4567890123456789\n\nx"sv, reading), failed);
}

TEST(StompLimits, MayBeLifted) {
    const Reading reading{.limits = {no_limit, no_limit, no_limit, no_limit, no_limit, no_limit}};
    EXPECT_EQ(decode("SEND\na:1\n\nhello\0"sv, reading), frames({{send, {{"a", "1"}}, "hello"}}));
    EXPECT_EQ(decode("SEND\ncontent-length:18446744073709551615\n\nhello\0"sv, reading), waiting());
}

TEST(StompLimits, AMillionHeartBeatsLeaveNothingBehind) {
    Decoder decoder;
    const std::string beats(1'000'000, '\n');
    decoder.feed(beats);
    EXPECT_FALSE(decoder.next()->has_value());
    for (int i = 0; i < 100'000; ++i) {
        decoder.feed("\r\n");
        ASSERT_FALSE(decoder.next()->has_value());
    }
    EXPECT_FALSE(decoder.in_frame());
}

}  // namespace
}  // namespace stentor::stomp::test
