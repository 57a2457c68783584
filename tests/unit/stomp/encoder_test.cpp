#include "stomp/encoder.hpp"

#include "unit/stomp/decoded.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::stomp::test {
namespace {

using enum Command;
using Headers = std::vector<HeaderView>;
constexpr std::array versions{Version::v1_0, Version::v1_1, Version::v1_2};

std::string encoded(Version version, Command command, const Headers& headers, std::string_view body = {}) {
    std::string out;
    encode(out, version, command, headers, body);
    return out;
}

std::string escaped(Version version, std::string_view text) {
    std::string out;
    append_escaped(out, version, text);
    return out;
}

/// As the grammar has it, one character after the other.
std::string escaped_slowly(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += "\\n";
        else if (c == '\r') out += "\\r";
        else if (c == ':') out += "\\c";
        else if (c == '\\') out += "\\\\";
        else out += c == '\0' ? ' ' : c;
    }
    return out;
}

TEST(StompEncoder, EscapesAtEachPlaceOfShortAndLongTexts) {
    for (std::size_t size = 1; size <= 20; ++size)
        for (std::size_t at = 0; at < size; ++at)
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, 'x');
                text[at] = static_cast<char>(byte);
                const std::string line = escaped_slowly(text);
                ASSERT_EQ(encoded(Version::v1_2, receipt, {{text, "v"}, {"n", text}}),
                          "RECEIPT\n" + line + ":v\nn:" + line + "\n\n" + '\0');
            }
}

TEST(StompEncoder, ManyHeadersAreEscapedToo) {
    Headers headers;
    std::string expected = "RECEIPT\n";
    for (int i = 0; i < 70; ++i) {
        headers.push_back({"n", i % 2 == 0 ? "a:b" : "ab"});
        expected += i % 2 == 0 ? "n:a\\cb\n" : "n:ab\n";
    }
    EXPECT_EQ(encoded(Version::v1_2, receipt, headers), expected + '\n' + '\0');
}

TEST(StompEncoder, TellsTheSizeBefore) {
    for (const std::size_t body : {0, 1, 9, 10, 99, 100, 12345}) {
        const Headers headers{{"destination", "/topic/x"}, {"a:b", "c\nd"}, {"content-length", "7"}};
        const std::string text(body, 'x');
        const Encoder frame(Version::v1_1, message, headers, text);
        EXPECT_EQ(frame.size(), encoded(Version::v1_1, message, headers, text).size());
        EXPECT_TRUE(encoded(Version::v1_1, message, headers, text).ends_with(text + '\0'));
    }
}

TEST(Stomp12Frames, AMessageIsWrittenWithItsContentLength) {
    EXPECT_EQ(encoded(Version::v1_2, message, {{"subscription", "0"}, {"message-id", "007"}}, "hello\0"sv),
              "MESSAGE\nsubscription:0\nmessage-id:007\ncontent-length:6\n\nhello\0\0"sv);
}

TEST(StompEncoder, Appends) {
    std::string out = "before";
    encode(out, Version::v1_2, receipt, Headers{{"receipt-id", "1"}});
    encode(out, Version::v1_2, disconnect, {});
    EXPECT_EQ(out, "beforeRECEIPT\nreceipt-id:1\n\n\0DISCONNECT\n\n\0"sv);
}

TEST(Stomp12Body, ContentLengthIsWrittenWhereABodyMayBe) {
    for (const Command command : {send, message, error})
        EXPECT_EQ(encoded(Version::v1_2, command, {}),
                  std::string(to_string(command)) + "\ncontent-length:0\n\n" + '\0');
    for (const Command command : {connected, receipt, subscribe, ack})
        EXPECT_EQ(encoded(Version::v1_2, command, {}), std::string(to_string(command)) + "\n\n" + '\0');
}

TEST(StompEncoder, AContentLengthGivenIsIgnored) {
    EXPECT_EQ(
        encoded(Version::v1_2, send, {{"content-length", "99"}, {"a", "1"}, {"content-length", "98"}}, "x"),
        "SEND\na:1\ncontent-length:1\n\nx\0"sv);
    EXPECT_EQ(encoded(Version::v1_2, receipt, {{"content-length", "99"}}), "RECEIPT\n\n\0"sv);
}

