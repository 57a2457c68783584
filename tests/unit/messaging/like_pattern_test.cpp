#include "messaging/like_pattern.hpp"

#include "unit/messaging/naive_like.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace stentor::messaging {
namespace {

bool like(std::string_view text, std::string_view pattern, std::optional<char> escape = std::nullopt) {
    return LikePattern::parse(pattern, escape).value().matches(text);
}

TEST(LikePattern, WithoutWildcardsIsTheText) {
    EXPECT_TRUE(like("abc", "abc"));
    EXPECT_TRUE(like("", ""));
    for (const char* other : {"", "ab", "abcd", "xabc", "ABC"}) EXPECT_FALSE(like(other, "abc")) << other;
    EXPECT_FALSE(like("a", ""));
}

TEST(LikePattern, APercentStandsForAnyText) {
    for (const char* text : {"", "a", "abc", "a%b"}) EXPECT_TRUE(like(text, "%")) << text;
    for (const char* text : {"ab", "aXb", "abb", "aab"}) EXPECT_TRUE(like(text, "a%b")) << text;
    for (const char* text : {"", "a", "b", "ba", "abc"}) EXPECT_FALSE(like(text, "a%b")) << text;
    EXPECT_TRUE(like("12993", "12%3"));
    EXPECT_FALSE(like("1234", "12%3"));
    EXPECT_TRUE(like("xaybz", "%a%b%"));
    EXPECT_TRUE(like("x", "%%%"));
}

TEST(LikePattern, AnUnderlineStandsForOneCharacter) {
    EXPECT_TRUE(like("lose", "l_se"));
    EXPECT_FALSE(like("loose", "l_se"));
    EXPECT_FALSE(like("lse", "l_se"));
    EXPECT_TRUE(like("ab", "%_"));
    EXPECT_FALSE(like("", "%_"));
    EXPECT_FALSE(like("a", "__"));
}

TEST(LikePattern, ACharacterIsOneOfUtf8) {
    for (const char* one : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
        EXPECT_TRUE(like(one, "_")) << one;
        EXPECT_FALSE(like(one, "__")) << one;
        EXPECT_FALSE(like(one, "%_%_%")) << one;
        EXPECT_TRUE(like(std::string("a") + one + "b", "a_b")) << one;
        EXPECT_TRUE(like(std::string(one) + one, "__")) << one;
        EXPECT_TRUE(like(std::string("x") + one, std::string("%") + one)) << one;
    }
}

TEST(LikePattern, WhatFollowsTheEscapeStandsForItself) {
    EXPECT_TRUE(like("_foo", "\\_%", '\\'));
    EXPECT_FALSE(like("bar", "\\_%", '\\'));
    EXPECT_TRUE(like("50%", "50!%", '!'));
    EXPECT_FALSE(like("500", "50!%", '!'));
    EXPECT_TRUE(like("a!b", "a!!b", '!'));
    EXPECT_TRUE(like("a\\b", "a\\b")) << "there is none by default";
    EXPECT_TRUE(like("a%", "a%%", '%')) << "even a wildcard may be the escape";
    EXPECT_FALSE(like("ab", "a%%", '%'));
}

TEST(LikePattern, DoesNotEndWithItsEscape) {
    EXPECT_EQ(LikePattern::parse("abc\\", '\\').error().code, Errc::malformed);
    EXPECT_TRUE(LikePattern::parse("abc\\\\", '\\'));
}

TEST(LikePattern, HasAtMost1024Bytes) {
    const std::string longest(1024, 'a');
    EXPECT_TRUE(like(longest, longest));
    EXPECT_FALSE(like(longest.substr(1), longest));
    EXPECT_EQ(LikePattern::parse(longest + "a", std::nullopt).error().code, Errc::too_large);
}

/// A bit for each place: 64 go into a word.
TEST(LikePattern, WordsOfBitsJoinWithoutASeam) {
    for (std::size_t length = 60; length <= 70; ++length) {
        const std::string text = std::string(length, 'a') + "\xc3\xa9" + "b";
        EXPECT_TRUE(like(text, std::string(length, 'a') + "_b")) << length;
        EXPECT_TRUE(like(text, std::string(length, '_') + "%b")) << length;
        EXPECT_TRUE(like(text, std::string(length + 2, '_'))) << length;
        EXPECT_FALSE(like(text, std::string(length + 3, '_'))) << length;
        EXPECT_FALSE(like(text, std::string(length, 'a') + "_c")) << length;
    }
}

/// Backtracking would take years.
TEST(LikePattern, NeverBacktracks) {
    std::string stars;
    for (int i = 0; i < 400; ++i) stars += "%a";
    EXPECT_FALSE(like(std::string(30'000, 'a'), stars + "%b"));
    EXPECT_TRUE(like(std::string(30'000, 'a') + "b", stars + "%b"));
}

TEST(LikePattern, DoesWhatTheRulesSay) {
    constexpr unsigned seed = 20250117;
    std::mt19937 random(seed);
    const auto text_of = [&](const std::vector<std::string>& choice, std::size_t longest) {
        std::string text;
        for (auto parts = random() % (longest + 1); parts > 0; --parts)
            text += choice[random() % choice.size()];
        return text;
    };
    int matches = 0;
    for (int step = 0; step < 50'000; ++step) {
        const std::string pattern =
            text_of({"a", "b", "%", "_", "\\%", "\\_", "\\\\", "\xc3\xa9", "\x80"}, 8);
        const std::string text = text_of({"a", "b", "%", "_", "\\", "\xc3\xa9", "\x80", "\xe2\x82\xac"}, 8);
        const bool expected = test::naive_like(pattern, '\\', text);
        ASSERT_EQ(like(text, pattern, '\\'), expected) << pattern << " " << text << " seed " << seed;
        matches += expected ? 1 : 0;
    }
    EXPECT_GT(matches, 1'000) << "it was tested both ways";
}

}  // namespace
}  // namespace stentor::messaging
