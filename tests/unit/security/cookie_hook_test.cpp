#include "security/cookie_hook.hpp"

#include "support/scripted_fetch.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;
using Kind = AuthenticationAnswer::Kind;

AuthenticationAnswer said(int status, const std::string& body) {
    return answer_of_backend({status, body, "gone"});
}

TEST(CookieHookAnswer, SaysWho) {
    const auto answer = said(200, R"({"name":"alice","authorities":["ROLE_A","ROLE_B"],"expires_in":90})");
    EXPECT_EQ(answer.kind, Kind::accepted);
    EXPECT_EQ(answer.authentication.principal.name, "alice");
    EXPECT_EQ(answer.authentication.principal.authorities, (std::vector<std::string>{"ROLE_A", "ROLE_B"}));
    EXPECT_EQ(answer.authentication.valid_for, 90s);
    EXPECT_TRUE(answer.authentication.is_ambient);
    EXPECT_EQ(said(200, R"({"name":"alice"})").authentication.valid_for, std::nullopt);
}

TEST(CookieHookAnswer, OnlyTwoStatusesRefuse) {
    EXPECT_EQ(said(401, "").kind, Kind::refused);
    EXPECT_EQ(said(403, R"({"name":"alice"})").kind, Kind::refused);
    for (const int status : {0, 100, 201, 204, 302, 400, 404, 429, 500, 503})
        EXPECT_EQ(said(status, R"({"name":"alice"})").kind, Kind::unavailable) << status;
}

TEST(CookieHookAnswer, WhatMakesNoSenseIsNobody) {
    for (const char* const body :
         {"", "alice", "[]", "{}", R"({"name":""})", R"({"name":7})", R"({"name":"a\nb"})",
          R"({"name":"a","name":"b"})", R"({"name":"a","authorities":"ROLE_A"})",
          R"({"name":"a","authorities":[1]})", R"({"name":"a","expires_in":"90"})",
          R"({"name":"a","expires_in":1e309})"})
        EXPECT_EQ(said(200, body).kind, Kind::unavailable) << body;
    EXPECT_EQ(said(200, R"({"name":"a","expires_in":0})").kind, Kind::refused);
    EXPECT_EQ(said(200, R"({"name":"a","expires_in":-5})").kind, Kind::refused);
    EXPECT_LT(said(200, R"({"name":"a","expires_in":1e300})").authentication.valid_for, 24h * 500);
}

TEST(CookieHookAnswer, ACookieValueCannotBecomeAHeader) {
    EXPECT_TRUE(is_cookie_value("node0-1f3a.b_c/=+%20"));
    for (const char* const value :
         {"", "a b", "a\r\nX-Admin: 1", "a;b=c", "a,b", "\"a\"", "a\\b", "\x7f", "\xc3\xa4"})
        EXPECT_FALSE(is_cookie_value(value)) << value;
    EXPECT_FALSE(is_cookie_value(std::string(4097, 'a')));
}

class CookieHookTest : public ::testing::Test {
protected:
    void ask(const std::string& value, const std::string& address = "10.0.0.1") {
        hook->ask({value, address, true}, [this](AuthenticationAnswer answer) {
            ++told;
            last = std::move(answer);
        });
    }

    test::ScriptedFetch fetch;
    std::shared_ptr<CookieHook> hook = std::make_shared<CookieHook>(
        CookieHook::Settings{{.url = "http://127.0.0.1:9000/session"}, "JSESSIONID", 10s, 2}, fetch,
        [](std::string_view text) { return "digest of " + std::string(text); });
    int told = 0;
    AuthenticationAnswer last;
};

TEST_F(CookieHookTest, ShowsTheBackendThatOneCookie) {
    ask("abc");
    ASSERT_EQ(fetch.asked.size(), 1U);
    EXPECT_EQ(fetch.asked[0].url, "http://127.0.0.1:9000/session");
    EXPECT_EQ(fetch.asked[0].headers,
              (std::vector<std::string>{"Cookie: JSESSIONID=abc", "X-Forwarded-For: 10.0.0.1",
                                        "X-Forwarded-Proto: https"}));
    fetch.answer(200, R"({"name":"alice"})");
    EXPECT_EQ(told, 1);
    EXPECT_EQ(last.authentication.principal.name, "alice");
}

TEST_F(CookieHookTest, OneQuestionStandsForAllOfOneCookie) {
    for (int i = 0; i < 100; ++i) ask("abc");
    EXPECT_EQ(fetch.asked.size(), 1U);
    fetch.answer(200, R"({"name":"alice"})");
    EXPECT_EQ(told, 100);
}

TEST_F(CookieHookTest, AVerdictCountsForAWhile) {
    ask("abc");
    fetch.answer(200, R"({"name":"alice","expires_in":60})");
    fetch.advance(9s);
    ask("abc");
    EXPECT_EQ(told, 2);
    EXPECT_EQ(last.authentication.valid_for, 51s);  // less by the time that the verdict is old
    fetch.advance(1s);
    ask("abc");
    EXPECT_EQ(told, 2);
    EXPECT_EQ(fetch.asked.size(), 2U);
    fetch.answer(401, "");
    EXPECT_EQ(last.kind, Kind::refused);
    ask("abc");
    EXPECT_EQ(fetch.asked.size(), 2U);
    EXPECT_EQ(last.kind, Kind::refused);
}

TEST_F(CookieHookTest, ButNeverLongerThanTheSession) {
    ask("abc");
    fetch.answer(200, R"({"name":"alice","expires_in":3})");
    fetch.advance(3s);
    ask("abc");
    EXPECT_EQ(fetch.asked.size(), 2U);
}

TEST_F(CookieHookTest, WhatCouldNotBeToldIsAskedAgain) {
    ask("abc");
    fetch.answer(500, "");
    EXPECT_EQ(last.kind, Kind::unavailable);
    ask("abc");
    EXPECT_EQ(fetch.asked.size(), 2U);
}

TEST_F(CookieHookTest, OtherCookiesAndAddressesAreOtherQuestions) {
    ask("abc");
    ask("abd");
    ask("abc", "10.0.0.2");
    EXPECT_EQ(fetch.asked.size(), 3U);
}

TEST_F(CookieHookTest, KeepsNoMoreVerdictsThanItMay) {
    for (int i = 0; i < 100; ++i) {
        ask("cookie" + std::to_string(i));
        fetch.answer(401, "");
        EXPECT_LE(hook->cached(), 2U);
    }
    ask("cookie99");
    EXPECT_EQ(fetch.asked.size(), 100U);
}

}  // namespace
}  // namespace stentor::security
