#include "sockjs/json_scanner.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;
using Text = std::optional<std::string>;

Text string_of(std::string_view json) { return JsonScanner(json).string(); }

TEST(JsonRfc8259_2, BlanksBeforeStructuralCharactersAreSkipped) {
    JsonScanner scanner(" \t\r\n[ , ");
    EXPECT_TRUE(scanner.accept('['));
    EXPECT_FALSE(scanner.at_end());
    EXPECT_TRUE(scanner.sees(','));
    EXPECT_TRUE(scanner.accept(','));
    EXPECT_TRUE(scanner.at_end());
}

TEST(JsonRfc8259_2, OtherBlanksAreNot) {
    EXPECT_FALSE(JsonScanner("\v[").accept('['));
    EXPECT_FALSE(JsonScanner("\f[").accept('['));
    EXPECT_FALSE(JsonScanner("\u00a0[").accept('['));
    EXPECT_FALSE(JsonScanner("\0["sv).accept('['));
}

TEST(JsonRfc8259_2, AnotherCharacterIsNotTaken) {
    JsonScanner scanner(" x");
    EXPECT_FALSE(scanner.accept('['));
    EXPECT_TRUE(scanner.sees('x'));
}

TEST(JsonRfc8259_2, NothingIsSeenAtTheEnd) {
    JsonScanner scanner("");
    EXPECT_TRUE(scanner.at_end());
    EXPECT_FALSE(scanner.sees('['));
    EXPECT_FALSE(scanner.accept('['));
    EXPECT_EQ(scanner.string(), std::nullopt);
}

TEST(JsonRfc8259_7, PlainStringsAreCopied) {
    EXPECT_EQ(string_of(R"("")"), Text(""));
    EXPECT_EQ(string_of(R"(  "abc" )"), Text("abc"));
    EXPECT_EQ(string_of("\"\u00e9\u20ac\U0001F600\x7f\""), Text("\u00e9\u20ac\U0001F600\x7f"));
}

TEST(JsonRfc8259_7, ReadingStopsAfterTheClosingQuote) {
    JsonScanner scanner(R"("a","b")");
    EXPECT_EQ(scanner.string(), Text("a"));
    EXPECT_TRUE(scanner.accept(','));
    EXPECT_EQ(scanner.string(), Text("b"));
    EXPECT_TRUE(scanner.at_end());
}

TEST(JsonRfc8259_7, EveryShortEscapeIsDecoded) {
    EXPECT_EQ(string_of(R"("\"\\\/\b\f\n\r\t")"), Text("\"\\/\b\f\n\r\t"));
}

TEST(JsonRfc8259_7, UnicodeEscapesOfAllLengthsAreDecoded) {
    EXPECT_EQ(string_of(R"("\u0000")"), Text(std::string("\0", 1)));
    EXPECT_EQ(string_of(R"("\u007f\u0080\u07ff\u0800\uffff")"), Text("\x7f\u0080\u07ff\u0800\uffff"));
    EXPECT_EQ(string_of(R"("\u00E9\u00e9")"), Text("\u00e9\u00e9"));
}

TEST(JsonRfc8259_7, SurrogatePairsAreOneCharacter) {
    EXPECT_EQ(string_of(R"("\ud83d\ude00")"), Text("\U0001F600"));
    EXPECT_EQ(string_of(R"("\uD800\uDC00")"), Text("\U00010000"));
    EXPECT_EQ(string_of(R"("\udbff\udfff")"), Text("\U0010FFFF"));
}

TEST(JsonRfc8259_8_2, ALoneSurrogateBecomesTheReplacementCharacter) {
    EXPECT_EQ(string_of(R"("\ud83d")"), Text("\ufffd"));
    EXPECT_EQ(string_of(R"("\ude00")"), Text("\ufffd"));
    EXPECT_EQ(string_of(R"("\ud83dx")"), Text("\ufffdx"));
    EXPECT_EQ(string_of(R"("\ud83d\n")"), Text("\ufffd\n"));
    EXPECT_EQ(string_of(R"("\ud83d\u0041")"), Text("\ufffdA"));
    EXPECT_EQ(string_of(R"("\ud83d\ud83d\ude00")"), Text("\ufffd\U0001F600"));
    EXPECT_EQ(string_of(R"("\ude00\ud83d")"), Text("\ufffd\ufffd"));
}

TEST(JsonRfc8259_7, BrokenEscapesAreRefused) {
    for (const std::string_view json :
         {R"("\x41")"sv, R"("\'")"sv, R"("\U0041")"sv, R"("\u004")"sv, R"("\u00g1")"sv, R"("\u 041")"sv,
          R"("\u+041")"sv, R"("\ud83d\u12")"sv, R"("\ud83d\u12x4")"sv, "\"\\\n\""sv, "\"\\\0\""sv})
        EXPECT_EQ(string_of(json), std::nullopt) << json;
}

TEST(JsonRfc8259_7, RawControlCharactersAreRefused) {
    for (char c = 0; c < 0x20; ++c)
        EXPECT_EQ(string_of(std::string("\"a") + c + "\""), std::nullopt) << int{c};
}

TEST(JsonRfc8259_7, WhatIsNoStringIsRefused) {
    for (const std::string_view json : {"a"sv, "'a'"sv, "1"sv, "null"sv, "["sv, "{"sv})
        EXPECT_EQ(string_of(json), std::nullopt) << json;
}

TEST(JsonRfc8259_7, AStringCutAtAnyPlaceIsRefused) {
    const std::string_view json = R"("a\n\u00e9\ud83d\ude00\\z")";
    ASSERT_NE(string_of(json), std::nullopt);
    for (std::size_t cut = 0; cut < json.size(); ++cut)
        EXPECT_EQ(string_of(json.substr(0, cut)), std::nullopt) << cut;
}

}  // namespace
}  // namespace stentor::sockjs
