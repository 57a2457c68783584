#include "security/access_policy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace stentor::security {
namespace {

constexpr auto send = AccessAction::send;
constexpr auto subscribe = AccessAction::subscribe;
const Principal alice{"alice", {"ROLE_USER"}};
const Principal admin{"root", {"ROLE_USER", "ROLE_ADMIN"}};

bool allows(const AccessRules& rules, AccessAction action, std::string_view destination,
            const Principal* principal = &alice) {
    return AccessPolicy(rules).allows(action, destination, principal, nullptr);
}

TEST(AccessPolicy, TheFirstRuleThatIsForItCounts) {
    AccessRules rules;
    rules.subscribe("/topic/admin/**", has_role("ADMIN"))
        .any("/topic/**", permit_all())
        .send("/app/**", authenticated());
    for (const char* destination : {"/topic/admin", "/topic/admin/a", "/topic/admin/a/b"}) {
        EXPECT_FALSE(allows(rules, subscribe, destination)) << destination;
        EXPECT_TRUE(allows(rules, subscribe, destination, &admin)) << destination;
        EXPECT_TRUE(allows(rules, send, destination)) << "that rule is for subscriptions";
    }
    EXPECT_TRUE(allows(rules, subscribe, "/topic/administrators", nullptr)) << "segments are whole";
    EXPECT_TRUE(allows(rules, subscribe, "/topic"));
    EXPECT_TRUE(allows(rules, send, "/app/x"));
    EXPECT_FALSE(allows(rules, send, "/app/x", nullptr));
}

TEST(AccessPolicy, WhatNoRuleIsForIsDenied) {
    AccessRules rules;
    rules.send("/app/a", permit_all());
    EXPECT_TRUE(allows(rules, send, "/app/a"));
    for (const char* destination : {"/app/b", "/app", "/app/a/b", "/APP/a", "/app/%61", "/"})
        EXPECT_FALSE(allows(rules, send, destination)) << destination;
    EXPECT_FALSE(allows(rules, subscribe, "/app/a"));
    EXPECT_FALSE(allows(rules, subscribe, "/**", &admin));
    rules.otherwise(has_role("ADMIN"));
    EXPECT_FALSE(allows(rules, subscribe, "/topic/x"));
    EXPECT_TRUE(allows(rules, subscribe, "/topic/x", &admin));
    EXPECT_TRUE(allows(rules, subscribe, "/topic/*", &admin));
}

TEST(AccessPolicy, ARuleForConnectDeniesNothingElse) {
    AccessRules rules;
    rules.connect(authenticated());
    const AccessPolicy policy(rules);
    EXPECT_TRUE(policy.allows_session(&alice));
    EXPECT_FALSE(policy.allows_session(nullptr));
    EXPECT_TRUE(policy.allows(send, "/topic/x", nullptr, nullptr));
    EXPECT_TRUE(policy.allows(subscribe, "/topic/*", nullptr, nullptr));
    EXPECT_TRUE(AccessPolicy(AccessRules().send("/a", deny_all())).allows_session(nullptr));
}

TEST(AccessPolicy, AVariableIsTheUser) {
    AccessRules rules;
    rules.any("/topic/of/{name}/**", is_user("{name}"));
    EXPECT_TRUE(allows(rules, send, "/topic/of/alice"));
    EXPECT_TRUE(allows(rules, subscribe, "/topic/of/alice/x/y"));
    EXPECT_TRUE(allows(rules, subscribe, "/topic/of/alice/**"));
    EXPECT_FALSE(allows(rules, subscribe, "/topic/of/root/x"));
    EXPECT_FALSE(allows(rules, subscribe, "/topic/of/*/x"));
    EXPECT_FALSE(allows(rules, subscribe, "/topic/of/{name}/x"));
    EXPECT_FALSE(allows(rules, subscribe, "/topic/of/**"));
}

TEST(AccessPolicy, APatternIsAllowedIfAllItMatchesIs) {
    AccessRules rules;
    rules.subscribe("/topic/secret/**", has_role("ADMIN"))
        .subscribe("/topic/{room}/in", is_user("room"))
        .subscribe("/topic/**", permit_all());
    for (const char* pattern :
         {"/topic/*", "/topic/**", "/topic/*/x", "/topic/*/in", "/topic/secret/**", "/**", "/*/secret/x"})
        EXPECT_FALSE(allows(rules, subscribe, pattern)) << pattern;
    for (const char* pattern : {"/topic/open/**", "/topic/alice/*", "/topic/open/x/*", "/topic/*/x"}) {
        const bool all =
            std::string_view(pattern) != "/topic/open/**" && std::string_view(pattern) != "/topic/*/x";
        EXPECT_EQ(allows(rules, subscribe, pattern), all) << pattern;
    }
    EXPECT_TRUE(allows(rules, subscribe, "/topic/secret/**", &admin));
    EXPECT_TRUE(allows(rules, subscribe, "/topic/*", &admin));
    EXPECT_FALSE(allows(rules, subscribe, "/topic/**", &admin)) << "/topic/bob/in is bob's";
}

/// A12: what only another broker reads as a wildcard is a name here.
TEST(AccessPolicy, OthersWildcardsAreNames) {
    AccessRules rules;
    rules.subscribe("/topic/open/*", permit_all());
    for (const char* destination :
         {"/topic/#", "/topic/>", "/topic/open.#", "/topic/*.secret", "/topic/open,/topic/x"})
        EXPECT_FALSE(allows(rules, subscribe, destination)) << destination;
}

TEST(AccessPolicy, SendingToAPatternNeedsTheRightToAllOfIt) {
    AccessRules rules;
    rules.send("/topic/secret", deny_all()).send("/topic/*", permit_all());
    EXPECT_FALSE(allows(rules, send, "/topic/*"));
    EXPECT_FALSE(allows(rules, send, "/topic/{x}"));
    EXPECT_TRUE(allows(rules, send, "/topic/2*3")) << "a name";
}

// Held against all destinations there could be

constexpr std::array<std::string_view, 6> of_rules{"a", "b", "*", "{x}", "**", "alice"};
constexpr std::array<std::string_view, 4> of_destinations{"a", "b", "alice", "other"};

template <std::size_t N>
std::string path(std::mt19937& random, const std::array<std::string_view, N>& segments) {
    std::string text;
    for (std::size_t count = 1 + random() % 3; count > 0; --count)
        text.append("/").append(segments[random() % N]);
    return text;
}

std::vector<std::string> universe() {
    std::vector<std::string> all;
    std::vector<std::string> last{""};
    for (int length = 1; length <= 4; ++length) {
        std::vector<std::string> next;
        for (const std::string& head : last)
            for (const std::string_view segment : of_destinations)
                next.push_back(head + "/" + std::string(segment));
        all.insert(all.end(), next.begin(), next.end());
        last = next;
    }
    return all;
}

Requirement any_requirement(std::mt19937& random, const std::string& pattern) {
    if (pattern.find("{x}") != pattern.npos && random() % 2 == 0)
        return random() % 3 == 0 ? negation(is_user("x")) : is_user("x");
    switch (random() % 4) {
        case 0: return has_role("ADMIN");
        case 1: return deny_all();
        default: return permit_all();
    }
}

TEST(AccessPolicyProperty, AnAllowedPatternMatchesNothingThatIsDenied) {
    const std::vector<std::string> destinations = universe();
    int allowed = 0;
    for (unsigned seed = 0; seed < 400; ++seed) {
        std::mt19937 random(seed);
        AccessRules rules;
        for (std::size_t count = 1 + random() % 6; count > 0; --count) {
            const std::string pattern = path(random, of_rules);
            if (messaging::DestinationPattern::parse(pattern).has_error()) continue;
            rules.subscribe(pattern, any_requirement(random, pattern));
        }
        if (rules.empty()) continue;
        if (random() % 3 == 0) rules.otherwise(permit_all());
        const AccessPolicy policy(rules);
        for (int i = 0; i < 20; ++i) {
            const auto wanted = messaging::DestinationPattern::parse(path(random, of_rules));
            if (wanted.has_error() || !policy.allows(subscribe, wanted->text(), &alice, nullptr)) continue;
            ++allowed;
            for (const std::string& destination : destinations)
                ASSERT_TRUE(!wanted->matches(destination) ||
                            policy.allows(subscribe, destination, &alice, nullptr))
                    << "seed " << seed << ": " << wanted->text() << " matches " << destination;
        }
    }
    EXPECT_GT(allowed, 500);
}

}  // namespace
}  // namespace stentor::security
