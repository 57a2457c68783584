#include "stentor/json.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace stentor::json {
namespace {

using namespace std::literals;

bool refused(std::string_view text) { return !try_parse(text); }

TEST(JsonRfc8259_2, TakesOneValueWithWhiteSpaceAround) {
    EXPECT_EQ(parse(" \t\r\n{\"a\":[1,true,null,\"x\"]} \n").at("a").as_array().size(), 4u);
    EXPECT_EQ(parse("7").as_int64(), 7);
}

TEST(JsonRfc8259_2, RefusesWhatIsNotOneJsonValue_J6) {
    for (std::string_view text : {"", " ", "{}x", "1 2", "[1,]", "{\"a\":1,}", "// c\n1", "/**/1", "'a'",
                                  "{a:1}", "tru", "nulll", "[1", "\"a", "{\"a\"}", "undefined", "]"})
        EXPECT_TRUE(refused(text)) << text;
}

TEST(JsonRfc8259_2, RefusesEveryTruncation) {
    const std::string text = R"({"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,false,null],"b":{"c":""}})";
    ASSERT_FALSE(refused(text));
    for (std::size_t cut = 0; cut < text.size(); ++cut) EXPECT_TRUE(refused(text.substr(0, cut))) << cut;
}

TEST(JsonRfc8259_2, SurvivesEveryChangedByte) {
    const std::string text = R"({"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true],"b":{}})";
    int accepted = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = text;
            changed[at] = static_cast<char>(byte);
            if (const auto value = try_parse(changed)) {
                ++accepted;
                EXPECT_FALSE(refused(to_json(*value))) << changed;
            }
        }
    EXPECT_GT(accepted, static_cast<int>(text.size()));
}

TEST(JsonLimits, RefusesDepthAbove64_J1) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_FALSE(refused(nested(64)));
    EXPECT_EQ(try_parse(nested(65)).error().code, Errc::too_large);
    EXPECT_EQ(try_parse(std::string(100'000, '[')).error().code, Errc::too_large);
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":[";
    EXPECT_EQ(try_parse(objects).error().code, Errc::too_large);
}

TEST(JsonRfc8259_6, RefusesWhatIsNoNumber_J2) {
    for (std::string_view text :
         {"0x1", "NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "1e", "--1", "-", "1_0"})
        EXPECT_TRUE(refused(text)) << text;
}

TEST(JsonRfc8259_6, RefusesNumbersThatNoDoubleHolds_J2) {
    for (std::string_view text : {"1e400", "-1e400", "1e99999999999999999999", "123456789e999"})
        EXPECT_TRUE(refused(text)) << text;
}

TEST(JsonRfc8259_6, TakesAnUnderflowAsZero) {
    EXPECT_EQ(parse("1e-400").as_double(), 0.0);
    EXPECT_EQ(parse("-0").to_number<double>(), 0.0);
}

TEST(JsonRfc8259_6, KeepsBigIntegersExactlyOrRefusesThem_J2) {
    EXPECT_EQ(parse("9007199254740993").as_int64(), 9007199254740993);
    EXPECT_EQ(parse("18446744073709551615").as_uint64(), 18446744073709551615u);
    EXPECT_EQ(parse("-9223372036854775808").as_int64(), INT64_MIN);
    EXPECT_TRUE(refused("18446744073709551616"));
    EXPECT_TRUE(refused("-9223372036854775809"));
}

TEST(JsonRfc8259_6, RoundsFractionsCorrectly) {
    EXPECT_EQ(parse("0.1").as_double(), 0.1);
    EXPECT_EQ(parse("2.2250738585072011e-308").as_double(), 2.2250738585072011e-308);
    EXPECT_EQ(parse("1.7976931348623157e308").as_double(), 1.7976931348623157e308);
}

TEST(JsonLimits, RefusesNumbersAbove64Bytes_J2) {
    EXPECT_FALSE(refused("0." + std::string(62, '1')));
    EXPECT_EQ(try_parse("0." + std::string(63, '1')).error().code, Errc::too_large);
    EXPECT_TRUE(refused(std::string(1'000'000, '9')));
    EXPECT_TRUE(refused("0." + std::string(1'000'000, '0') + "1"));
    EXPECT_TRUE(refused("1e-" + std::string(100, '0') + "1"));
}

TEST(JsonRfc8259_4, RefusesDuplicateKeys_J3) {
    EXPECT_TRUE(refused(R"({"role":"user","role":"admin"})"));
    EXPECT_TRUE(refused(R"({"role":1,"x":{},"\u0072ole":2})"));
    EXPECT_TRUE(refused(R"([{"a":{"b":1,"b":1}}])"));
    EXPECT_TRUE(refused(R"({"":1,"":2})"));
    EXPECT_FALSE(refused(R"({"a":{"a":{"a":1}},"b":{"a":1}})"));
}

TEST(JsonLimits, RefusesMoreThanAThousandKeys_J4) {
    const auto object = [](int keys) {
        std::string text = "{";
        for (int i = 0; i < keys; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
        return text + "}";
    };
    EXPECT_FALSE(refused(object(1000)));
    EXPECT_EQ(try_parse(object(1001)).error().code, Errc::too_large);
    EXPECT_FALSE(refused("[" + object(1000) + "," + object(1000) + "]"));
    EXPECT_FALSE(refused("{\"__proto__\":{},\"" + std::string(65536, 'k') + "\":1}"));
}

TEST(JsonRfc8259_8, RefusesTextThatIsNotUnicode_J5) {
    for (std::string_view text :
         {R"("\ud800")"sv, R"("\udc00")"sv, R"("\ud800\u0041")"sv, R"("\u0000")"sv, R"({"a\u0000":1})"sv,
          "\"\0\""sv, "\xEF\xBB\xBF{}"sv, "\"\xff\""sv, "\"\xC0\x80\""sv, "\"\xED\xA0\x80\""sv, "{\0}\0"sv,
          "\xFE\xFF\0[\0]"sv, "\"\x1f\""sv, "\"\n\""sv})
        EXPECT_TRUE(refused(text)) << text;
    EXPECT_EQ(parse(R"("\ud83d\ude00")").as_string(), "\xF0\x9F\x98\x80");
}

TEST(JsonParse, ThrowsWithoutQuotingTheText_J7) {
    try {
        static_cast<void>(parse(R"({"password":"hunter2",})"));
        FAIL();
    } catch (const JsonError& error) {
        EXPECT_EQ(error.what(), "not JSON, at byte 22"s);
        EXPECT_EQ(error.error().code, Errc::malformed);
    }
}

}  // namespace
}  // namespace stentor::json
