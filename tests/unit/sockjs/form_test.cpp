#include "sockjs/form.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using namespace std::string_literals;
using Value = std::optional<std::string>;

TEST(UrlEncodedForm, AFieldIsFoundByItsName) {
    EXPECT_EQ(form_field("c=x", "c"), Value("x"));
    EXPECT_EQ(form_field("a=1&c=x&d=2", "c"), Value("x"));
    EXPECT_EQ(form_field("&&c=x&", "c"), Value("x"));
    EXPECT_EQ(form_field("c=a=b", "c"), Value("a=b"));
}

TEST(UrlEncodedForm, TheFirstFieldOfANameCounts) { EXPECT_EQ(form_field("c=x&c=y", "c"), Value("x")); }

TEST(UrlEncodedForm, AFieldWithoutAValueIsEmpty) {
    EXPECT_EQ(form_field("c=", "c"), Value(""));
    EXPECT_EQ(form_field("c", "c"), Value(""));
    EXPECT_EQ(form_field("a=1&c&d", "c"), Value(""));
}

TEST(UrlEncodedForm, OtherNamesAreOtherFields) {
    for (const char* form : {"", "&", "=", "=c", "C=x", "cc=x", "x=c", "+c=x", "%00c=x", "a=1;c=x", "?c=x"})
        EXPECT_EQ(form_field(form, "c"), std::nullopt) << form;
    EXPECT_EQ(form_field("name", "name2"), std::nullopt);
}

TEST(UrlEncodedForm, EscapesAndPlusesAreDecodedOnce) {
    EXPECT_EQ(form_field("d=%5B%22x%22%5d", "d"), Value(R"(["x"])"));
    EXPECT_EQ(form_field("d=a+b%2Bc", "d"), Value("a b+c"));
    EXPECT_EQ(form_field("d=%2541", "d"), Value("%41"));
    EXPECT_EQ(form_field("d=%26%3D%00%ff", "d"), Value("&=\0\xff"s));
    EXPECT_EQ(form_field("%64=x", "d"), Value("x"));
    EXPECT_EQ(form_field("a+b=x", "a b"), Value("x"));
}

TEST(UrlEncodedForm, BrokenEscapesAreKept) {
    EXPECT_EQ(form_field("d=%", "d"), Value("%"));
    EXPECT_EQ(form_field("d=%4", "d"), Value("%4"));
    EXPECT_EQ(form_field("d=%4x%x4%%41", "d"), Value("%4x%x4%A"));
    EXPECT_EQ(form_field("d=%&e=%", "d"), Value("%"));
    EXPECT_EQ(form_field("%=x", "%"), Value("x"));
}

TEST(UrlEncodedForm, AFormCutAtAnyPlaceGivesABeginningOfTheValue) {
    const std::string_view form = "a=1&d=%5B%22x+y%22%5D";
    const std::string_view value = R"(["x y"])";
    ASSERT_EQ(form_field(form, "d"), Value(value));
    for (std::size_t cut = 0; cut < form.size(); ++cut) {
        const Value part = form_field(form.substr(0, cut), "d");
        ASSERT_EQ(part.has_value(), cut > 4) << cut;
        if (!part) continue;
        const std::string_view decoded = std::string_view(*part).substr(0, part->find('%'));
        EXPECT_TRUE(value.starts_with(decoded)) << cut;  // what may follow is the cut escape
        EXPECT_LE(part->size() - decoded.size(), 2U) << cut;
    }
}

TEST(UrlEncodedForm, ManyFieldsAreReadInOnePass) {
    std::string form;
    for (int i = 0; i < 100'000; ++i) form += "%64%64&";
    EXPECT_EQ(form_field(form, "d"), std::nullopt);
    EXPECT_EQ(form_field(form + "d=x", "d"), Value("x"));
}

}  // namespace
}  // namespace stentor::sockjs
