#include "app/identity_checks.hpp"

#include "app/fetcher.hpp"

#include <gtest/gtest.h>

namespace stentor::app {
namespace {

JwtConfig right() {
    JwtConfig config;
    config.algorithms = {"RS256"};
    config.jwks_url = "https://id.example.com/keys";
    return config;
}
template <class F>
std::string fault(F change) {
    JwtConfig config = right();
    change(config);
    return fault_of({config}, 0);
}

TEST(IdentityChecks, AnIssuerNeedsAlgorithmsAndKeys) {
    EXPECT_EQ(fault([](auto&) {}), "");
    EXPECT_EQ(fault_of({JwtConfig{}}, 0),
              "algorithms is missing; name those that the issuer signs with, such as [\"RS256\"]");
    EXPECT_TRUE(fault([](auto& c) {
                    c.algorithms = {"RS256", "none"};
                }).starts_with("algorithms has 'none'"));
    EXPECT_TRUE(fault([](auto& c) { c.jwks_url = ""; }).starts_with("jwks_url is missing"));
    EXPECT_TRUE(
        fault([](auto& c) { c.key_file = "k.pem"; }).starts_with("jwks_url, key_file and secret_file"));
}

TEST(IdentityChecks, UrlsAreHttpsButOnThisMachine) {
    for (const char* const url :
         {"https://id.example.com/keys", "https://id.example.com:8443/keys?x=1",
          "http://127.0.0.1:9000/session", "http://localhost/keys", "http://[::1]:9000/"})
        EXPECT_EQ(fault_of_url(url), "") << url;
    for (const char* const url :
         {"", "id.example.com/keys", "http://id.example.com/keys", "http://127.0.0.1.example.com/",
          "http://localhost@example.com/", "https://user@example.com/", "ftp://127.0.0.1/",
          "file:///etc/passwd", "https://example.com/a b", "https://example.com/\r\nX: y",
          "http://10.0.0.1/"})
        EXPECT_NE(fault_of_url(url), "") << url;
}

TEST(IdentityChecks, SeveralIssuersAreToldApart) {
    JwtConfig one = right();
    JwtConfig other = right();
    EXPECT_TRUE(fault_of({one, other}, 0).starts_with("issuer is missing"));
    one.issuer = other.issuer = "https://id";
    EXPECT_EQ(fault_of({one, other}, 0), "");
    EXPECT_TRUE(fault_of({one, other}, 1).starts_with("issuer is 'https://id', as another table's"));
}

TEST(IdentityChecks, TokensAreShownSomewhere) {
    EXPECT_TRUE(fault([](auto& c) { c.bearer = false; }).starts_with("bearer is false"));
    EXPECT_EQ(fault([](auto& c) { c.bearer = false, c.cookie = "token"; }), "");
    EXPECT_TRUE(fault([](auto& c) { c.cookie = "a b"; }).starts_with("cookie is 'a b'"));
    EXPECT_TRUE(fault([](auto& c) { c.query_parameter = "a&b=c"; }).starts_with("query_parameter is"));
    EXPECT_TRUE(fault([](auto& c) { c.name_claim = ""; }).starts_with("name_claim is empty"));
}

TEST(IdentityChecks, NoLimitIsSwitchedOffByAZero) {
    using std::chrono::milliseconds;
    EXPECT_TRUE(fault([](auto& c) { c.max_age = milliseconds(0); }).starts_with("max_age is 0"));
    EXPECT_TRUE(
        fault([](auto& c) { c.refetch_interval = milliseconds(0); }).starts_with("refetch_interval is 0"));
    EXPECT_TRUE(fault([](auto& c) { c.max_waiting = 0; }).starts_with("max_waiting is 0"));
    EXPECT_TRUE(fault([](auto& c) { c.leeway = milliseconds(-1); }).starts_with("leeway is negative"));
    EXPECT_EQ(fault([](auto& c) { c.leeway = milliseconds(0); }), "");
}

TEST(IdentityChecks, ASessionCookieNeedsSomethingToAsk) {
    SessionCookieConfig config;
    EXPECT_TRUE(fault_of(config).starts_with("url is missing"));
    config.url = "http://backend:9000/session";
    EXPECT_TRUE(fault_of(config).starts_with("url is 'http://backend:9000/session'"));
    config.url = "http://127.0.0.1:9000/session";
    EXPECT_EQ(fault_of(config), "");
    config.name = "a=b";
    EXPECT_TRUE(fault_of(config).starts_with("name is 'a=b'"));
    config.name = "SID";
    config.max_waiting = 0;
    EXPECT_TRUE(fault_of(config).starts_with("max_waiting is 0"));
}

}  // namespace
}  // namespace stentor::app
