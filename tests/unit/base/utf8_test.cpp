#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

namespace stentor::base {
namespace {

using namespace std::literals;

/// The slow reference: decodes a character and looks at its number. Gives its size, 0 when it is ill-formed.
std::size_t reference_character(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t size = 1;
    std::uint32_t number = at(0);
    if (at(0) >= 0x80) {
        if ((at(0) & 0xE0) == 0xC0) size = 2, number = at(0) & 0x1F;
        else if ((at(0) & 0xF0) == 0xE0) size = 3, number = at(0) & 0x0F;
        else if ((at(0) & 0xF8) == 0xF0) size = 4, number = at(0) & 0x07;
        else return 0;
    }
    if (text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xC0) != 0x80) return 0;
        number = number << 6 | (at(i) & 0x3F);
    }
    constexpr std::uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool fits = number >= lowest[size] && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
    return fits ? size : 0;
}

bool reference(std::string_view text) {
    while (!text.empty()) {
        const std::size_t size = reference_character(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

/// Whether some continuation makes `text` well-formed, by trying all that could.
bool could_become_valid(std::string text) {
    if (reference(text)) return true;
    for (int more = 1; more <= 3; ++more) {
        for (std::string next : {"\x80", "\x90", "\xA0", "\xBF"}) {
            std::string tried = text + next;
            for (int i = 1; i < more; ++i) tried += "\x80";
            if (reference(tried)) return true;
        }
    }
    return false;
}

bool feed_byte_by_byte(Utf8Checker& checker, std::string_view text) {
    bool valid = true;
    for (std::size_t i = 0; i < text.size(); ++i) valid = checker.feed(text.substr(i, 1));
    return valid;
}

void expect_as_reference(const std::string& text) {
    const bool expected = reference(text);
    EXPECT_EQ(is_utf8(text), expected);
    Utf8Checker at_once;
    EXPECT_EQ(at_once.feed(text) && at_once.complete(), expected);
    Utf8Checker single;
    EXPECT_EQ(feed_byte_by_byte(single, text) && single.complete(), expected);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Utf8Checker two;
        two.feed(std::string_view(text).substr(0, cut));
        EXPECT_EQ(two.feed(std::string_view(text).substr(cut)) && two.complete(), expected)
            << "cut at " << cut;
    }
}

TEST(Utf8Rfc3629_4, BoundsOfEachFormAreAsTheTableSays) {
    for (const std::string& text :
         {""s, "\x7F"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
          "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s, "\0"s}) {
        EXPECT_TRUE(is_utf8(text));
        expect_as_reference(text);
    }
    for (const std::string& text :
         {"\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s,
          "\xF0\x8F\xBF\xBF"s, "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s, "\xC2"s, "\xE2\x82"s,
          "\xF0\x9F\x98"s, "\xC2 "s}) {
        EXPECT_FALSE(is_utf8(text));
        expect_as_reference(text);
    }
}

TEST(Utf8Rfc3629_4, EveryPairOfBytesIsJudgedAsByTheReference) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            EXPECT_EQ(is_utf8(text), reference(text)) << first << ' ' << second;
            Utf8Checker checker;
            EXPECT_EQ(checker.feed(text), could_become_valid(text)) << first << ' ' << second;
        }
    }
}

TEST(Utf8Rfc3629_4, EveryLeadWithBorderContinuationsIsJudgedAsByTheReference) {
    const std::string border = "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0";
    for (int lead = 0xE0; lead < 256; ++lead) {
        for (char a : border) {
            for (char b : border) {
                expect_as_reference({static_cast<char>(lead), a, b});
                for (char c : border) expect_as_reference({static_cast<char>(lead), a, b, c});
            }
        }
    }
}

TEST(Utf8Rfc3629_4, RandomLongTextsAreJudgedAsByTheReference) {
    std::mt19937 random(20240607);
    const std::vector<std::string> parts = {"a", "plain ascii text ", "\xC3\xA9", "\xE2\x82\xAC",
                                            "\xF0\x9F\x98\x80"};
    for (int round = 0; round < 300; ++round) {
        std::string text;
        while (text.size() < 90) text += parts[random() % parts.size()];
        if (round % 2 == 1) text[random() % text.size()] = static_cast<char>(random());
        expect_as_reference(text);
    }
}

TEST(Utf8Checker, FailsWithTheFirstByteThatCannotBelong_Autobahn6_4) {
    // A valid text, then a character past U+10FFFF: its second byte decides.
    const std::string text = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xF4\x90\x80\x80";
    Utf8Checker checker;
    EXPECT_TRUE(checker.feed(text.substr(0, 12)));
    EXPECT_FALSE(checker.complete());
    EXPECT_FALSE(checker.feed(text.substr(12, 1)));
    EXPECT_FALSE(checker.feed("a"));
    EXPECT_FALSE(checker.complete());
}

TEST(Utf8Checker, FailsEarlyInsideAnUnfinishedTailToo) {
    const std::string ascii(64, 'a');
    Utf8Checker unfinished;
    EXPECT_TRUE(unfinished.feed(ascii + "\xF0\x9F\x98"));
    EXPECT_FALSE(unfinished.complete());
    EXPECT_TRUE(unfinished.feed("\x80" + ascii));
    EXPECT_TRUE(unfinished.complete());
    for (const char* tail : {"\xF0\x8F", "\xED\xA0", "\xC1", "\xF4\x90\x80", "\xE0\x80"}) {
        Utf8Checker checker;
        EXPECT_FALSE(checker.feed(ascii + tail)) << testing::PrintToString(tail);
    }
}

TEST(Utf8Checker, ResetForgetsAFailure) {
    Utf8Checker checker;
    EXPECT_FALSE(checker.feed("\xFF"));
    checker.reset();
    EXPECT_TRUE(checker.feed("ok"));
    EXPECT_TRUE(checker.complete());
}

TEST(ToUtf8, LeavesWellFormedTextAlone) { EXPECT_EQ(to_utf8("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F"); }

TEST(ToUtf8, ReplacesEachMaximalSubpart_Unicode3_9) {
    EXPECT_EQ(to_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
    EXPECT_EQ(to_utf8("\xE2\x82"), "\xEF\xBF\xBD");
    EXPECT_EQ(to_utf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(to_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    // Unicode 3.9, table 3-8: 61 F1 80 80 E1 80 C2 62 80 63 80 BF 64
    EXPECT_EQ(to_utf8("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
              "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
              "b\xEF\xBF\xBD"
              "c\xEF\xBF\xBD\xEF\xBF\xBD"
              "d");
}

TEST(ToUtf8, AlwaysGivesWellFormedText) {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (std::size_t i = 0; i < 40; ++i) text += static_cast<char>(random());
        EXPECT_TRUE(reference(to_utf8(text)));
    }
}

}  // namespace
}  // namespace stentor::base
