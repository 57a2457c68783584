#include "stentor/access.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor {
namespace {

TEST(AccessRules, AreAListAndAValue) {
    AccessRules rules;
    EXPECT_TRUE(rules.empty());
    rules.send("/app/**", authenticated()).subscribe("/topic/*", permit_all()).any("/queue/a", deny_all());
    const AccessRules copy = rules;
    rules.otherwise(permit_all()).connect(authenticated());
    ASSERT_EQ(copy.rules().size(), 3U);
    EXPECT_TRUE(copy.rules()[0].for_send && !copy.rules()[0].for_subscribe);
    EXPECT_TRUE(!copy.rules()[1].for_send && copy.rules()[1].for_subscribe);
    EXPECT_TRUE(copy.rules()[2].for_send && copy.rules()[2].for_subscribe);
    EXPECT_FALSE(copy.for_connect() || copy.for_others());
    EXPECT_TRUE(rules.for_connect() && rules.for_others());
    EXPECT_FALSE(AccessRules().connect(permit_all()).empty());
}

std::string fault_of(const std::function<void(AccessRules&)>& add) {
    AccessRules rules;
    try {
        add(rules);
    } catch (const std::invalid_argument& e) { return e.what(); }
    return {};
}

TEST(AccessRules, MistakesAreToldAtOnce) {
    EXPECT_EQ(fault_of([](AccessRules& r) { r.send("topic", permit_all()); }),
              "'topic': the destination does not begin with '/'");
    EXPECT_EQ(fault_of([](AccessRules& r) { r.any("/a*", permit_all()); }),
              "'/a*': the pattern has a wildcard that is not a whole segment");
    EXPECT_EQ(fault_of([](AccessRules& r) { r.subscribe("/a/{who}", all_of({is_user("{name}")})); }),
              "'/a/{who}' has no variable {name}");
    EXPECT_EQ(fault_of([](AccessRules& r) { r.connect(is_user("{name}")); }),
              "no pattern stands there, so there is no variable {name}");
    EXPECT_EQ(fault_of([](AccessRules& r) { r.otherwise(negation(is_user("{name}"))); }),
              "no pattern stands there, so there is no variable {name}");
    EXPECT_EQ(fault_of([](AccessRules& r) { r.connect(permit_all()).connect(permit_all()); }),
              "there is a rule for connect already");
    EXPECT_EQ(fault_of([](AccessRules& r) { r.otherwise(permit_all()).otherwise(permit_all()); }),
              "it is said already what holds otherwise");
}

TEST(AccessRules, AnActionHasAName) {
    EXPECT_STREQ(to_string(AccessAction::connect), "connect");
    EXPECT_STREQ(to_string(AccessAction::send), "send");
    EXPECT_STREQ(to_string(AccessAction::subscribe), "subscribe");
}

}  // namespace
}  // namespace stentor
