#include "app/jwt_provider.hpp"

#include "fetch/fetch.hpp"
#include "stentor/config.hpp"
#include "support/shard_stand_in.hpp"
#include "support/tiny_http_server.hpp"
#include "support/token_maker.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;
using test::TinyHttpServer;
using test::TokenMaker;
using Kind = AuthenticationAnswer::Kind;

constexpr security::WallTime start{1'700'000'000s};

std::string claims(const std::string& issuer, const std::string& name = "alice") {
    return R"({"sub":")" + name + R"(","iss":")" + issuer + R"(","exp":1700000100})";
}
std::string jwks(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
    return TinyHttpServer::response("200 OK", R"({"keys":[)" + text + "]}");
}

class JwtProviderTest : public ::testing::Test {
protected:
    ~JwtProviderTest() override {
        for (const std::string& file : files_) std::remove(file.c_str());
    }
    std::string file(const std::string& text) {
        const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
        files_.push_back(::testing::TempDir() + info->name() + std::to_string(files_.size()));
        std::ofstream(files_.back()) << text;
        return files_.back();
    }
    JwtConfig issuer(const std::string& name, const std::string& pem) {
        JwtConfig config;
        config.issuer = name;
        config.algorithms = {"ES256"};
        config.key_file = file(pem);
        return config;
    }
    JwtConfig issuer_at(const std::string& url) {
        JwtConfig config;
        config.algorithms = {"ES256"};
        config.jwks_url = url;
        return config;
    }
    void serve(std::vector<JwtConfig> issuers) {
        provider = std::make_unique<JwtProvider>(issuers, [this] { return now; });
    }
    /// "alice", or why not.
    std::string answer(const Credentials& shown) {
        std::optional<AuthenticationAnswer> came;
        provider->authenticate(shown, shard, [&](AuthenticationAnswer answer) { came = std::move(answer); });
        if (!shard.turn_until([&] { return came.has_value(); })) return "nothing";
        last = *came;
        switch (last.kind) {
            case Kind::absent: return "absent";
            case Kind::accepted: return last.authentication.principal.name;
            case Kind::refused: return last.reason;
            case Kind::unavailable: return "unavailable";
        }
        return {};
    }
    std::string bearer(const std::string& token) { return answer({.token = token}); }

    TokenMaker maker = TokenMaker::ec();
    test::ShardStandIn shard;
    security::WallTime now = start;
    std::unique_ptr<JwtProvider> provider;
    AuthenticationAnswer last;

private:
    std::vector<std::string> files_;
};

TEST_F(JwtProviderTest, ATokenSaysWho) {
    serve({issuer("https://id", maker.pem())});
    EXPECT_EQ(bearer(maker.token("ES256", claims("https://id"))), "alice");
    EXPECT_EQ(last.authentication.valid_for, 130s);
    EXPECT_FALSE(last.authentication.is_ambient);
    EXPECT_EQ(answer({.login = "alice", .passcode = "x", .cookies = "a=b", .query = "a=b"}), "absent");
    EXPECT_EQ(bearer("opaque"), "token: the token has not three parts");
    EXPECT_EQ(provider->challenge(), "Bearer");
}

TEST_F(JwtProviderTest, UntilItIsOver) {
    serve({issuer("https://id", maker.pem())});
    const std::string token = maker.token("ES256", claims("https://id"));
    now = start + 129s;
    EXPECT_EQ(bearer(token), "alice");
    now = start + 130s;
    EXPECT_EQ(bearer(token), "token: exp is over");
    EXPECT_FALSE(last.is_guess) << "its signature is right";
    EXPECT_EQ(bearer(token.substr(0, token.size() - 8) + "AAAAAAAA"), "token: the signature is wrong");
    EXPECT_TRUE(last.is_guess);
}

TEST_F(JwtProviderTest, WhatItWouldCheckIsAnAttempt) {
    JwtConfig config = issuer("https://id", maker.pem());
    config.cookie = "t";
    config.query_parameter = "access_token";
    serve({config});
    EXPECT_EQ(provider->shown_in({.token = "a", .cookies = "t=b"}), "a");
    EXPECT_EQ(provider->shown_in({.cookies = "other=1; t=b"}), "b");
    EXPECT_EQ(provider->shown_in({.query = "x=1&access_token=c"}), "c");
    EXPECT_EQ(provider->shown_in({.cookies = "t=b; t=c"}), "t=b; t=c") << "it is refused";
    EXPECT_EQ(provider->shown_in({.login = "alice", .cookies = "other=1", .query = "x=1"}), "");
}

/// A29: the same id in two issuers' sets.
TEST_F(JwtProviderTest, TheIssuerChoosesTheKeys) {
    const TokenMaker other = TokenMaker::ec();
    serve({issuer("https://a", maker.jwk_named("1")), issuer("https://b", other.jwk_named("1"))});
    const std::string kid = R"(,"kid":"1")";
    EXPECT_EQ(bearer(maker.token("ES256", claims("https://a"), kid)), "alice");
    EXPECT_EQ(bearer(other.token("ES256", claims("https://b"), kid)), "alice");
    EXPECT_EQ(bearer(maker.token("ES256", claims("https://b"), kid)), "token: the signature is wrong");
    EXPECT_EQ(bearer(other.token("ES256", claims("https://c"), kid)),
              "token: no such issuer is known, or not of tokens shown there");
    EXPECT_EQ(bearer(maker.token("ES256", R"({"sub":"alice","exp":1700000100})", kid)),
              "token: no such issuer is known, or not of tokens shown there");
}

TEST_F(JwtProviderTest, ATokenIsTakenFromWhereItMayBe) {
    JwtConfig config = issuer("https://id", maker.pem());
    config.bearer = false;
    config.cookie = "token";
    config.query_parameter = "access_token";
    serve({config});
    const std::string token = maker.token("ES256", claims("https://id"));
    EXPECT_EQ(bearer(token), "absent");
    EXPECT_EQ(answer({.cookies = "a=b; token=" + token}), "alice");
    EXPECT_TRUE(last.authentication.is_ambient);
    EXPECT_EQ(answer({.query = "x=y&access_token=" + token}), "alice");
    EXPECT_FALSE(last.authentication.is_ambient);
    EXPECT_EQ(answer({.cookies = "token=" + token + "; token=" + token}), "token: the cookie is there twice");
    EXPECT_EQ(answer({.query = "access_token=" + token + "&access_token=x"}),
              "token: the query parameter is there twice");
    EXPECT_EQ(provider->challenge(), "");
}

TEST_F(JwtProviderTest, AQueryIsNotLookedAtUnlessToldTo) {
    serve({issuer("https://id", maker.pem())});
    EXPECT_EQ(answer({.query = "access_token=" + maker.token("ES256", claims("https://id"))}), "absent");
}

TEST_F(JwtProviderTest, OneWayAtOnce) {
    JwtConfig config = issuer("https://id", maker.pem());
    config.query_parameter = "access_token";
    config.cookie = "token";
    serve({config});
    const std::string token = maker.token("ES256", claims("https://id"));
    EXPECT_EQ(answer({.token = token, .query = "access_token=" + token}), "token: it is shown in two places");
    // A cookie comes by itself, and what the client says stands before it: also where that is wrong.
    EXPECT_EQ(answer({.token = token, .cookies = "token=rubbish"}), "alice");
    EXPECT_NE(answer({.token = "rubbish", .cookies = "token=" + token}), "alice");
}

TEST_F(JwtProviderTest, ASecretIsAFile) {
    const std::string secret(40, 's');
    JwtConfig config;
    config.algorithms = {"HS256"};
    config.secret_file = file(secret + "\n");
    serve({config});
    EXPECT_EQ(bearer(TokenMaker::hmac(secret).token("HS256", claims(""))), "alice");
    config.secret_file = file("short\n");
    EXPECT_THROW(serve({config}), ConfigError);
    config.secret_file = "/nowhere";
    EXPECT_THROW(serve({config}), ConfigError);
}

TEST_F(JwtProviderTest, FilesAreReadAnewAndKeptWhereTheyAreWrong) {
    const TokenMaker other = TokenMaker::ec();
    const JwtConfig config = issuer("https://id", maker.pem());
    serve({config});
    std::ofstream(config.key_file) << "nothing";
    provider->reload();
    EXPECT_EQ(bearer(maker.token("ES256", claims("https://id"))), "alice");
    std::ofstream(config.key_file) << other.pem();
    provider->reload();
    EXPECT_EQ(bearer(maker.token("ES256", claims("https://id"))), "token: the signature is wrong");
    EXPECT_EQ(bearer(other.token("ES256", claims("https://id"))), "alice");
}

TEST_F(JwtProviderTest, ConfigurationsThatAreWrongAreNone) {
    EXPECT_THROW(serve({}), ConfigError);
    EXPECT_THROW(serve({JwtConfig{}}), ConfigError);
    EXPECT_THROW((void)stentor::jwt(JwtConfig{}), ConfigError);
}

class JwtProviderUrlTest : public JwtProviderTest {
protected:
    void SetUp() override {
        if (fetch::has_fetch()) return;
        EXPECT_THROW(serve({issuer_at("http://127.0.0.1:1")}), ConfigError);
        GTEST_SKIP() << "built without libcurl";
    }
};

TEST_F(JwtProviderUrlTest, KeysOfAUrlAreWaitedForAndRotate) {
    const TokenMaker next = TokenMaker::ec();
    TinyHttpServer server(jwks({maker.jwk_named("1")}));
    serve({issuer_at(server.url())});
    const std::string old_token = maker.token("ES256", claims("i"), R"(,"kid":"1")");
    const std::string new_token = next.token("ES256", claims("i", "bob"), R"(,"kid":"2")");
    EXPECT_EQ(bearer(old_token), "alice");
    server.answer(jwks({maker.jwk_named("1"), next.jwk_named("2")}));
    EXPECT_EQ(bearer(new_token), "bob");
    EXPECT_EQ(bearer(old_token), "alice");  // until the issuer drops its key
    EXPECT_EQ(server.asked().size(), 2U);
}

/// A27.
TEST_F(JwtProviderUrlTest, AStormOfUnknownKeysAsksTheUrlOnce) {
    TinyHttpServer server(jwks({maker.jwk_named("1")}));
    serve({issuer_at(server.url())});
    EXPECT_EQ(bearer(maker.token("ES256", claims("i"), R"(,"kid":"1")")), "alice");
    const std::string token = TokenMaker::ec().token("ES256", claims("i"), R"(,"kid":"../../dev/null")");
    for (int i = 0; i < 200; ++i) EXPECT_EQ(bearer(token), "token: no key is the token's");
    EXPECT_LE(server.asked().size(), 2U);
}

TEST_F(JwtProviderUrlTest, WithoutKeysNobodyIsAnybody) {
    TinyHttpServer server(TinyHttpServer::response("500 No", ""));
    serve({issuer_at(server.url())});
    EXPECT_EQ(bearer(maker.token("ES256", claims("i"))), "unavailable");
}

TEST_F(JwtProviderUrlTest, FewTokensWait) {
    TinyHttpServer server("");  // which never answers
    JwtConfig config = issuer_at(server.url());
    config.max_waiting = 2;
    serve({config});
    int told = 0;
    for (int i = 0; i < 2; ++i)
        provider->authenticate({.token = maker.token("ES256", claims("i"))}, shard,
                               [&](const AuthenticationAnswer&) { ++told; });
    EXPECT_EQ(bearer(maker.token("ES256", claims("i"))), "unavailable");
    EXPECT_EQ(last.reason, "token: too many wait for the issuer's keys");
    provider.reset();  // those who wait are not told any more
    EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace stentor::app
