#include "messaging/number.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::messaging {
namespace {

Number number(std::string_view text) { return Number::parse(text).value(); }

TEST(Number, IsWrittenAsInJava) {
    for (const char* text :
         {"0", "-5", "+5", "007", "6.2", "-95.7", "+6.2", ".5", "-.5", "7.", "7E3", "7e-3", "1e+5"})
        EXPECT_TRUE(Number::parse(text)) << text;
}

TEST(Number, IsNothingElse) {
    for (const char* text :
         {"",  " 5", "5 ", "5a",  "0x10", "1_000", "1,5", "--5",      "+-5", "-",     "+",
          ".", "e5", "1e", "inf", "-inf", "nan",   "NaN", "infinity", "5L",  "1e999", "\xd9\xa5"})
        EXPECT_FALSE(Number::parse(text)) << text;
}

TEST(Number, IsNotLongerThan64Bytes) {
    EXPECT_TRUE(Number::parse(std::string(64, '1')));
    EXPECT_FALSE(Number::parse(std::string(65, '1')));
}

TEST(Number, ComparesByValue) {
    EXPECT_EQ(number("5"), number("5.0"));
    EXPECT_EQ(number("+5"), number("005"));
    EXPECT_EQ(number("7E3"), number("7000"));
    EXPECT_EQ(number("0"), number("-0"));
    EXPECT_LT(number("9"), number("10"));
    EXPECT_LT(number("-10"), number("-9"));
    EXPECT_LT(number("5"), number("5.1"));
    EXPECT_GT(number("1e5"), number("99999"));
}

TEST(Number, WholeNumbersAreExact) {
    EXPECT_LT(number("9007199254740992"), number("9007199254740993"));
    EXPECT_LT(number("-9223372036854775808"), number("9223372036854775807"));
    EXPECT_LT(number("9223372036854775807"), number("92233720368547758070"));
}

}  // namespace
}  // namespace stentor::messaging
