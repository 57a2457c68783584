#include "stomp/header_line.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::stomp {
namespace {

using namespace std::string_literals;

std::optional<std::string> unescaped(std::string text, Version version) {
    const auto size = unescape(text.data(), text.size(), version);
    if (!size) return std::nullopt;
    return text.substr(0, *size);
}

TEST(StompHeaderLine, TellsTheFirstColon) {
    EXPECT_EQ(look_at("name:value:more").colon, 4u);
    EXPECT_EQ(look_at(":value").colon, 0u);
    EXPECT_EQ(look_at("no colon").colon, std::string_view::npos);
    EXPECT_EQ(look_at("").colon, std::string_view::npos);
}

TEST(StompHeaderLine, TellsControlCharactersButNotTheTab) {
    for (int c = 0; c < 256; ++c) {
        const std::string line = "a:"s + static_cast<char>(c) + "b";
        EXPECT_EQ(look_at(line).has_control, (c < 0x20 && c != '\t') || c == 0x7f) << c;
    }
}

TEST(StompHeaderLine, TellsBackslashesAndBytesBeyondAscii) {
    EXPECT_TRUE(look_at("a:\\c").has_backslash);
    EXPECT_FALSE(look_at("a:/c").has_backslash);
    EXPECT_TRUE(look_at("a:b~").is_ascii);
    EXPECT_FALSE(look_at("a:\xc3\xa9").is_ascii);
    EXPECT_FALSE(look_at("\x80:b").is_ascii);
}

TEST(StompHeaderLine, TellsItOfEachPlaceInALine) {
    for (std::size_t size = 1; size <= 20; ++size)
        for (std::size_t at = 0; at < size; ++at)
            for (int c = 0; c < 256; ++c) {
                std::string line(size, 'x');
                line[at] = static_cast<char>(c);
                const HeaderLine seen = look_at(line);
                ASSERT_EQ(seen.has_control, (c < 0x20 && c != '\t') || c == 0x7f) << size << ", " << at;
                ASSERT_EQ(seen.has_backslash, c == '\\') << size << ", " << at;
                ASSERT_EQ(seen.is_ascii, c < 0x80) << size << ", " << at;
                ASSERT_EQ(seen.colon, c == ':' ? at : line.npos) << size << ", " << at;
            }
}

TEST(Stomp12ValueEncoding, EscapesAreUndone) {
    EXPECT_EQ(unescaped("plain", Version::v1_2), "plain");
    EXPECT_EQ(unescaped("", Version::v1_2), "");
    EXPECT_EQ(unescaped("\\r\\n\\c\\\\", Version::v1_2), "\r\n:\\");
    EXPECT_EQ(unescaped("a\\cb\\\\nc", Version::v1_2), "a:b\\nc");
}

TEST(Stomp11ValueEncoding, HasNoEscapeForCarriageReturn) {
    EXPECT_EQ(unescaped("\\n\\c\\\\", Version::v1_1), "\n:\\");
    EXPECT_EQ(unescaped("a\\rb", Version::v1_1), std::nullopt);
}

TEST(Stomp10, HasNoEscapes) { EXPECT_EQ(unescaped("\\n\\c\\t\\", Version::v1_0), "\\n\\c\\t\\"); }

TEST(Stomp12ValueEncoding, UndefinedEscapesAreRefused) {
    for (const Version version : {Version::v1_1, Version::v1_2})
        for (const char* text : {"\\t", "a\\", "\\", "\\\\\\", "\\N", "\\ c", "\\0"})
            EXPECT_EQ(unescaped(text, version), std::nullopt) << text;
    EXPECT_EQ(unescaped("a\\\0b"s, Version::v1_2), std::nullopt);
}

}  // namespace
}  // namespace stentor::stomp
