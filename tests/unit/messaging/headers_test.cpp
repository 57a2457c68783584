#include "stentor/message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor {
namespace {

TEST(Headers, AreEmptyAtFirst) {
    const Headers headers;
    EXPECT_TRUE(headers.empty());
    EXPECT_EQ(headers.size(), 0u);
    EXPECT_EQ(headers.find("a"), std::nullopt);
    EXPECT_FALSE(headers.contains("a"));
}

TEST(Stomp12RepeatedHeaderEntries, TheFirstEntryIsFound) {
    Headers headers{{"foo", "World"}, {"foo", "Hello"}};
    headers.add("foo", "third");
    EXPECT_EQ(headers.find("foo"), "World");
    EXPECT_EQ(headers.size(), 3u);
}

TEST(Headers, NamesAreCaseSensitive) {
    const Headers headers{{"Foo", "1"}};
    EXPECT_TRUE(headers.contains("Foo"));
    EXPECT_FALSE(headers.contains("foo"));
}

TEST(Headers, KeepTheirOrder) {
    Headers headers;
    headers.add("b", "1");
    headers.add("a", "2");
    headers.add("b", "3");
    EXPECT_EQ((std::vector<Headers::Entry>(headers.begin(), headers.end())),
              (std::vector<Headers::Entry>{{"b", "1"}, {"a", "2"}, {"b", "3"}}));
}

TEST(Headers, SetReplacesEveryEntryOfTheName) {
    Headers headers{{"a", "1"}, {"b", "2"}, {"a", "3"}};
    headers.set("a", "4");
    EXPECT_EQ(headers, (Headers{{"b", "2"}, {"a", "4"}}));
}

TEST(Headers, EraseRemovesEveryEntryOfTheName) {
    Headers headers{{"a", "1"}, {"b", "2"}, {"a", "3"}};
    headers.erase("a");
    headers.erase("c");
    EXPECT_EQ(headers, (Headers{{"b", "2"}}));
}

TEST(Headers, HoldAnyBytes) {
    const std::string_view bytes("\0:\n\xff", 4);
    const std::string long_one(70'000, 'x');
    const Headers headers{{bytes, long_one}, {"", ""}, {"n", bytes}};
    EXPECT_EQ(headers.find(bytes), long_one);
    EXPECT_EQ(headers.find(""), "");
    EXPECT_EQ(headers.find("n"), bytes);
    EXPECT_EQ(headers.size(), 3u);
}

TEST(Headers, WhatIsAddedMayBePartOfThem) {
    Headers headers{{"name", "a value that is no short string any more"}};
    for (int i = 0; i < 10; ++i) headers.add(*headers.find("name"), *headers.find("name"));
    headers.set("name", *headers.find("name"));
    EXPECT_EQ(headers.size(), 11u);
    for (const auto& [name, value] : headers)
        EXPECT_EQ(value, "a value that is no short string any more") << name;
}

TEST(Headers, AreComparedByTheirEntries) {
    EXPECT_EQ((Headers{{"a", "bc"}}), (Headers{{"a", "bc"}}));
    EXPECT_NE((Headers{{"a", "bc"}}), (Headers{{"ab", "c"}}));
    EXPECT_NE((Headers{{"a", "b"}, {"c", "d"}}), (Headers{{"c", "d"}, {"a", "b"}}));
    Headers reserved;
    reserved.reserve(3, 100);
    EXPECT_TRUE(reserved.empty());
    EXPECT_EQ(reserved, Headers());
}

TEST(Message, TellsItsContentType) {
    Message message;
    EXPECT_EQ(message.content_type(), "");
    message.headers.add("content-type", "application/json");
    EXPECT_EQ(message.content_type(), "application/json");
}

}  // namespace
}  // namespace stentor
