#include "messaging/selector_parser.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::messaging {
namespace {

Error refusal(std::string_view text) {
    const auto parsed = parse_selector(text);
    return parsed ? Error{Errc::failed, "accepted"} : parsed.error();
}

std::string wrong_at(std::size_t position, const std::string& what) {
    return "The selector is wrong at position " + std::to_string(position) + ": " + what;
}

template <class T>
T root(std::string_view text) {
    return std::get<T>(parse_selector(text).value().nodes.back());
}

TEST(SelectorParser, AndBindsTighterThanOr) {
    const Or whole = root<Or>("a = 1 OR b = 2 AND c = 3");
    const auto nodes = parse_selector("a = 1 OR b = 2 AND c = 3")->nodes;
    EXPECT_TRUE(std::holds_alternative<Compare>(nodes[whole.left]));
    EXPECT_TRUE(std::holds_alternative<And>(nodes[whole.right]));
}

TEST(SelectorParser, NotBindsTighterThanAnd) {
    const auto nodes = parse_selector("NOT a = 1 AND b = 2")->nodes;
    EXPECT_TRUE(std::holds_alternative<Not>(nodes[root<And>("NOT a = 1 AND b = 2").left]));
}

TEST(SelectorParser, ParenthesesBindTightest) {
    const auto nodes = parse_selector("NOT (a = 1 AND b = 2)")->nodes;
    EXPECT_TRUE(std::holds_alternative<And>(nodes[std::get<Not>(nodes.back()).inner]));
}

TEST(SelectorParser, TheAndOfBetweenIsItsOwn) {
    const auto nodes = parse_selector("a BETWEEN 1 AND 2 AND b = 3")->nodes;
    EXPECT_TRUE(std::holds_alternative<Between>(nodes[std::get<And>(nodes.back()).left]));
}

TEST(SelectorParser, AValueIsANameOrALiteralOnEitherSide) {
    EXPECT_TRUE(std::holds_alternative<std::string>(root<Compare>("'x' = a").left));
    EXPECT_TRUE(std::holds_alternative<Number>(root<Compare>("5 < a").left));
    EXPECT_TRUE(std::holds_alternative<bool>(root<Compare>("a = TRUE").right));
    EXPECT_EQ(std::get<HeaderName>(root<Compare>("a <> b").right).name, "b");
    EXPECT_TRUE(root<Constant>("TRUE").value);
    EXPECT_FALSE(root<Constant>("FALSE").value);
}

TEST(SelectorParser, SaysWhatIsWrongAndWhere) {
    const std::string value = "a header's name, a string or a number is expected";
    const std::string test = "=, <>, <, <=, >, >=, IS, BETWEEN, IN or LIKE is expected";
    const std::pair<const char*, std::string> mistakes[] = {
        {"", wrong_at(1, value)},
        {"   ", wrong_at(4, value)},
        {"a", wrong_at(2, test)},
        {"a b", wrong_at(3, test)},
        {"a NOT b", wrong_at(7, test)},
        {"a =", wrong_at(4, value)},
        {"a = AND", wrong_at(5, value)},
        {"= 5", wrong_at(1, value)},
        {"a == 5", wrong_at(4, value)},
        {"a = 5 b", wrong_at(7, "AND, OR or the end is expected")},
        {"a = 5)", wrong_at(6, "AND, OR or the end is expected")},
        {"TRUE FALSE", wrong_at(6, "AND, OR or the end is expected")},
        {"TRUE BETWEEN 1 AND 2", wrong_at(6, "AND, OR or the end is expected")},
        {"a = 5 AND", wrong_at(10, value)},
        {"a = 5 OR OR b = 6", wrong_at(10, value)},
        {"(a = 5", wrong_at(7, "a ) is expected")},
        {"()", wrong_at(2, value)},
        {"NOT", wrong_at(4, value)},
        {"a IS 5", wrong_at(6, "NULL is expected")},
        {"a IS NOT", wrong_at(9, "NULL is expected")},
        {"a = NULL", wrong_at(5, value)},
        {"a BETWEEN 1", wrong_at(12, "AND is expected")},
        {"a BETWEEN 1 OR 2", wrong_at(13, "AND is expected")},
        {"a BETWEEN FALSE AND TRUE", wrong_at(11, "only = and <> compare with TRUE and FALSE")},
        {"a < TRUE", wrong_at(3, "only = and <> compare with TRUE and FALSE")},
        {"TRUE >= a", wrong_at(6, "only = and <> compare with TRUE and FALSE")},
        {"a IN ()", wrong_at(7, "a string or a number is expected")},
        {"a IN 'x'", wrong_at(6, "a ( is expected")},
        {"a IN ('x'", wrong_at(10, "a , or ) is expected")},
        {"a IN ('x',)", wrong_at(11, "a string or a number is expected")},
        {"a IN (b)", wrong_at(7, "a string or a number is expected")},
        {"a LIKE b", wrong_at(8, "a string is expected")},
        {"a LIKE 5", wrong_at(8, "a string is expected")},
        {"a LIKE 'x' ESCAPE", wrong_at(18, "a string is expected")},
        {"a LIKE 'x' ESCAPE 'ab'", wrong_at(19, "an escape is one ASCII character")},
        {"a LIKE 'x' ESCAPE ''", wrong_at(19, "an escape is one ASCII character")},
        {"a LIKE 'x' ESCAPE '\xc3\xa9'", wrong_at(19, "an escape is one ASCII character")},
        {"a LIKE 'x!' ESCAPE '!'", wrong_at(8, "a pattern ends with its escape")},
        {"'x' LIKE 'x'", wrong_at(10, "IS, IN and LIKE are for a header's name")},
        {"5 IS NULL", wrong_at(10, "IS, IN and LIKE are for a header's name")},
    };
    for (const auto& [text, message] : mistakes)
        EXPECT_EQ(refusal(text), (Error{Errc::malformed, message})) << text;
}

/// A16: what other brokers have evaluated (CVE-2018-1270, CVE-2018-1257).
TEST(SelectorParser, IsNoLanguageToProgramIn) {
    for (const char* text : {"T(java.lang.Runtime).getRuntime().exec('calc')",
                             "new java.lang.ProcessBuilder('calc').start()",
                             "headers['a'] = 'b'",
                             "#root.x = 1",
                             "a = b = c",
                             "a := 5",
                             "a matches '(a+)+$'",
                             "a + 1 = 2",
                             "a * 2 = 4",
                             "f(a) = 1",
                             "a() = 1",
                             "@bean.x()",
                             "{1,2}.![#this]",
                             "a ?: b",
                             "a; DROP TABLE x",
                             "a = 1 -- x",
                             "a = 1 /* x */",
                             "${jndi:ldap://x}",
                             "a = 'x' || 'y'",
                             "CAST(a AS INT) = 1",
                             "a LIKE 'x' || b"})
        EXPECT_EQ(refusal(text).code, Errc::malformed) << text;
}

TEST(SelectorParser, HasAtMost1024Bytes) {
    const std::string longest = "a = '" + std::string(1018, 'x') + "'";
    ASSERT_EQ(longest.size(), 1024U);
    EXPECT_TRUE(parse_selector(longest));
    EXPECT_EQ(refusal(longest + " "), (Error{Errc::too_large, "A selector has at most 1024 bytes"}));
    EXPECT_EQ(refusal(std::string(64 * 1024, '(')).code, Errc::too_large);
}

TEST(SelectorParser, HasAtMost64Nodes) {
    const Error too_many{Errc::too_large, "A selector has at most 64 tests, operators and literals of IN"};
    const auto ors = [](int tests) {
        std::string text = "a=1";
        for (; tests > 1; --tests) text += " OR a=1";
        return text;
    };
    EXPECT_TRUE(parse_selector(ors(32)));
    EXPECT_EQ(refusal(ors(33)), too_many);
    const auto in = [](int items) {
        std::string text = "a IN(1";
        for (; items > 1; --items) text += ",1";
        return text + ")";
    };
    EXPECT_TRUE(parse_selector(in(63)));
    EXPECT_EQ(refusal(in(64)), too_many);
    EXPECT_EQ(refusal(in(300)), too_many);
}

TEST(SelectorParser, NestsAtMost32Deep) {
    const Error too_deep{Errc::too_large, "A selector has at most 32 parentheses or NOTs in each other"};
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "a=1" + std::string(depth, ')');
    };
    EXPECT_TRUE(parse_selector(nested(32)));
    EXPECT_EQ(refusal(nested(33)), too_deep);
    EXPECT_EQ(refusal(std::string(1024, '(')), too_deep);
    std::string nots;
    for (int i = 0; i < 32; ++i) nots += "NOT ";
    EXPECT_TRUE(parse_selector(nots + "a=1"));
    EXPECT_EQ(refusal(nots + "NOT a=1"), too_deep);
    EXPECT_TRUE(parse_selector(nested(16) + " AND " + nested(32))) << "in each other, not in all";
}

/// What is wrong is said in a line for the peer: it never repeats what the peer has sent.
TEST(SelectorParser, MistakesDoNotEcho) {
    for (const char* text : {"a = 'secret", "secret secret", "a = 1 secret"})
        EXPECT_EQ(refusal(text).message.find("secret"), std::string::npos) << text;
}

}  // namespace
}  // namespace stentor::messaging
