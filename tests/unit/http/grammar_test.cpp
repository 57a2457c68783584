#include "http/grammar.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

using namespace std::literals;

TEST(HttpRfc9110_5_6_2, ATokenIsVisibleAsciiWithoutDelimiters) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool delimiter = "\"(),/:;<=>?@[\\]{}"sv.find(c) != std::string_view::npos;
        EXPECT_EQ(is_token({&c, 1}), byte > 0x20 && byte < 0x7F && !delimiter) << byte;
    }
    EXPECT_FALSE(is_token(""));
    EXPECT_FALSE(is_token("a b"));
}

TEST(HttpRfc9110_5_5, AFieldValueHasNoControlCharacterButTab) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        EXPECT_EQ(is_field_value({&c, 1}), (byte >= 0x20 && byte != 0x7F) || byte == '\t') << byte;
    }
    EXPECT_TRUE(is_field_value(""));
}

TEST(HttpRfc9110_5_6_3, TrimTakesBlanksAndTabsOnly) {
    EXPECT_EQ(trim(" \t a b\t "), "a b");
    EXPECT_EQ(trim("\fchunked\v"), "\fchunked\v");
    EXPECT_EQ(trim(" \t"), "");
}

TEST(HttpRfc9110_5_1, NamesCompareWithoutCaseInAsciiOnly) {
    EXPECT_TRUE(equal_ignoring_case("Content-LENGTH", "content-length"));
    EXPECT_FALSE(equal_ignoring_case("Content_Length", "Content-Length"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4"));
    EXPECT_FALSE(equal_ignoring_case("@[", "`{"));
}

TEST(HttpGrammar, HexadecimalDigits) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const auto at = "0123456789abcdefABCDEF"sv.find(c);
        if (at == std::string_view::npos) EXPECT_FALSE(hex_value(c)) << byte;
        else EXPECT_EQ(hex_value(c), at < 16 ? at : at - 6) << byte;
    }
}

TEST(HttpRfc9110_5_6_1, ListItemsAreTrimmedAndEmptyOnesGiven) {
    std::string_view list = " a ,,\tb";
    EXPECT_EQ(next_item(list), "a");
    EXPECT_EQ(next_item(list), "");
    EXPECT_EQ(next_item(list), "b");
    EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace stentor::http
