#include "http/message.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

TEST(HttpFields, AreFoundWithoutCaseAndTheFirstIsGiven) {
    const Fields fields{{"Host", "a"}, {"X-One", "1"}, {"x-one", "2"}};
    EXPECT_EQ(fields.find("HOST"), "a");
    EXPECT_EQ(fields.find("x-ONE"), "1");
    EXPECT_EQ(fields.count("X-One"), 2u);
    EXPECT_EQ(fields.find("X_One"), std::nullopt);
    EXPECT_EQ(fields.count("Absent"), 0u);
}

TEST(HttpFields, HasTokenLooksThroughAllLinesOfAList) {
    const Fields fields{{"Connection", "keep-alive , UPGRADE"}, {"connection", ",,x"}};
    EXPECT_TRUE(fields.has_token("Connection", "upgrade"));
    EXPECT_TRUE(fields.has_token("Connection", "X"));
    EXPECT_FALSE(fields.has_token("Connection", "keep"));
    EXPECT_FALSE(fields.has_token("Upgrade", "upgrade"));
}

TEST(HttpFields, AddKeepsOrderAndSetReplacesEveryLine) {
    Fields fields;
    fields.add("A", "1");
    fields.add("a", "2");
    fields.add("B", "3");
    EXPECT_EQ(fields, (Fields{{"A", "1"}, {"a", "2"}, {"B", "3"}}));
    fields.set("a", "4");
    EXPECT_EQ(fields, (Fields{{"B", "3"}, {"a", "4"}}));
}

TEST(HttpFields, SetMayTakeAViewIntoTheFieldItReplaces) {
    Fields fields{{"A", std::string(100, 'x')}};
    fields.set("A", *fields.find("A"));
    EXPECT_EQ(fields.find("A"), std::string(100, 'x'));
}

}  // namespace
}  // namespace stentor::http
