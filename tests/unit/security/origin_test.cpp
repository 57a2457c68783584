#include "security/origin.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::security {
namespace {

http::Request request_from(std::string_view origin, std::string_view host = "good.com") {
    http::Request request;
    request.fields.add("Host", host);
    request.fields.add("Origin", origin);
    return request;
}

OriginPolicy allowing(std::vector<std::string> origins) {
    OriginPolicy policy;
    policy.set_allowed_origins(std::move(origins));
    return policy;
}

std::string complaint_about(const std::string& origin) {
    try {
        allowing({"https://fine.example", origin});
    } catch (const std::invalid_argument& refused) { return refused.what(); }
    return "nothing";
}

TEST(OriginPolicyWithKnownHosts, ANameThatAnybodyCouldHaveMadeLeadHereIsRefused) {
    OriginPolicy policy;
    policy.require_known_host();
    for (const char* host :
         {"localhost", "localhost:8080", "app.localhost:3000", "127.0.0.1:8080", "[::1]:8080"})
        EXPECT_TRUE(policy.allows(request_from(std::string("http://") + host, host), false)) << host;
    for (const char* host :
         {"evil.com", "localhost.evil.com", "127.0.0.1.evil.com", "evil.com:8080", "", "a b"}) {
        EXPECT_FALSE(policy.allows(request_from(std::string("http://") + host, host), false)) << host;
        http::Request without;
        without.fields.add("Host", host);
        EXPECT_FALSE(policy.allows(without, false)) << host;
    }
    EXPECT_FALSE(policy.allows({}, false));
}

TEST(OriginPolicyWithKnownHosts, ListedOriginsAreKnown) {
    OriginPolicy policy = allowing({"https://chat.example.com"});
    policy.require_known_host();
    EXPECT_TRUE(policy.allows(request_from("https://chat.example.com", "chat.example.com"), false));
    EXPECT_FALSE(policy.allows(request_from("http://evil.com", "evil.com"), false));
    http::Request without;
    without.fields.add("Host", "chat.example.com");
    EXPECT_TRUE(policy.allows(without, false));
    OriginPolicy all = allowing({"*"});
    all.require_known_host();
    EXPECT_TRUE(all.allows(request_from("http://evil.com", "evil.com"), false));
}

// S7
TEST(OriginPolicyByDefault, AllowsTheSameOriginAndNoOther) {
    const OriginPolicy policy;
    EXPECT_TRUE(policy.allows(request_from("https://good.com"), true));
    EXPECT_FALSE(policy.allows(request_from("https://evil.com"), true));
    EXPECT_FALSE(policy.allows_all());
}

TEST(OriginPolicyByDefault, TheSameOriginHasTheSameScheme) {
    const OriginPolicy policy;
    EXPECT_TRUE(policy.allows(request_from("http://good.com"), false));
    EXPECT_FALSE(policy.allows(request_from("http://good.com"), true));
    EXPECT_FALSE(policy.allows(request_from("https://good.com"), false));
}

TEST(OriginPolicyByDefault, TheSameOriginHasTheSamePort) {
    const OriginPolicy policy;
    EXPECT_TRUE(policy.allows(request_from("http://good.com:80"), false));
    EXPECT_TRUE(policy.allows(request_from("http://good.com", "good.com:80"), false));
    EXPECT_TRUE(policy.allows(request_from("https://good.com", "good.com:443"), true));
    EXPECT_TRUE(policy.allows(request_from("http://good.com:8080", "good.com:8080"), false));
    EXPECT_FALSE(policy.allows(request_from("http://good.com:8080"), false));
    EXPECT_FALSE(policy.allows(request_from("http://good.com", "good.com:8080"), false));
}

TEST(OriginPolicyByDefault, CaseOfTheHostDoesNotCount) {
    EXPECT_TRUE(OriginPolicy().allows(request_from("https://good.com", "GOOD.com"), true));
}

// S8
TEST(OriginPolicyByDefault, LookAlikesAreRefused) {
    const OriginPolicy policy;
    for (const std::string_view origin :
         {"https://good.com.evil.com", "https://evilgood.com", "https://good.com:8443", "https://good.com.",
          "https://good.com@evil.com", "https://good.com/", "good.com", "", "https://",
          "https://good.com https://evil.com", "https://good.co"})
        EXPECT_FALSE(policy.allows(request_from(origin), true)) << origin;
    EXPECT_FALSE(policy.allows(request_from("https://" + std::string(8192, 'a')), true));
}

// H10: refused, never a failure.
TEST(OriginPolicyByDefault, AMissingMalformedOrDoubleHostIsNoSameOrigin) {
    const OriginPolicy policy;
    for (const std::string_view host :
         {"", "good.com, evil.com", "user@good.com", "good.com/", "good.com:", "[::1"})
        EXPECT_FALSE(policy.allows(request_from("https://good.com", host), true)) << host;
    http::Request twice = request_from("https://good.com");
    twice.fields.add("host", "evil.com");
    EXPECT_FALSE(policy.allows(twice, true));
    http::Request without_host;
    without_host.fields.add("Origin", "https://good.com");
    EXPECT_FALSE(policy.allows(without_host, true));
}

// S10: the caller decides about requests with ambient credentials; without an Origin it is no browser's page.
TEST(OriginPolicyByDefault, ARequestWithoutAnOriginIsAllowed) {
    http::Request request;
    request.fields.add("Host", "good.com");
    EXPECT_TRUE(OriginPolicy().allows(request, true));
    EXPECT_TRUE(allowing({"https://app.example"}).allows(request, true));
}

TEST(OriginPolicy, TwoOriginsAreRefusedEvenWhereAllAreAllowed) {
    http::Request twice = request_from("https://good.com");
    twice.fields.add("origin", "https://good.com");
    EXPECT_FALSE(OriginPolicy().allows(twice, true));
    EXPECT_FALSE(allowing({"https://good.com"}).allows(twice, true));
    EXPECT_FALSE(allowing({"*"}).allows(twice, true));
}

TEST(OriginPolicyList, AddsOriginsToTheSameOrigin) {
    const OriginPolicy policy = allowing({"https://app.example:8443", "http://b.example"});
    EXPECT_TRUE(policy.allows(request_from("https://app.example:8443"), true));
    EXPECT_TRUE(policy.allows(request_from("http://b.example"), true));
    EXPECT_TRUE(policy.allows(request_from("https://good.com"), true));
    EXPECT_FALSE(policy.allows(request_from("https://app.example"), true));
    EXPECT_FALSE(policy.allows(request_from("http://app.example:8443"), true));
    EXPECT_FALSE(policy.allows(request_from("https://a.app.example:8443"), true));
    EXPECT_FALSE(policy.allows(request_from("https://app.example.:8443"), true));
}

TEST(OriginPolicyList, ComparesOriginsNotTheirSpelling) {
    const OriginPolicy policy = allowing({"HTTPS://App.example:443"});
    EXPECT_TRUE(policy.allows(request_from("https://app.example"), true));
}

TEST(OriginPolicyList, AStarMeansAll) {
    const OriginPolicy policy = allowing({"*"});
    EXPECT_TRUE(policy.allows_all());
    for (const std::string_view origin : {"https://evil.com", "null", "test", "file://"})
        EXPECT_TRUE(policy.allows(request_from(origin), true)) << origin;
}

// S9
TEST(OriginPolicyList, NullIsRefusedUnlessListed) {
    EXPECT_FALSE(OriginPolicy().allows(request_from("null"), true));
    EXPECT_FALSE(OriginPolicy().allows(request_from("null", "null"), true));
    EXPECT_FALSE(allowing({"https://app.example"}).allows(request_from("null"), true));
    EXPECT_TRUE(allowing({"null"}).allows(request_from("null"), true));
    EXPECT_FALSE(allowing({"null"}).allows(request_from("NULL"), true));
    EXPECT_FALSE(allowing({"null"}).allows(request_from("https://evil.com"), true));
}

TEST(OriginPolicyList, ReplacesTheOneBefore) {
    OriginPolicy policy = allowing({"*", "https://app.example"});
    policy.set_allowed_origins({"https://b.example"});
    EXPECT_FALSE(policy.allows(request_from("https://app.example"), true));
    EXPECT_TRUE(policy.allows(request_from("https://b.example"), true));
}

TEST(OriginPolicyList, AWrongEntryIsNamedAtStartUp) {
    EXPECT_EQ(complaint_about("app.example"),
              "allowed origin \"app.example\": it has no scheme; write scheme://host or scheme://host:port, "
              "or an allowed "
              "origin pattern");
    EXPECT_NE(complaint_about("https://app.example/").find("\"https://app.example/\": it has a path"),
              std::string::npos);
    EXPECT_NE(complaint_about("https://me@app.example").find("names a user"), std::string::npos);
    EXPECT_NE(complaint_about("https://*.example").find("wildcard"), std::string::npos);
    EXPECT_NE(complaint_about("https://app.example:0").find("host or port"), std::string::npos);
    EXPECT_EQ(complaint_about("https://app.example"), "nothing");
}

TEST(OriginPolicyList, AWrongEntryLeavesThePolicyAsItWas) {
    OriginPolicy policy = allowing({"https://app.example"});
    EXPECT_THROW(policy.set_allowed_origins({"*", "wrong"}), std::invalid_argument);
    EXPECT_FALSE(policy.allows_all());
    EXPECT_TRUE(policy.allows(request_from("https://app.example"), true));
}

TEST(OriginPolicyPatterns, AddOriginsToTheSameOriginAndTheList) {
    OriginPolicy policy = allowing({"https://app.example"});
    policy.set_allowed_origin_patterns({"https://*.example.com", "http://localhost:*"});
    EXPECT_TRUE(policy.allows(request_from("https://a.example.com"), true));
    EXPECT_TRUE(policy.allows(request_from("http://localhost:3000"), true));
    EXPECT_TRUE(policy.allows(request_from("https://app.example"), true));
    EXPECT_TRUE(policy.allows(request_from("https://good.com"), true));
    EXPECT_FALSE(policy.allows(request_from("https://example.com"), true));
    EXPECT_FALSE(policy.allows(request_from("null"), true));
}

TEST(OriginPolicyPatterns, AStarMeansAll) {
    OriginPolicy policy;
    policy.set_allowed_origin_patterns({"*"});
    EXPECT_TRUE(policy.allows_all());
    EXPECT_TRUE(policy.allows(request_from("null"), true));
}

TEST(OriginPolicyPatterns, AWrongPatternIsNamedAtStartUp) {
    OriginPolicy policy;
    try {
        policy.set_allowed_origin_patterns({"https://a.*.com"});
        FAIL() << "was accepted";
    } catch (const std::invalid_argument& refused) {
        EXPECT_EQ(std::string(refused.what()),
                  "allowed origin pattern \"https://a.*.com\": its wildcard is not where a pattern may have "
                  "one; write "
                  "scheme://*.host or scheme://host:*");
    }
}

}  // namespace
}  // namespace stentor::security
