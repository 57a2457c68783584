#include "stentor/json.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace stentor::json {

struct Celsius {
    double degrees;
};
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& to, const Celsius& from) {
    to = {{"celsius", from.degrees}};
}

namespace {

using namespace std::literals;
using controller::Item;
using controller::Order;
using controller::Side;

TEST(JsonWrite, WritesDescribedStructsInTheirOrder) {
    EXPECT_EQ(
        to_json(Order{7, Side::sell, {{"pen", 1.5}, {"ink", 2}}, "now"}),
        R"({"id":7,"side":"sell","items":[{"name":"pen","price":1.5},{"name":"ink","price":2}],"note":"now"})");
}

TEST(JsonWrite, LeavesEmptyOptionalFieldsOut) {
    EXPECT_EQ(to_json(Order{}), R"({"id":0,"side":"buy","items":[]})");
    EXPECT_EQ(to_json(std::vector<std::optional<int>>{1, std::nullopt}), "[1,null]");
}

TEST(JsonWrite, WritesScalarsAndContainers) {
    EXPECT_EQ(to_json(true), "true");
    EXPECT_EQ(to_json(INT64_MIN), "-9223372036854775808");
    EXPECT_EQ(to_json(UINT64_MAX), "18446744073709551615");
    EXPECT_EQ(to_json("text"), "\"text\"");
    EXPECT_EQ(to_json("text"sv), "\"text\"");
    EXPECT_EQ(to_json(std::array{1, 2}), "[1,2]");
    EXPECT_EQ(to_json(std::vector<bool>{true, false}), "[true,false]");
    EXPECT_EQ(to_json(std::map<std::string, int>{{"a\"", 1}, {"b", 2}}), R"({"a\"":1,"b":2})");
    EXPECT_EQ(to_json(std::map<std::string, int>{}), "{}");
}

TEST(JsonWrite, WritesNumbersThatReadBackTheSame) {
    for (double number : {0.0, -0.0, 0.1, 1e300, -2.2250738585072011e-308, 3.0, 123456.789,
                          9007199254740994.0, -123456789012345680000.0})
        EXPECT_EQ(*from_json<double>(to_json(number)), number) << to_json(number);
    for (float number : {0.1F, 16777216.0F, 123456790000000000.0F, 3.4e38F})
        EXPECT_EQ(*from_json<float>(to_json(number)), number) << to_json(number);
    EXPECT_EQ(to_json(0.1f), "0.1");
}

TEST(JsonWrite, WritesNullForWhatJsonHasNoNumberFor) {
    EXPECT_EQ(to_json(std::nan("")), "null");
    EXPECT_EQ(to_json(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(to_json(-std::numeric_limits<float>::infinity()), "null");
}

TEST(JsonWriteRfc8259_7, EscapesWhatMustBe) {
    EXPECT_EQ(to_json("\"\\/\b\f\n\r\t"sv), R"("\"\\/\b\f\n\r\t")");
    EXPECT_EQ(to_json("\0a\x1f\x7f"sv), "\"\\u0000a\\u001f\x7f\"");
    EXPECT_EQ(to_json("gr\xC3\xBC\xC3\x9F"sv), "\"gr\xC3\xBC\xC3\x9F\"");
}

TEST(JsonWriteRfc8259_8_1, ReplacesWhatIsNotUtf8) {
    EXPECT_EQ(to_json("a\xff"
                      "b"sv),
              "\"a\xEF\xBF\xBD"
              "b\"");
}

TEST(JsonWrite, WritesEnumeratorsByNameAndUnknownOnesByNumber) {
    EXPECT_EQ(to_json(Side::buy), "\"buy\"");
    EXPECT_EQ(to_json(static_cast<Side>(9)), "9");
}

TEST(JsonWrite, WritesJsonValues) {
    const std::string text = R"({"a":[1,-2,1.5,"x\n",true,false,null],"b":{},"c":18446744073709551615})";
    EXPECT_EQ(to_json(parse(text)), text);
}

TEST(JsonWrite, UsesBoostJsonsOwnConversions) { EXPECT_EQ(to_json(Celsius{3.5}), R"({"celsius":3.5})"); }

TEST(JsonWrite, AppendsToWhatIsThere) {
    std::string out = "x=";
    append_json(out, Item{"pen", 1});
    EXPECT_EQ(out, R"(x={"name":"pen","price":1})");
}

TEST(JsonWrite, KnowsWhatItCannotWrite) {
    static_assert(Writable<Order> && Writable<std::string_view> && Writable<std::vector<Item>>);
    static_assert(!Writable<void*> && !Writable<std::byte> && !Writable<std::vector<std::byte>>);
}

}  // namespace
}  // namespace stentor::json
