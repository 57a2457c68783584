#include "kafka/name_template.hpp"

#include <gtest/gtest.h>

namespace stentor::kafka {
namespace {

TEST(NameTemplate, IsFilledAndReadAgain) {
    const NameTemplate name = *NameTemplate::parse("room.{id}.of-{owner}");
    const messaging::Variables variables{{"id", "7"}, {"owner", "ada"}};
    EXPECT_EQ(name.fill(variables), "room.7.of-ada");
    EXPECT_EQ(name.match("room.7.of-ada"), variables);
    for (const char* other : {"room.7", "room..of-ada", "room.7.of-", "room.7.on-ada", "x", ""})
        EXPECT_FALSE(name.match(other)) << other;
}

TEST(NameTemplate, AValueMayNotHoldWhatEndsIt) {
    const NameTemplate name = *NameTemplate::parse("{a}:{b}");
    EXPECT_FALSE(name.fill({{"a", "x:y"}, {"b", "z"}}));
    EXPECT_FALSE(name.fill({{"a", ""}, {"b", "z"}}));
    EXPECT_FALSE(name.fill({{"a", "x"}}));
    EXPECT_EQ(name.fill({{"a", "x"}, {"b", "y:z"}}), "x:y:z");
}

TEST(NameTemplate, WithoutVariablesItIsItsText) {
    const NameTemplate name = *NameTemplate::parse("prices");
    EXPECT_FALSE(name.has_variables());
    EXPECT_EQ(name.fill({}), "prices");
    EXPECT_TRUE(name.match("prices"));
    EXPECT_FALSE(name.match("prices2"));
}

TEST(NameTemplate, IllFormedOnesAreRefused) {
    for (const char* text : {"{", "}", "{}", "a{b", "a}b", "{a}{b}"})
        EXPECT_TRUE(NameTemplate::parse(text).has_error()) << text;
}

}  // namespace
}  // namespace stentor::kafka
