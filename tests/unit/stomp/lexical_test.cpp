#include "stomp/lexical.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace stentor::stomp {
namespace {

TEST(StompLexical, TrimsSpacesAndTabsOnly) {
    EXPECT_EQ(trim_blanks(" \t a b\t "), "a b");
    EXPECT_EQ(trim_blanks("a"), "a");
    EXPECT_EQ(trim_blanks(" \t "), "");
    EXPECT_EQ(trim_blanks(""), "");
    EXPECT_EQ(trim_blanks("\na\r"), "\na\r");
}

TEST(StompLexical, ReadsDecimalDigits) {
    EXPECT_EQ(parse_decimal("0", 100), 0u);
    EXPECT_EQ(parse_decimal("42", 100), 42u);
    EXPECT_EQ(parse_decimal("0000000000000000000000000042", 100), 42u);
    EXPECT_EQ(parse_decimal("100", 100), 100u);
}

TEST(StompLexical, StopsAtTheCeiling) {
    constexpr auto most = std::numeric_limits<std::size_t>::max();
    EXPECT_EQ(parse_decimal("101", 100), 100u);
    EXPECT_EQ(parse_decimal("1000", 100), 100u);
    EXPECT_EQ(parse_decimal("1010000000000", 100), 100u);
    EXPECT_EQ(parse_decimal("7", 3), 3u);
    EXPECT_EQ(parse_decimal("18446744073709551615", most), most);
    EXPECT_EQ(parse_decimal("18446744073709551616", most), most);
    EXPECT_EQ(parse_decimal(std::string(10'000, '9'), most), most);
}

TEST(StompLexical, TakesNothingButDigits) {
    for (const auto* text :
         {"", " ", "-1", "+1", " 5", "5 ", "5 5", "1e3", "0x10", "1.0", "5,", "9999999999999999999999x"})
        EXPECT_EQ(parse_decimal(text, 100), std::nullopt) << text;
}

}  // namespace
}  // namespace stentor::stomp
