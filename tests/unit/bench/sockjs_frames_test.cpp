#include "sockjs_frames.hpp"

#include "failure.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::bench {
namespace {

using namespace std::string_literals;

std::vector<std::string> strings(std::string_view array) {
    std::vector<std::string> all;
    for (std::string text; next_sockjs_string(array, text); text.clear()) all.push_back(text);
    return all;
}

using Strings = std::vector<std::string>;

TEST(BenchSockjsFrames, StringsOfAnArray) {
    EXPECT_EQ(strings(R"([])"), Strings{});
    EXPECT_EQ(strings(R"(["one"])"), Strings{"one"});
    EXPECT_EQ(strings(R"(["one","","three"])"), (Strings{"one", "", "three"}));
}

TEST(BenchSockjsFrames, EscapesAreUndone) {
    EXPECT_EQ(strings(R"(["MESSAGE\n\na\"b\\c\/\t\r\b\f\u0000"])"),
              Strings{"MESSAGE\n\na\"b\\c/\t\r\b\f\0"s});
    EXPECT_EQ(strings(R"(["\u0041\u00e9\u20AC\ud83d\ude00"])"),
              Strings{"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"});
}

TEST(BenchSockjsFrames, WhatIsNoArrayOfStringsIsRefused) {
    for (const char* wrong : {"", "[", "[1]", "[\"a]", "[\"a\"", "[\"a\" ,\"b\"]", R"(["\x"])", R"(["\u12"])",
                              R"(["\u12g4"])", "{\"a\"}", "[\"a\"]]", "[\"\\"})
        EXPECT_THROW(strings(wrong), Failure) << wrong;
}

TEST(BenchSockjsFrames, AStringForSendingComesBackTheSame) {
    const std::string text = "SEND\nheader:\"\\\"\n\n\x01\x1f\xc3\xa9\0"s;
    EXPECT_EQ(sockjs_string("a\n\"b\"\0"s), R"("a\n\"b\"\u0000")");
    EXPECT_EQ(strings("[" + sockjs_string(text) + "]"), Strings{text});
}

}  // namespace
}  // namespace stentor::bench
