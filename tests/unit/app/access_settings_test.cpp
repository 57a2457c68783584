#include "app/access_settings.hpp"

#include "security/access_policy.hpp"
#include "unit/app/config_error.hpp"

#include <gtest/gtest.h>

namespace stentor::app {
namespace {

security::AccessPolicy policy_of(const std::string& toml) {
    return security::AccessPolicy(access_of(parse_config(toml, "s.toml")));
}

const Principal alice{"alice", {"ROLE_USER"}};
const Principal admin{"root", {"ROLE_ADMIN", "SCOPE_a"}};

TEST(AccessSettings, SayWhoMay) {
    const auto who = [](const std::string& allow) {
        const auto policy = policy_of("[[access]]\nany = '/topic/{x}'\nallow = '" + allow + "'");
        std::string text;
        for (const Principal* principal : {&alice, &admin, static_cast<const Principal*>(nullptr)})
            if (policy.allows(AccessAction::send, "/topic/alice", principal, nullptr))
                text += (principal ? principal->name : "nobody") + " ";
        return text;
    };
    EXPECT_EQ(who("all"), "alice root nobody ");
    EXPECT_EQ(who("none"), "");
    EXPECT_EQ(who("authenticated"), "alice root ");
    EXPECT_EQ(who("anonymous"), "nobody ");
    EXPECT_EQ(who("role:USER"), "alice ");
    EXPECT_EQ(who("authority:SCOPE_a"), "root ");
    EXPECT_EQ(who("user:{x}"), "alice ");
    EXPECT_EQ(who("role:USER, authority:SCOPE_a"), "alice root ");
    EXPECT_EQ(who("anonymous,role: ADMIN"), "root nobody ");
}

TEST(AccessSettings, AreRulesInTheirOrder) {
    const auto policy = policy_of(R"(
[[access]]
connect = true
allow = "authenticated"
[[access]]
subscribe = "/topic/admin/**"
allow = "role:ADMIN"
[[access]]
any = "/topic/**"
allow = "all"
[[access]]
otherwise = true
allow = "role:ADMIN"
)");
    EXPECT_FALSE(policy.allows_session(nullptr));
    EXPECT_TRUE(policy.allows_session(&alice));
    EXPECT_FALSE(policy.allows(AccessAction::subscribe, "/topic/admin/x", &alice, nullptr));
    EXPECT_TRUE(policy.allows(AccessAction::subscribe, "/topic/x", &alice, nullptr));
    EXPECT_FALSE(policy.allows(AccessAction::send, "/app/x", &alice, nullptr));
    EXPECT_TRUE(policy.allows(AccessAction::send, "/app/x", &admin, nullptr));
    EXPECT_TRUE(access_of(ServerConfig()).empty());
}

TEST(AccessSettings, MistakesAreToldWithTheirPlaces) {
    EXPECT_EQ(error_of("[[access]]\nallow = 'all'"),
              "s.toml:1: access[0].send is missing; give that, or subscribe, any, connect or otherwise, what "
              "the rule is for");
    EXPECT_EQ(error_of("[[access]]\nsend = '/a'\nany = '/a'\nallow = 'all'"),
              "s.toml:3: access[0].any is given, and so is send; make two rules of it");
    EXPECT_EQ(error_of("[[access]]\nconnect = true\nallow = 'all'\n[[access]]\nsend = '/a'"),
              "s.toml:4: access[1].allow is missing; give some of \"all\", \"none\", \"authenticated\", "
              "\"anonymous\", \"role:ADMIN\", \"authority:SCOPE_a\" and \"user:{name}\"");
    for (const char* word : {"admin", "role", "rolle:ADMIN", "user:alice", "all,", "*"})
        EXPECT_NE(error_of("[[access]]\nsend = '/a/{x}'\nallow = '" + std::string(word) + "'")
                      .find("s.toml:3: access[0].allow has '"),
                  std::string::npos)
            << word;
    EXPECT_EQ(
        error_of("[[access]]\nsend = '/a'\nallow = 'role:ROLE_X'"),
        "s.toml:3: access[0].allow has 'role:ROLE_X': the role 'ROLE_X' begins with ROLE_ itself; leave "
        "that out");
    EXPECT_EQ(
        error_of("[[access]]\nsend = '/a*'\nallow = 'all'"),
        "s.toml:2: access[0].send is wrong: '/a*': the pattern has a wildcard that is not a whole segment");
    EXPECT_EQ(error_of("[[access]]\nsend = '/a'\nallow = 'user:{x}'"),
              "s.toml:2: access[0].send is wrong: '/a' has no variable {x}");
    EXPECT_EQ(
        error_of("[[access]]\nconnect = true\nallow = 'all'\n[[access]]\nconnect = true\nallow = 'all'"),
        "s.toml:5: access[1].connect is wrong: there is a rule for connect already");
    EXPECT_EQ(error_of("[[access]]\nsedn = '/a'"), "s.toml:2: unknown setting 'sedn'; did you mean 'send'?");
}

TEST(AccessSettings, HowDenialIsToldHasTwoChoices) {
    EXPECT_EQ(error_of("security.denied = 'tell'"), "");
    EXPECT_EQ(error_of("security.denied = 'drop'"),
              "s.toml:1: security.denied is 'drop'; the choices are \"error\" and \"tell\"");
}

}  // namespace
}  // namespace stentor::app
