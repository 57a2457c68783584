#include "stomp/decoder.hpp"
#include "unit/stomp/decoded.hpp"

#include <gtest/gtest.h>

namespace stentor::stomp::test {
namespace {

using enum Command;

const Reading v1_0{.version = Version::v1_0};
const Reading v1_1{.version = Version::v1_1};

TEST(Stomp12ValueEncoding, EscapesAreUndoneInNamesAndValues) {
    EXPECT_EQ(decode("SEND\na\\cb:\\r\\n\\c\\\\\nx:1\n\n\0"sv),
              frames({{send, {{"a:b", "\r\n:\\"}, {"x", "1"}}}}));
}

TEST(Stomp12ValueEncoding, UndefinedEscapesAreFatal) {
    for (const auto bytes :
         {"SEND\nfoo:\\t\n"sv, "SEND\nfoo:a\\\n"sv, "SEND\nfoo:\\\\\\\r\n"sv, "SEND\nfoo:\\R\n"sv})
        EXPECT_EQ(decode(bytes), malformed("an undefined escape in the header 'foo'")) << bytes;
    EXPECT_EQ(decode("SEND\nfo\\o:1\n"sv), malformed("an undefined escape in a header's name"));
    EXPECT_EQ(decode("SEND\nfoo\\:1\n"sv), malformed("an undefined escape in a header's name"));
}

TEST(StompDecoder, AnErrorShowsNoLongName) {
    EXPECT_EQ(decode("SEND\n" + std::string(65, 'x') + ":\\t\n"),
              malformed("an undefined escape in the header"));
}

TEST(Stomp11ValueEncoding, KnowsNoEscapeForCarriageReturn) {
    EXPECT_EQ(decode("SEND\na:\\n\\c\\\\\n\n\0"sv, v1_1), frames({{send, {{"a", "\n:\\"}}}}));
    EXPECT_EQ(decode("SEND\na:\\r\n\n\0"sv, v1_1), malformed("an undefined escape in the header 'a'"));
}

TEST(Stomp10, HasNoEscapes) {
    EXPECT_EQ(decode("SEND\na\\n:\\c\\t\\\n\n\0"sv, v1_0), frames({{send, {{"a\\n", "\\c\\t\\"}}}}));
}

TEST(Stomp12ValueEncoding, ConnectAndConnectedAreTakenLiterally) {
    for (const Reading& reading : {v1_0, v1_1, Reading{}, Reading{.version = std::nullopt}}) {
        EXPECT_EQ(decode("CONNECT\nlogin:a\\cb\n\n\0"sv, reading), frames({{connect, {{"login", "a\\cb"}}}}));
        EXPECT_EQ(decode("STOMP\npasscode:\\t\\\n\n\0"sv, reading),
                  frames({{stomp, {{"passcode", "\\t\\"}}}}));
    }
    EXPECT_EQ(decode("CONNECTED\nserver:a\\cb\n\n\0"sv, {.from = Peer::server}),
              frames({{connected, {{"server", "a\\cb"}}}}));
}

TEST(Stomp12Frames, ValuesAreNotTrimmed) {
    for (const Reading& reading : {v1_1, Reading{}})
        EXPECT_EQ(decode("SEND\ndestination: /topic/a\n b :\t c \n\n\0"sv, reading),
                  frames({{send, {{"destination", " /topic/a"}, {" b ", "\t c "}}}}));
}

TEST(Stomp10, BlanksAroundNamesAndValuesAreTrimmed) {
    EXPECT_EQ(decode("SEND\n destination\t: /queue/a b \nx: \t\n\nhi\0"sv, v1_0),
              frames({{send, {{"destination", "/queue/a b"}, {"x", ""}}, "hi"}}));
    EXPECT_EQ(decode("SEND\n \t:1\n"sv, v1_0), malformed("a header without a name"));
}

TEST(StompDecoder, AColonInAValueNeedNotBeEscaped) {
    for (const Reading& reading : {v1_0, v1_1, Reading{}})
        EXPECT_EQ(decode("SEND\nurl:http://a:80/\n\n\0"sv, reading),
                  frames({{send, {{"url", "http://a:80/"}}}}));
}

TEST(Stomp12RepeatedHeaderEntries, AllAreGivenAndTheFirstCounts) {
    EXPECT_EQ(decode("SEND\ndestination:/topic/ok\ndestination:/queue/secret\n\n\0"sv),
              frames({{send, {{"destination", "/topic/ok"}, {"destination", "/queue/secret"}}}}));
}

TEST(Stomp12Bnf, AHeaderIsANameAColonAndAValue) {
    for (const Reading& reading : {v1_0, v1_1, Reading{}}) {
        EXPECT_EQ(decode("SEND\ndestination\n"sv, reading), malformed("a header line without a colon"));
        EXPECT_EQ(decode("SEND\n:value\n"sv, reading), malformed("a header without a name"));
        EXPECT_EQ(decode("SEND\n:\n"sv, reading), malformed("a header without a name"));
    }
}

TEST(Stomp12Bnf, ACarriageReturnOnlyEndsALine) {
    for (const auto bytes :
         {"SEND\na:1\r2\n"sv, "SEND\na\r:1\n"sv, "SEND\na:1\r\r\n"sv, "SEND\na:1\n\r\r\n"sv})
        EXPECT_EQ(decode(bytes), malformed("a control character in a header")) << bytes;
}

TEST(StompDecoder, ControlCharactersInHeadersAreRefused) {
    for (char c = 1; c < 0x20; ++c) {
        if (c == '\t' || c == '\n' || c == '\r') continue;
        EXPECT_EQ(decode("SEND\na:b" + std::string(1, c) + "\n"),
                  malformed("a control character in a header"));
        EXPECT_EQ(decode("SEND\n" + std::string(1, c) + "a:b\n"),
                  malformed("a control character in a header"));
    }
    EXPECT_EQ(decode("SEND\na:\x7f\n"), malformed("a control character in a header"));
    EXPECT_EQ(decode("SEND\na:\tb\n\n\0"sv), frames({{send, {{"a", "\tb"}}}}));
}

TEST(StompDecoder, ANulInTheHeadersIsRefusedAtOnce) {
    EXPECT_EQ(decode("SEND\na:1\0"sv), malformed("a control character in a header"));
    EXPECT_EQ(decode("SEND\na:1\n\0"sv), malformed("a control character in a header"));
    EXPECT_EQ(decode("SEND\na:1\0\nb:2\n\n\0"sv), malformed("a control character in a header"));
    EXPECT_EQ(decode("SEND\nno colon\0\n"sv), malformed("a control character in a header"));
}

TEST(StompDecoder, HeadersAreUtf8) {
    EXPECT_EQ(decode("SEND\n\u00e9\u20ac:\U0001F600\n\n\0"sv),
              frames({{send, {{"\u00e9\u20ac", "\U0001F600"}}}}));
    for (const auto bytes :
         {"SEND\na:\xff\n"sv, "SEND\n\xc3:\xa9\n"sv, "SEND\na:\xc0\x80\n"sv, "SEND\na:\xed\xa0\x80\n"sv,
          "SEND\na:\xe2\x82\n"sv, "CONNECT\nlogin:\x80\n"sv, "SEND\n\xf8nocolon\n"sv})
        EXPECT_EQ(decode(bytes), malformed("a header is not UTF-8")) << bytes;
}

TEST(Stomp12Error, AFailedFrameTellsTheReceiptItAskedFor) {
    Decoded failed = malformed("a header line without a colon");
    EXPECT_EQ(decode("SEND\nnothing\nreceipt:7\n"sv), failed);
    failed.failed_receipt = "7:a";
    EXPECT_EQ(decode("SEND\nreceipt:7\\ca\nreceipt:8\nnothing\n"sv), failed);
    failed = malformed("SUBSCRIBE may not have a body");
    failed.failed_receipt = "7";
    EXPECT_EQ(decode("SUBSCRIBE\nid:1\nreceipt:7\n\nbody\0"sv), failed);
}

TEST(Stomp12Error, TheReceiptOfAnEarlierFrameIsNotTold) {
    const Decoded decoded = decode("SEND\nreceipt:7\n\n\0SEND\nnothing\n"sv);
    EXPECT_EQ(decoded.frames.size(), 1u);
    EXPECT_EQ(decoded.failed_receipt, std::nullopt);
    EXPECT_EQ(decode("SEND\nreceipt:7\n\n\0"sv).failed_receipt, std::nullopt);
}

}  // namespace
}  // namespace stentor::stomp::test
