#include "security/json_object.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::security {
namespace {

TEST(JsonObject, HasEveryKindOfValue) {
    const auto object =
        parse_json_object(R"({"a":"x","b":[1,-2,1.5,true,null],"c":{"d":18446744073709551615}})");
    ASSERT_TRUE(object);
    EXPECT_EQ(string_in(*object, "a"), "x");
    EXPECT_EQ(object->at("b").as_array().size(), 5U);
    EXPECT_EQ(object->at("c").as_object().at("d").as_uint64(), 18446744073709551615U);
    EXPECT_FALSE(string_in(*object, "b"));
    EXPECT_FALSE(string_in(*object, "e"));
}

TEST(JsonObject, RefusesANameThatIsThereTwice) {
    EXPECT_FALSE(parse_json_object(R"({"role":"user","role":"admin"})"));
    EXPECT_FALSE(parse_json_object(R"({"a":[{"b":1,"b":2}]})"));
    EXPECT_FALSE(parse_json_object("{\"role\":1,\"\\u0072ole\":2}"));
}

TEST(JsonObject, RefusesWhatIsNoObjectOfStrictJson) {
    for (const char* const text :
         {"", "[]", "1", "\"a\"", "{} {}", "{}x", "{'a':1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1e309}",
          "{\"a\":99999999999999999999}", "{\"a\":NaN}", "{\"a\":\"\n\"}", "{\"a\":\"\\u0000\"}",
          "{\"\\u0000\":1}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}", "// {}", "{\"a\":tru}"})
        EXPECT_FALSE(parse_json_object(text)) << text;
}

TEST(JsonObject, RefusesDepths) {
    const auto nested = [](int depth) {
        return "{\"a\":" + std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']') + "}";
    };
    EXPECT_TRUE(parse_json_object(nested(6)));
    EXPECT_FALSE(parse_json_object(nested(8)));
    EXPECT_FALSE(parse_json_object(nested(4000)));
}

}  // namespace
}  // namespace stentor::security