TEST(StompEncoder, RepeatedNamesAreWrittenAsGiven) {
    EXPECT_EQ(encoded(Version::v1_2, begin, {{"a", "1"}, {"a", "2"}, {"a", "1"}}),
              "BEGIN\na:1\na:2\na:1\n\n\0"sv);
}

TEST(StompEncoder, AHeaderWithoutANameIsNotWritten) {
    EXPECT_EQ(encoded(Version::v1_2, begin, {{"", "1"}, {"a", ""}}), "BEGIN\na:\n\n\0"sv);
}

TEST(Stomp12ValueEncoding, NamesAndValuesAreEscaped) {
    EXPECT_EQ(encoded(Version::v1_2, receipt, {{"a:b\\", "x\r\ny:\\"}}),
              "RECEIPT\na\\cb\\\\:x\\r\\ny\\c\\\\\n\n\0"sv);
    EXPECT_EQ(escaped(Version::v1_2, "x\r\ny:\\z"), "x\\r\\ny\\c\\\\z");
}

TEST(Stomp11ValueEncoding, CarriageReturnCannotBeWritten) {
    EXPECT_EQ(encoded(Version::v1_1, receipt, {{"a:b\r", "x\r\ny:\\"}}),
              "RECEIPT\na\\cb :x \\ny\\c\\\\\n\n\0"sv);
    EXPECT_EQ(escaped(Version::v1_1, "x\r\ny:\\z"), "x \\ny\\c\\\\z");
}

TEST(Stomp10, WhatCannotBeWrittenIsABlank) {
    EXPECT_EQ(encoded(Version::v1_0, receipt, {{"a:b\n", "x\r\ny:\\"}}), "RECEIPT\na b :x  y:\\\n\n\0"sv);
    EXPECT_EQ(escaped(Version::v1_0, "x\r\ny:\\z"), "x  y:\\z");
}

TEST(Stomp12ValueEncoding, ConnectStompAndConnectedAreNotEscaped) {
    for (const Version version : versions)
        for (const Command command : {connect, stomp, connected})
            EXPECT_EQ(encoded(version, command, {{"a:b\n", "\r\\c:\n"}}),
                      std::string(to_string(command)) + "\na b : \\c: \n\n" + '\0');
}

TEST(StompEncoder, NoVersionCanWriteANul) {
    for (const Version version : versions)
        EXPECT_EQ(encoded(version, receipt, {{"a\0"sv, "\0b\0"sv}}), "RECEIPT\na : b \n\n\0"sv);
}

TEST(StompEncoder, PlainTextIsAppendedAsItIs) {
    const std::string text = "/topic/caf\xc3\xa9 and more of it, without anything special at all";
    for (const Version version : versions) EXPECT_EQ(escaped(version, text), text);
    for (const Version version : versions) EXPECT_EQ(escaped(version, ""), "");
}

std::string random_text(std::mt19937& random, std::size_t least) {
    static constexpr std::string_view letters = "ab:\\\r\n\0cn r"sv;
    std::string text(least + random() % 6, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    return text;
}

/// What of `text` a version can carry.
std::string carried(std::string text, Version version, bool is_name) {
    for (char& c : text) {
        const bool lost = c == '\0' || (c == '\r' && version != Version::v1_2) ||
                          (version == Version::v1_0 && (c == '\n' || (c == ':' && is_name)));
        if (lost) c = ' ';
    }
    if (version != Version::v1_0) return text;
    const auto first = text.find_first_not_of(' ');
    return first == text.npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

TEST(StompEncoder, WhatIsWrittenIsReadAgainWhateverTheTexts) {
    std::mt19937 random(11);
    for (int i = 0; i < 3000; ++i) {
        const Version version = versions[random() % versions.size()];
        // The letter keeps a name from being all blanks, which 1.0 would trim to nothing.
        const std::string name = "x" + random_text(random, 0);
        const std::string value = random_text(random, 0);
        const std::string body = random_text(random, 0);
        const std::string bytes = encoded(version, send, {{name, value}}, body);
        const OwnedFrame expected{send,
                                  {{carried(name, version, true), carried(value, version, false)},
                                   {"content-length", std::to_string(body.size())}},
                                  body};
        ASSERT_EQ(decode(bytes, {.version = version}), frames({expected})) << bytes;
    }
}

}  // namespace
}  // namespace stentor::stomp::test
