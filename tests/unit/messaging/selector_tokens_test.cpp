#include "messaging/selector_tokens.hpp"

#include <gtest/gtest.h>

namespace stentor::messaging {
namespace {

using Kind = SelectorToken::Kind;
using Kinds = std::vector<Kind>;

std::vector<SelectorToken> tokens(std::string_view text) { return selector_tokens(text).value(); }

Kinds kinds(std::string_view text) {
    Kinds all;
    for (const SelectorToken& token : tokens(text)) all.push_back(token.kind);
    return all;
}

TEST(SelectorTokens, KnowsSigns) {
    EXPECT_EQ(kinds("= <> < <= > >= ( ) ,"),
              (Kinds{Kind::equal, Kind::not_equal, Kind::less, Kind::less_or_equal, Kind::greater,
                     Kind::greater_or_equal, Kind::open, Kind::close, Kind::comma, Kind::end}));
    EXPECT_EQ(kinds("<=>"), (Kinds{Kind::less_or_equal, Kind::greater, Kind::end}));
}

TEST(SelectorTokens, KeywordsAreNotCaseSensitive) {
    const Kinds all{Kind::and_word, Kind::or_word,   Kind::not_word,   Kind::between,
                    Kind::in,       Kind::like,      Kind::escape,     Kind::is,
                    Kind::null,     Kind::true_word, Kind::false_word, Kind::end};
    EXPECT_EQ(kinds("and or not between in like escape is null true false"), all);
    EXPECT_EQ(kinds("AND Or nOT BETWEEN IN LiKE ESCAPE IS NULL TRUE False"), all);
}

TEST(SelectorTokens, ANameGoesOnWithDigitsHyphensAndDots) {
    for (const char* name :
         {"a", "_x", "$y", "a-b", "a.b.c", "content-type", "x9", "not-urgent", "in.x", "a-",
          "gr\xc3\xb6\xc3\x9f"
          "e"}) {
        const auto found = tokens(name);
        ASSERT_EQ(found.size(), 2U) << name;
        EXPECT_EQ(found[0].kind, Kind::name);
        EXPECT_EQ(found[0].text, name);
    }
}

TEST(SelectorTokens, TwoQuotesInAStringAreOne) {
    const auto found = tokens("'it''s' '' ''''");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].text, "it's");
    EXPECT_EQ(found[1].text, "");
    EXPECT_EQ(found[2].text, "'");
}

TEST(SelectorTokens, AStringHoldsAnyBytes) {
    const std::string text("'a\0\n\xff \"'", 8);
    EXPECT_EQ(tokens(text)[0].text, text.substr(1, 6));
}

TEST(SelectorTokens, NumbersHaveTheirValue) {
    const auto found = tokens("5 -5 +6.2 .5 7. 7E3 1e-2 1e+2");
    ASSERT_EQ(found.size(), 9U);
    EXPECT_EQ(found[1].number, Number::parse("-5"));
    EXPECT_EQ(found[5].number, Number::parse("7000"));
    EXPECT_EQ(found[7].number, Number::parse("100"));
}

TEST(SelectorTokens, NeedNoBlanksBetweenThem) {
    EXPECT_EQ(kinds("a<-5"), (Kinds{Kind::name, Kind::less, Kind::number, Kind::end}));
    EXPECT_EQ(kinds("(a='b')"),
              (Kinds{Kind::open, Kind::name, Kind::equal, Kind::string, Kind::close, Kind::end}));
    EXPECT_EQ(kinds(" \t\r\n\f"), Kinds{Kind::end});
}

TEST(SelectorTokens, KnowTheirPositions) {
    std::vector<std::size_t> positions;
    for (const SelectorToken& token : tokens("ab =  'c'")) positions.push_back(token.position);
    EXPECT_EQ(positions, (std::vector<std::size_t>{1, 4, 7, 10}));
}

TEST(SelectorTokens, SaysWhatIsNone) {
    const auto error = [](std::string_view text) { return selector_tokens(text).error(); };
    EXPECT_EQ(error("a = 'b").message, "The selector is wrong at position 5: a string does not end");
    EXPECT_EQ(error("a = 'b''"), selector_error(5, "a string does not end"));
    for (const char* text : {"a=5abc", "a=5-3", "a=1.2.3", "a=0x1", "a=-  ", "a=5L"})
        EXPECT_EQ(error(text), selector_error(3, "that is not a number")) << text;
    for (const char* text : {"a ! b", "a ; b", "a # b", "a \" b", "a [0]", "a * 2", "a / 2", "a & b", "a { b",
                             "a \x01 b", "a ~ b", "a ? b", "a : b", "a | b", "a @ b", "a ` b", "a \\ b"})
        EXPECT_EQ(error(text), selector_error(3, "no such sign is known")) << text;
}

}  // namespace
}  // namespace stentor::messaging
