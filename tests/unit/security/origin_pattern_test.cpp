#include "security/origin_pattern.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

bool matches(std::string_view pattern, std::string_view origin) {
    return OriginPattern::parse(pattern).value().matches(parse_web_origin(origin).value());
}

TEST(OriginPattern, AStarStandsForOneOrMoreLabels) {
    EXPECT_TRUE(matches("https://*.example.com", "https://a.example.com"));
    EXPECT_TRUE(matches("https://*.example.com", "https://b.a.Example.com"));
    EXPECT_TRUE(matches("https://*.example.com", "https://a.example.com:443"));
}

TEST(OriginPattern, AStarNeverStandsForNothingOrForPartOfALabel) {
    EXPECT_FALSE(matches("https://*.example.com", "https://example.com"));
    EXPECT_FALSE(matches("https://*.example.com", "https://evilexample.com"));
    EXPECT_FALSE(matches("https://*.example.com", "https://a.example.com.evil.com"));
    EXPECT_FALSE(matches("https://*.example.com", "https://a.example.com."));
    EXPECT_FALSE(matches("https://*.example.com", "https://com"));
}

TEST(OriginPattern, SchemeAndPortStillCompareExactly) {
    EXPECT_FALSE(matches("https://*.example.com", "http://a.example.com"));
    EXPECT_FALSE(matches("https://*.example.com", "http://a.example.com:443"));
    EXPECT_FALSE(matches("https://*.example.com", "https://a.example.com:8443"));
    EXPECT_TRUE(matches("https://*.example.com:8443", "https://a.example.com:8443"));
}

TEST(OriginPattern, AStarStandsForAnyPort) {
    EXPECT_TRUE(matches("http://localhost:*", "http://localhost"));
    EXPECT_TRUE(matches("http://localhost:*", "http://localhost:3000"));
    EXPECT_TRUE(matches("http://[::1]:*", "http://[::1]:3000"));
    EXPECT_FALSE(matches("http://localhost:*", "https://localhost:3000"));
    EXPECT_FALSE(matches("http://localhost:*", "http://localhost.evil.com:3000"));
}

TEST(OriginPattern, BothStarsMayStandInOnePattern) {
    EXPECT_TRUE(matches("http://*.localhost:*", "http://app.localhost:3000"));
    EXPECT_FALSE(matches("http://*.localhost:*", "http://localhost:3000"));
}

TEST(OriginPattern, WithoutAStarItIsAnOrigin) {
    EXPECT_TRUE(matches("https://a.example.com", "https://a.example.com"));
    EXPECT_FALSE(matches("https://a.example.com", "https://b.a.example.com"));
}

TEST(OriginPattern, StarsElsewhereAreRefused) {
    for (const std::string_view text :
         {"*", "https://*", "https://*.", "https://*example.com", "https://a.*.com",
          "https://*.*.example.com", "*://a.com", "https://a.com:8*", "https://a.com:80:*", "https://*:*",
          "https://:*", "https://*.[::1]", "file://*.", "https://*.a.com/", "https://example.*", "null", "",
          ":*", "://*.:*"})
        EXPECT_FALSE(OriginPattern::parse(text).has_value()) << text;
}

}  // namespace
}  // namespace stentor::security
