#include "messaging/selector.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::messaging {
namespace {

bool matches(std::string_view text, const Headers& headers) {
    return Selector::parse(text).value().matches(headers);
}

/// What three-valued logic makes of it: "yes", "no" (its NOT matches) or "unknown" (neither does).
std::string truth(const std::string& text, const Headers& headers) {
    if (matches(text, headers)) return "yes";
    return matches("NOT (" + text + ")", headers) ? "no" : "unknown";
}

TEST(Selector, ComparesTextWithAString) {
    const Headers red{{"colour", "red"}};
    EXPECT_EQ(truth("colour = 'red'", red), "yes");
    EXPECT_EQ(truth("colour = 'Red'", red), "no");
    EXPECT_EQ(truth("colour <> 'blue'", red), "yes");
    EXPECT_EQ(truth("'red' = colour", red), "yes");
    EXPECT_EQ(truth("colour = 'it''s'", {{"colour", "it's"}}), "yes");
    EXPECT_EQ(truth("colour = ''", {{"colour", ""}}), "yes");
}

TEST(Selector, OrdersTextByItsBytes) {
    const Headers date{{"date", "2025-03-01"}};
    EXPECT_EQ(truth("date >= '2025-01-01'", date), "yes");
    EXPECT_EQ(truth("date < '2025-01-01'", date), "no");
    EXPECT_EQ(truth("date BETWEEN '2025-01-01' AND '2025-12-31'", date), "yes");
    EXPECT_EQ(truth("n < '9'", {{"n", "10"}}), "yes") << "a string is text";
    EXPECT_EQ(truth("n > 'z'", {{"n", "\xc3\xa9"}}), "yes");
}

TEST(Selector, ComparesANumberByItsValue) {
    const Headers ten{{"n", "10"}};
    EXPECT_EQ(truth("n > 9", ten), "yes");
    EXPECT_EQ(truth("n = 10.0", ten), "yes");
    EXPECT_EQ(truth("n <> 1E1", ten), "no");
    EXPECT_EQ(truth("n <= 10", ten), "yes");
    EXPECT_EQ(truth("n < 10", ten), "no");
    EXPECT_EQ(truth("n >= 10.5", ten), "no");
    EXPECT_EQ(truth("-5 < n", ten), "yes");
    EXPECT_EQ(truth("n = '10.0'", ten), "no");
    EXPECT_EQ(truth("id = 1234567890123456789", {{"id", "1234567890123456788"}}), "no") << "exact";
}

TEST(Selector, WhatIsNoNumberHasNoValueBesideOne) {
    for (const char* text : {"n = 5", "n <> 5", "n < 5", "n BETWEEN 1 AND 9", "n IN (5)", "n NOT IN (5)"})
        EXPECT_EQ(truth(text, {{"n", "five"}}), "unknown") << text;
    EXPECT_EQ(truth("n = 5", {{"n", ""}}), "unknown");
}

TEST(Selector, TwoHeadersAreNumbersWhereBothAre) {
    EXPECT_EQ(truth("a = b", {{"a", "10"}, {"b", "10.0"}}), "yes");
    EXPECT_EQ(truth("a < b", {{"a", "9"}, {"b", "10"}}), "yes");
    EXPECT_EQ(truth("a = b", {{"a", "x"}, {"b", "x"}}), "yes");
    EXPECT_EQ(truth("a < b", {{"a", "10"}, {"b", "9x"}}), "yes") << "as text";
    EXPECT_EQ(truth("a = b", {{"a", "x"}}), "unknown");
}

TEST(Selector, TrueAndFalseAreWords) {
    EXPECT_EQ(truth("urgent = TRUE", {{"urgent", "true"}}), "yes");
    EXPECT_EQ(truth("urgent = true", {{"urgent", "True"}}), "yes");
    EXPECT_EQ(truth("urgent = FALSE", {{"urgent", "true"}}), "no");
    EXPECT_EQ(truth("urgent <> TRUE", {{"urgent", "false"}}), "yes");
    EXPECT_EQ(truth("FALSE = urgent", {{"urgent", "false"}}), "yes");
    EXPECT_EQ(truth("urgent = TRUE", {{"urgent", "yes"}}), "unknown");
    EXPECT_EQ(truth("urgent = TRUE", {}), "unknown");
    EXPECT_EQ(truth("TRUE", {}), "yes");
    EXPECT_EQ(truth("FALSE", {}), "no");
}

TEST(Selector, BetweenIncludesItsEnds) {
    for (const char* n : {"15", "17", "19", "19.0"})
        EXPECT_EQ(truth("n BETWEEN 15 AND 19", {{"n", n}}), "yes") << n;
    for (const char* n : {"14", "20", "19.5"}) EXPECT_EQ(truth("n BETWEEN 15 AND 19", {{"n", n}}), "no") << n;
    EXPECT_EQ(truth("n NOT BETWEEN 15 AND 19", {{"n", "20"}}), "yes");
    EXPECT_EQ(truth("n BETWEEN low AND 19", {{"n", "20"}}), "no") << "whatever the other end";
    EXPECT_EQ(truth("n BETWEEN low AND 19", {{"n", "10"}}), "unknown");
}

TEST(Selector, InIsAnyOfSome) {
    const std::string in = "country IN ('UK', 'US', 49)";
    EXPECT_EQ(truth(in, {{"country", "US"}}), "yes");
    EXPECT_EQ(truth(in, {{"country", "49.0"}}), "yes");
    EXPECT_EQ(truth(in, {{"country", "48"}}), "no");
    EXPECT_EQ(truth("country NOT IN ('UK')", {{"country", "FR"}}), "yes");
    EXPECT_EQ(truth("country IN ('UK')", {}), "unknown");
    EXPECT_EQ(truth("country NOT IN ('UK')", {}), "unknown");
}

TEST(Selector, LikeIsAPattern) {
    EXPECT_EQ(truth("phone LIKE '12%3'", {{"phone", "12993"}}), "yes");
    EXPECT_EQ(truth("phone LIKE '12%3'", {{"phone", "1234"}}), "no");
    EXPECT_EQ(truth("word NOT LIKE 'l_se'", {{"word", "loose"}}), "yes");
    EXPECT_EQ(truth("word LIKE '\\_%' ESCAPE '\\'", {{"word", "_foo"}}), "yes");
    EXPECT_EQ(truth("word LIKE '\\_%' ESCAPE '\\'", {{"word", "bar"}}), "no");
    EXPECT_EQ(truth("word LIKE '%'", {}), "unknown");
    EXPECT_EQ(truth("word NOT LIKE '%'", {}), "unknown");
}

TEST(Selector, NullIsAHeaderThatIsNotThere) {
    EXPECT_EQ(truth("a IS NULL", {}), "yes");
    EXPECT_EQ(truth("a IS NULL", {{"a", ""}}), "no");
    EXPECT_EQ(truth("a IS NOT NULL", {{"a", ""}}), "yes");
    EXPECT_EQ(truth("a IS NOT NULL", {}), "no");
}

/// SQL's tables. `u` is a header that is not there.
TEST(Selector, LogicHasThreeValues) {
    const std::string t = "(1=1)", f = "(1=2)", u = "(u=1)";
    const auto value = [](const std::string& text) { return truth(text, {}); };
    for (const std::string& x : {t, f, u}) {
        EXPECT_EQ(value(x + " AND " + t), value(x));
        EXPECT_EQ(value(t + " AND " + x), value(x));
        EXPECT_EQ(value(x + " OR " + f), value(x));
        EXPECT_EQ(value(f + " OR " + x), value(x));
        EXPECT_EQ(value(x + " AND " + f), "no");
        EXPECT_EQ(value(f + " AND " + x), "no");
        EXPECT_EQ(value(x + " OR " + t), "yes");
        EXPECT_EQ(value(t + " OR " + x), "yes");
        EXPECT_EQ(value(x + " AND " + x), value(x));
        EXPECT_EQ(value(x + " OR " + x), value(x));
    }
    EXPECT_EQ(value("NOT " + t), "no");
    EXPECT_EQ(value("NOT " + f), "yes");
    EXPECT_EQ(value("NOT " + u), "unknown");
}

TEST(Selector, OfARepeatedHeaderTheFirstCounts) {
    EXPECT_TRUE(matches("a = '1'", {{"a", "1"}, {"a", "2"}}));
    EXPECT_FALSE(matches("a = '2'", {{"a", "1"}, {"a", "2"}}));
}

TEST(Selector, NamesAreCaseSensitive) { EXPECT_EQ(truth("A = '1'", {{"a", "1"}}), "unknown"); }

/// There is no arithmetic that a hyphen could stand for.
TEST(Selector, NamesMayHaveHyphensAndDots) {
    EXPECT_TRUE(matches("content-type = 'text/plain'", {{"content-type", "text/plain"}}));
    EXPECT_TRUE(matches("a.b-c = 1", {{"a.b-c", "1"}}));
    EXPECT_TRUE(matches("not-urgent = 'x'", {{"not-urgent", "x"}}));
    EXPECT_EQ(truth("a-b = 1", {{"a", "2"}, {"b", "1"}}), "unknown");
}

TEST(Selector, JoinsConditions) {
    const std::string text = "type = 'car' AND (colour = 'blue' OR colour = 'red') AND weight > 2500";
    EXPECT_TRUE(matches(text, {{"type", "car"}, {"colour", "red"}, {"weight", "3000"}}));
    EXPECT_FALSE(matches(text, {{"type", "car"}, {"colour", "green"}, {"weight", "3000"}}));
    EXPECT_FALSE(matches(text, {{"type", "car"}, {"colour", "red"}, {"weight", "2500"}}));
}

TEST(Selector, ACopyIsTheSame) {
    const Selector one = Selector::parse("a = 1").value();
    const Selector other = one;  // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_TRUE(other.matches({{"a", "1"}}));
    EXPECT_TRUE(one.matches({{"a", "1"}}));
}

TEST(Selector, ABadOneIsAnErrorAndNeverNoSelector) {
    const auto bad = Selector::parse("a = ");
    ASSERT_TRUE(bad.has_error());
    EXPECT_EQ(bad.error().code, Errc::malformed);
}

/// A16: neither ends the stack nor the day.
TEST(Selector, TheWorstTakesLinearTime) {
    std::string chain = "a=1";
    for (int i = 0; i < 31; ++i) chain += " OR a=1";
    EXPECT_FALSE(matches(chain, {{"a", "2"}}));
    std::string stars;
    for (int i = 0; i < 450; ++i) stars += "%a";
    EXPECT_FALSE(matches("a LIKE '" + stars + "%b'", {{"a", std::string(32'000, 'a')}}));
    EXPECT_EQ(truth("a = 5", {{"a", std::string(1'000'000, '5')}}), "unknown") << "nobody's number";
}

}  // namespace
}  // namespace stentor::messaging
