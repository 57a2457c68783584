#include "security/jwt_claims.hpp"

#include "security/json_object.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now{1'700'000'000s};

Result<Authentication> check(const std::string& claims, const ClaimRules& rules = {}) {
    return check_claims(*parse_json_object(claims), rules, now);
}
std::string fault(const std::string& claims, const ClaimRules& rules = {}) {
    const auto found = check(claims, rules);
    return found.has_error() ? found.error().message : "";
}
/// With a time that is right.
std::string with(const std::string& more) { return R"({"sub":"alice","exp":1700000100)" + more + "}"; }

TEST(JwtClaims, SayWhoAndForHowLong) {
    const auto found =
        check(with(R"(,"scope":"orders  chat","sid":"s1","jti":"j1","iss":"https://id","x":"y")"));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->principal.name, "alice");
    EXPECT_EQ(found->principal.authorities, (std::vector<std::string>{"SCOPE_orders", "SCOPE_chat"}));
    using Claims = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(found->principal.claims, (Claims{{"sid", "s1"}, {"jti", "j1"}, {"iss", "https://id"}}));
    EXPECT_EQ(found->valid_for, 130s);  // until exp and the leeway
    EXPECT_FALSE(found->is_ambient);
}

TEST(JwtClaims, ExpiryCountsToTheLeeway) {
    EXPECT_EQ(fault(R"({"sub":"a","exp":1699999971})"), "");
    EXPECT_EQ(fault(R"({"sub":"a","exp":1699999970})"), "exp is over");
    EXPECT_EQ(check(R"({"sub":"a","exp":1699999970})").error().code, Errc::expired);
    EXPECT_EQ(fault(R"({"sub":"a","exp":1700000000.5})"), "");
}

TEST(JwtClaims, ExpiryIsRequiredUnlessToldOtherwise) {
    EXPECT_EQ(fault(R"({"sub":"a","iat":1700000000})"), "exp is missing");
    ClaimRules rules;
    rules.require_expiry = false;
    EXPECT_EQ(fault(R"({"sub":"a"})", rules), "exp and iat are missing");
    const auto found = check(R"({"sub":"a","iat":1699999000})", rules);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->valid_for, 24h - 1000s + 30s);
}

/// In milliseconds, negative, past every number, as text.
TEST(JwtClaims, TimesAreSeconds) {
    for (const char* const claim : {"exp", "nbf", "iat"}) {
        const std::string begin = std::string(R"({"sub":"a",)") +
                                  (claim == std::string("exp") ? "" : R"("exp":1700000100,)") + '"' + claim +
                                  "\":";
        for (const char* const value : {"1700000000000000", "-1", "-1e300", "1e308"})
            EXPECT_EQ(fault(begin + value + "}"), claim + std::string(" is no time in seconds")) << value;
        for (const char* const value : {"\"1700000000\"", "null", "true", "[1700000000]"})
            EXPECT_EQ(fault(begin + value + "}"), claim + std::string(" is no number")) << value;
    }
    EXPECT_EQ(fault(R"({"sub":"a","exp":1700000100000})"), "exp is no time in seconds");
}

TEST(JwtClaims, OtherTimesCountToTheLeewayToo) {
    EXPECT_EQ(fault(with(R"(,"nbf":1700000030)")), "");
    EXPECT_EQ(fault(with(R"(,"nbf":1700000031)")), "nbf is not reached");
    EXPECT_EQ(fault(with(R"(,"iat":1700000030)")), "");
    EXPECT_EQ(fault(with(R"(,"iat":1700000031)")), "iat is in the future");
}

TEST(JwtClaims, ATokenIsNoOlderThanItMayBe) {
    EXPECT_EQ(fault(with(R"(,"iat":1699913600)")), "");
    EXPECT_EQ(fault(with(R"(,"iat":1699913570)")), "iat is longer ago than max_age");
    EXPECT_EQ(check(with(R"(,"iat":1699913600)"))->valid_for, 30s);
    EXPECT_EQ(fault(R"({"sub":"a","exp":1700086430})"), "");
    EXPECT_EQ(fault(R"({"sub":"a","exp":1700086431})"), "exp is further away than max_age");
}

TEST(JwtClaims, IssuerIsCompared) {
    ClaimRules rules;
    rules.issuer = "https://id";
    EXPECT_EQ(fault(with(R"(,"iss":"https://id")"), rules), "");
    EXPECT_EQ(fault(with(R"(,"iss":"https://id/")"), rules), "iss is not the issuer");
    EXPECT_EQ(fault(with(R"(,"iss":["https://id"])"), rules), "iss is not the issuer");
    EXPECT_EQ(fault(with(""), rules), "iss is not the issuer");
}

TEST(JwtClaims, AudienceHasOneOfOurs) {
    ClaimRules rules;
    rules.audience = {"chat", "news"};
    EXPECT_EQ(fault(with(R"(,"aud":"news")"), rules), "");
    EXPECT_EQ(fault(with(R"(,"aud":["other","chat"])"), rules), "");
    for (const char* const aud : {R"(,"aud":"other")", R"(,"aud":["other"])", R"(,"aud":[])", R"(,"aud":"")",
                                  R"(,"aud":{"chat":1})", R"(,"aud":[["chat"]])", ""})
        EXPECT_EQ(fault(with(aud), rules), "aud is for others") << aud;
}

TEST(JwtClaims, ANameIsAText) {
    EXPECT_EQ(fault(R"({"exp":1700000100})"), "sub is no name");
    EXPECT_EQ(fault(R"({"exp":1700000100,"sub":""})"), "sub is no text, or empty");
    EXPECT_EQ(fault(R"({"exp":1700000100,"sub":7})"), "sub is no text, or empty");
    EXPECT_EQ(fault(R"({"exp":1700000100,"sub":"a\nb"})"), "sub is no name");
    EXPECT_EQ(fault(R"({"exp":1700000100,"sub":")" + std::string(256, 'a') + "\"}"), "sub is no name");
    ClaimRules rules;
    rules.name_claim = "preferred_username";
    EXPECT_EQ(check(with(R"(,"preferred_username":"Al")"), rules)->principal.name, "Al");
    EXPECT_EQ(fault(with(""), rules), "preferred_username is no name");
}

TEST(JwtClaims, AuthoritiesAreWordsOrAList) {
    ClaimRules rules;
    rules.authorities_claim = "realm_access.roles";
    rules.authorities_prefix = "ROLE_";
    EXPECT_EQ(check(with(R"(,"realm_access":{"roles":["ADMIN","x y"]})"), rules)->principal.authorities,
              (std::vector<std::string>{"ROLE_ADMIN", "ROLE_x y"}));
    EXPECT_EQ(check(with(R"(,"realm_access.roles":"A B")"), rules)->principal.authorities,
              (std::vector<std::string>{"ROLE_A", "ROLE_B"}));
    EXPECT_TRUE(check(with(""), rules)->principal.authorities.empty());
    EXPECT_EQ(fault(with(R"(,"scope":["a",1])")), "scope has what is no text");
    EXPECT_EQ(fault(with(R"(,"scope":{"a":1})")), "scope is neither text nor a list");
}

TEST(JwtClaims, KeepsThoseThatAreListed) {
    ClaimRules rules;
    rules.claims = {"tenant", "iss", "org.id", "number"};
    const auto found =
        check(with(R"(,"tenant":"t","org":{"id":"o"},"number":7,"other":"x","iss":"i")"), rules);
    using Claims = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(found->principal.claims, (Claims{{"iss", "i"}, {"tenant", "t"}, {"org.id", "o"}}));
}

}  // namespace
}  // namespace stentor::security
