#include "security/access_requirement.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::security {
namespace {

const Principal alice{"alice", {"ROLE_USER", "SCOPE_orders"}};
const Principal admin{"root", {"ROLE_ADMIN"}};

Met ask(const Requirement& required, const Principal* principal, std::vector<AccessVariable> variables = {},
        bool is_pattern = false) {
    return is_met(required, principal, {AccessAction::subscribe, "/topic/7", variables, nullptr, is_pattern});
}

TEST(AccessRequirement, SaysWhoMay) {
    const auto who = [](const Requirement& required) {
        std::string text;
        if (ask(required, &alice) == Met::yes) text += "alice ";
        if (ask(required, &admin) == Met::yes) text += "admin ";
        if (ask(required, nullptr) == Met::yes) text += "nobody ";
        return text;
    };
    EXPECT_EQ(who(permit_all()), "alice admin nobody ");
    EXPECT_EQ(who(deny_all()), "");
    EXPECT_EQ(who(authenticated()), "alice admin ");
    EXPECT_EQ(who(anonymous()), "nobody ");
    EXPECT_EQ(who(has_role("USER")), "alice ");
    EXPECT_EQ(who(has_any_role({"USER", "ADMIN"})), "alice admin ");
    EXPECT_EQ(who(has_any_role({})), "");
    EXPECT_EQ(who(has_authority("SCOPE_orders")), "alice ");
    EXPECT_EQ(who(has_authority("USER")), "") << "an authority is compared exactly";
    EXPECT_EQ(who(has_any_authority({"x", "ROLE_ADMIN"})), "admin ");
    EXPECT_EQ(who(all_of({has_role("USER"), has_authority("SCOPE_orders")})), "alice ");
    EXPECT_EQ(who(all_of({has_role("USER"), has_role("ADMIN")})), "");
    EXPECT_EQ(who(any_of({has_role("ADMIN"), anonymous()})), "admin nobody ");
    EXPECT_EQ(who(any_of({})), "");
    EXPECT_EQ(who(negation(has_role("ADMIN"))), "alice nobody ");
    EXPECT_EQ(who(access_if([](const Principal* p, const AccessRequest&) { return p && p->name == "root"; })),
              "admin ");
}

TEST(AccessRequirement, AUserIsWhoTheVariableNames) {
    const Principal odd{"a/b*"};
    for (const char* required : {"{who}", "who"}) {
        EXPECT_EQ(ask(is_user(required), &alice, {{"who", "alice"}}), Met::yes);
        EXPECT_EQ(ask(is_user(required), &alice, {{"who", "Alice"}}), Met::no);
        EXPECT_EQ(ask(is_user(required), &alice, {{"other", "alice"}}), Met::unknown);
        EXPECT_EQ(ask(is_user(required), nullptr, {{"who", "alice"}}), Met::no);
    }
    EXPECT_EQ(ask(is_user("who"), &alice, {{"who", "%61lice"}}), Met::yes);
    EXPECT_EQ(ask(is_user("who"), &odd, {{"who", "a%2Fb%2a"}}), Met::yes);
    EXPECT_EQ(ask(is_user("who"), &odd, {{"who", "a%2"}}), Met::no) << "not well encoded";
}

TEST(AccessRequirement, WhatAWildcardLeavesOpenIsNotMetNorItsContrary) {
    const std::vector<AccessVariable> open{{"who", std::nullopt}};
    EXPECT_EQ(ask(is_user("who"), &alice, open, true), Met::unknown);
    EXPECT_EQ(ask(negation(is_user("who")), &alice, open, true), Met::unknown);
    EXPECT_EQ(ask(negation(is_user("who")), &alice, {{"who", "bob"}}), Met::yes);
    EXPECT_EQ(ask(any_of({is_user("who"), has_role("USER")}), &alice, open, true), Met::yes);
    EXPECT_EQ(ask(any_of({is_user("who"), has_role("ADMIN")}), &alice, open, true), Met::unknown);
    EXPECT_EQ(ask(all_of({is_user("who"), has_role("USER")}), &alice, open, true), Met::unknown);
    EXPECT_EQ(ask(all_of({is_user("who"), has_role("ADMIN")}), &alice, open, true), Met::no);
}

TEST(AccessRequirement, AFunctionSeesTheRequest) {
    const Headers headers{{"tenant", "7"}};
    const std::vector<AccessVariable> variables{{"room", "42"}};
    std::string seen;
    const Requirement required = access_if([&](const Principal* principal, const AccessRequest& request) {
        seen = principal->name + " " + to_string(request.action()) + " " +
               std::string(request.destination()) + " " +
               std::string(request.variable("room").value_or("-")) + " " +
               std::string(request.variable("other").value_or("-")) + " " +
               std::string(request.header("tenant").value_or("-"));
        return true;
    });
    EXPECT_EQ(is_met(required, &alice, {AccessAction::send, "/app/42", variables, &headers, false}),
              Met::yes);
    EXPECT_EQ(seen, "alice send /app/42 42 - 7");
    EXPECT_EQ(is_met(required, &alice, {AccessAction::send, "/app/42", variables, nullptr, false}), Met::yes);
    EXPECT_EQ(seen, "alice send /app/42 42 - -");
}

TEST(AccessRequirement, AFunctionThatGuessesAtAPatternAllowsNothing) {
    const std::vector<AccessVariable> open{{"room", std::nullopt}, {"kind", "x"}};
    const auto says = [&](const AccessFunction& function) {
        return ask(access_if(function), &alice, open, true);
    };
    using P = const Principal*;
    using R = const AccessRequest&;
    EXPECT_EQ(says([](P, R) { return true; }), Met::yes) << "it looks at nothing that is open";
    EXPECT_EQ(says([](P, R r) { return r.variable("kind") == "x"; }), Met::yes);
    EXPECT_EQ(says([](P, R r) { return !r.destination().starts_with("/topic/secret"); }), Met::unknown);
    EXPECT_EQ(says([](P, R r) { return r.variable("room") != "secret"; }), Met::unknown);
    EXPECT_EQ(says([](P, R r) { return r.is_pattern() && !r.destination().empty(); }), Met::yes);
    EXPECT_EQ(says([](P, R r) { return !r.is_pattern() && !r.destination().empty(); }), Met::no);
}

TEST(AccessRequirement, AFunctionThatThrowsAllowsNothing) {
    const Requirement throws =
        access_if([](const Principal*, const AccessRequest&) -> bool { throw std::runtime_error("x"); });
    EXPECT_EQ(ask(throws, &alice), Met::unknown);
    EXPECT_EQ(ask(negation(throws), &alice), Met::unknown);
    EXPECT_EQ(ask(access_if([](const Principal*, const AccessRequest&) -> bool { throw 1; }), &alice),
              Met::unknown);
}

TEST(AccessRequirement, MistakesAreToldAtOnce) {
    EXPECT_THROW((void)has_role("ROLE_USER"), std::invalid_argument);
    EXPECT_THROW((void)has_role(""), std::invalid_argument);
    EXPECT_THROW((void)has_authority(""), std::invalid_argument);
    EXPECT_THROW((void)is_user("{}"), std::invalid_argument);
    EXPECT_THROW((void)all_of({}), std::invalid_argument);
    EXPECT_THROW((void)access_if(nullptr), std::invalid_argument);
}

TEST(AccessRequirement, OfWhoConnects) {
    EXPECT_TRUE(may_connect(authenticated(), &alice));
    EXPECT_FALSE(may_connect(authenticated(), nullptr));
    EXPECT_FALSE(may_connect(has_role("ADMIN"), &alice));
}

}  // namespace
}  // namespace stentor::security
