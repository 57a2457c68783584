#include "security/http_credentials.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::security {
namespace {

http::Request with(http::Fields fields, std::string query = {}) {
    http::Request request;
    request.method = "GET";
    request.fields = std::move(fields);
    request.query = std::move(query);
    return request;
}

TEST(HttpCredentials, Rfc7617_2_BasicNamesALoginAndAPasscode) {
    const auto shown = read_credentials(with({{"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}));
    EXPECT_EQ(shown->login, "Aladdin");
    EXPECT_EQ(shown->passcode, "open sesame");
    EXPECT_EQ(shown->shown, Credentials::Shown::handshake);
    EXPECT_EQ(read_credentials(with({{"authorization", "bAsIc  YTpiOmM="}}))->passcode, "b:c");
}

TEST(HttpCredentials, Rfc6750_2_1_BearerNamesAToken) {
    EXPECT_EQ(read_credentials(with({{"Authorization", "Bearer a.b.c"}}))->token, "a.b.c");
    EXPECT_EQ(read_credentials(with({{"Authorization", "bearer a.b.c"}}))->token, "a.b.c");
}

TEST(HttpCredentials, OtherSchemesAreNotOurs) {
    for (const char* other : {"Digest x", "Basicx YTpi", "Bearerx t", ""}) {
        const auto shown = read_credentials(with({{"Authorization", other}}));
        EXPECT_TRUE(shown->login.empty() && shown->token.empty()) << other;
    }
}

TEST(HttpCredentials, A34_WhatIsMalformedIsRefused) {
    const std::string long_one = "Basic " + std::string(1028, 'A');
    for (const std::string& bad :
         {std::string("Basic YWJj"), std::string("Basic"), std::string("Basic !!!!"),
          std::string("Basic YTpi="), std::string("Basic YQA6Yg=="), std::string("Basic YTpiCg=="),
          std::string("Basic OmI="), std::string("Basic YTpi YTpi"), std::string("Bearer"),
          std::string("Bearer "), long_one})
        EXPECT_TRUE(read_credentials(with({{"Authorization", bad}})).has_error()) << bad;
    EXPECT_TRUE(
        read_credentials(with({{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}})).has_error());
}

TEST(HttpCredentials, CookiesAndTheQueryAreThereForWhoWantsThem) {
    const auto shown = read_credentials(with({{"Cookie", "a=1; b=2"}, {"cookie", "c=3"}}, "access_token=x"));
    EXPECT_EQ(shown->cookies, "a=1; b=2; c=3");
    EXPECT_EQ(shown->query, "access_token=x");
}

TEST(HttpCredentials, TheDigestIsThatOfAllThatMayShowWhoItIs) {
    const auto digest = [](http::Fields fields, std::string query = {}) {
        return digest_of(with(std::move(fields), std::move(query)));
    };
    const auto first = digest({{"Cookie", "a=1"}, {"X", "1"}});
    EXPECT_EQ(first, digest({{"Cookie", "a=1"}, {"X", "2"}}));
    EXPECT_NE(first, digest({{"Cookie", "a=2"}}));
    EXPECT_NE(first, digest({{"Cookie", "a=1"}}, "t=1"));
    EXPECT_NE(first, digest({{"Cookie", "a=1"}, {"Authorization", "Bearer x"}}));
    EXPECT_NE(digest({{"Authorization", "Bearer x"}}), digest({{"Cookie", "Bearer x"}}));
    EXPECT_NE(first, digest_of(with({{"Cookie", "a=1"}}), "alice")) << "whom a certificate names";
}

TEST(HttpCredentials, WithoutAnOriginOnlyAPagesOwnRequestSaysWhereItIsFrom) {
    EXPECT_TRUE(lacks_origin(with({})));
    EXPECT_TRUE(lacks_origin(with({{"Sec-Fetch-Site", "cross-site"}})));
    EXPECT_FALSE(lacks_origin(with({{"Sec-Fetch-Site", "same-origin"}})));
    EXPECT_FALSE(lacks_origin(with({{"Origin", "https://x"}})));
}

TEST(HttpCredentials, APagesOwnGetSaysSo) {
    EXPECT_TRUE(comes_from_own_page(with({{"Sec-Fetch-Site", "same-origin"}})));
    EXPECT_FALSE(comes_from_own_page(with({})));
    for (const char* other : {"cross-site", "same-site", "none", "same-origin, cross-site"})
        EXPECT_FALSE(comes_from_own_page(with({{"Sec-Fetch-Site", other}}))) << other;
    EXPECT_FALSE(
        comes_from_own_page(with({{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "same-origin"}})));
}

}  // namespace
}  // namespace stentor::security
