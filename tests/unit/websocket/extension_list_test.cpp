#include "websocket/extension_list.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

using List = std::vector<std::string>;

List elements(std::string_view list) {
    List found;
    while (!list.empty()) found.emplace_back(next_extension(list));
    return found;
}

/// `name|parameter|parameter=<value>`; "broken" when it breaks the grammar.
std::string parsed(std::string_view text) {
    const auto extension = parse_extension(text);
    if (!extension) return "broken";
    std::string found(extension->name);
    for (const ExtensionParameter& parameter : extension->parameters) {
        found.append("|").append(parameter.name);
        if (parameter.value) found += "=<" + *parameter.value + ">";
    }
    return found;
}

TEST(WebSocketRfc6455_9_1, AListIsCutAtItsCommas) {
    EXPECT_EQ(elements("foo"), (List{"foo"}));
    EXPECT_EQ(elements("foo, bar; baz=2 ,, x"), (List{"foo", "bar; baz=2", "", "x"}));
    EXPECT_EQ(elements(""), List{});
}

TEST(WebSocketRfc6455_9_1, ACommaWithinQuotesCutsNothing) {
    EXPECT_EQ(elements(R"(foo; a="1,2", bar)"), (List{R"(foo; a="1,2")", "bar"}));
    EXPECT_EQ(elements(R"(foo; a="1\",2", bar)"), (List{R"(foo; a="1\",2")", "bar"}));
    EXPECT_EQ(elements(R"(foo\, bar)"), (List{R"(foo\)", "bar"}));
    EXPECT_EQ(elements(R"(foo; a="1, bar)"), (List{R"(foo; a="1, bar)"}));
    EXPECT_EQ(elements(R"(foo; a="\)"), (List{R"(foo; a="\)"}));
}

TEST(WebSocketRfc6455_9_1, AnExtensionHasANameAndParameters) {
    EXPECT_EQ(parsed("foo"), "foo");
    EXPECT_EQ(parsed("foo; bar; baz=2"), "foo|bar|baz=<2>");
    EXPECT_EQ(parsed(" foo ;bar;\tbaz = 2 "), "foo|bar|baz=<2>");
}

TEST(WebSocketRfc6455_9_1, AQuotedValueIsATokenWithinItsQuotes) {
    EXPECT_EQ(parsed(R"(foo; bar="10")"), "foo|bar=<10>");
    EXPECT_EQ(parsed(R"(foo; bar="1\0")"), "foo|bar=<10>");
    EXPECT_EQ(parsed(R"(foo; bar="1 0")"), "broken");
    EXPECT_EQ(parsed(R"(foo; bar="")"), "broken");
    EXPECT_EQ(parsed(R"(foo; bar=";")"), "broken");
}

TEST(WebSocketH27, WhatBreaksTheGrammarIsNoExtension) {
    for (const char* text :
         {"", ";", "foo;", "foo;;bar", "; foo", "foo; ", "foo; =1", "foo; bar=", "foo bar", "foo; bar baz",
          "foo=1", "foo; bar=1=2", R"(foo; bar="1)", R"(foo; bar="1\)", R"(foo; bar="1"2)",
          R"(foo; bar=1"2")", R"("foo")", R"(foo; "bar"=1)", "f\xC3\xBC"}) {
        EXPECT_EQ(parsed(text), "broken") << text;
    }
}

TEST(WebSocketH27, LongListsAreReadInLinearTime) {
    std::string list(1 << 20, ',');
    list += "foo; a=\"" + std::string(1 << 20, '\\');
    EXPECT_EQ(elements(list).size(), (1u << 20) + 1);
    std::string extension = "foo";
    for (int i = 0; i < 100'000; ++i) extension += "; a";
    EXPECT_EQ(parse_extension(extension)->parameters.size(), 100'000u);
}

}  // namespace
}  // namespace stentor::websocket
