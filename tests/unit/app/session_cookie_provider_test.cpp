#include "app/session_cookie_provider.hpp"

#include "fetch/fetch.hpp"
#include "stentor/config.hpp"
#include "support/shard_stand_in.hpp"
#include "support/tiny_http_server.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace stentor::app {
namespace {

using test::TinyHttpServer;
using Kind = AuthenticationAnswer::Kind;

const std::string alice = TinyHttpServer::response("200 OK", R"({"name":"alice","expires_in":60})");

class SessionCookieProviderTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (fetch::has_fetch()) {
            provider.emplace(config_of(server));
            return;
        }
        EXPECT_THROW(SessionCookieProvider(config_of(server)), ConfigError);
        GTEST_SKIP() << "built without libcurl";
    }
    Kind answer(const Credentials& shown) {
        std::optional<AuthenticationAnswer> came;
        provider->authenticate(shown, shard, [&](AuthenticationAnswer answer) { came = std::move(answer); });
        EXPECT_TRUE(shard.turn_until([&] { return came.has_value(); }));
        last = *came;
        return last.kind;
    }
    static SessionCookieConfig config_of(const TinyHttpServer& server) {
        SessionCookieConfig config;
        config.url = server.url();
        config.max_waiting = 2;
        return config;
    }

    TinyHttpServer server{alice};
    std::optional<SessionCookieProvider> provider;
    test::ShardStandIn shard;
    AuthenticationAnswer last;
};

TEST_F(SessionCookieProviderTest, AsksTheBackendWithThatCookieAlone) {
    EXPECT_EQ(answer({.cookies = "other=1; JSESSIONID=abc", .remote_address = "10.1.2.3:4567"}),
              Kind::accepted);
    EXPECT_EQ(last.authentication.principal.name, "alice");
    EXPECT_TRUE(last.authentication.is_ambient);
    ASSERT_EQ(server.asked().size(), 1U);
    const std::string asked = server.asked().front();
    EXPECT_NE(asked.find("\r\nCookie: JSESSIONID=abc\r\n"), std::string::npos) << asked;
    EXPECT_NE(asked.find("\r\nX-Forwarded-For: 10.1.2.3\r\n"), std::string::npos) << asked;
    EXPECT_NE(asked.find("\r\nX-Forwarded-Proto: http\r\n"), std::string::npos) << asked;
    EXPECT_EQ(asked.find("other"), std::string::npos);
}

TEST_F(SessionCookieProviderTest, AVerdictCountsForAWhile) {
    const Credentials shown{.cookies = "JSESSIONID=abc", .remote_address = "10.1.2.3:4567"};
    EXPECT_EQ(answer(shown), Kind::accepted);
    server.answer(TinyHttpServer::response("401 No", ""));
    EXPECT_EQ(answer(shown), Kind::accepted);
    EXPECT_EQ(server.asked().size(), 1U);
    EXPECT_EQ(answer({.cookies = "JSESSIONID=abd", .remote_address = "10.1.2.3:4567"}), Kind::refused);
}

TEST_F(SessionCookieProviderTest, WhatItWouldAskAboutIsAnAttempt) {
    EXPECT_EQ(provider->shown_in({.token = "t", .cookies = "other=1; JSESSIONID=abc"}), "abc");
    EXPECT_EQ(provider->shown_in({.cookies = "JSESSIONID=a; JSESSIONID=b"}), "JSESSIONID=a; JSESSIONID=b");
    EXPECT_EQ(provider->shown_in({.token = "t", .cookies = "other=1"}), "");
}

/// A35.
TEST_F(SessionCookieProviderTest, WhatIsNoOneCookieIsNotAskedAbout) {
    EXPECT_EQ(answer({.cookies = "other=1"}), Kind::absent);
    EXPECT_EQ(answer({}), Kind::absent);
    EXPECT_EQ(answer({.cookies = "JSESSIONID=a; JSESSIONID=b"}), Kind::refused);
    EXPECT_EQ(answer({.cookies = "JSESSIONID=a\r\nX-Admin: 1"}), Kind::refused);
    EXPECT_TRUE(server.asked().empty());
}

TEST_F(SessionCookieProviderTest, ABackendThatIsGoneLetsNobodyIn) {
    server.answer(TinyHttpServer::response("500 No", R"({"name":"alice"})"));
    EXPECT_EQ(answer({.cookies = "JSESSIONID=abc"}), Kind::unavailable);
    server.answer(TinyHttpServer::response("302 Found", "", "Location: /login\r\n"));
    EXPECT_EQ(answer({.cookies = "JSESSIONID=abc"}), Kind::unavailable);
}

TEST_F(SessionCookieProviderTest, FewWait) {
    server.answer("");
    int told = 0;
    for (int i = 0; i < 2; ++i)
        provider->authenticate({.cookies = "JSESSIONID=abc"}, shard,
                               [&](const AuthenticationAnswer&) { ++told; });
    EXPECT_EQ(answer({.cookies = "JSESSIONID=abd"}), Kind::unavailable);
    EXPECT_EQ(told, 0);
}

TEST(SessionCookie, NeedsSomethingToAsk) { EXPECT_THROW((void)session_cookie({}), ConfigError); }

}  // namespace
}  // namespace stentor::app
