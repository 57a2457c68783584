#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::HasSubstr;
using testing::Not;

class StompLogin : public ::testing::Test {
protected:
    StompLogin() { bench.ask(std::make_shared<UserList>(UserList{{"alice", "open sesame"}, {"bob", ""}})); }
    std::string log_in(const std::string& headers, std::optional<Authentication> transports = {}) {
        StompBench::Client& client = bench.client(Framing::tcp, std::move(transports));
        client.hear("CONNECT\naccept-version:1.2\n" + headers + "\n^");
        return client.outcome();
    }

    StompBench bench;
};

const std::string refused = error_frame("forbidden", "Bad credentials");

TEST_F(StompLogin, WithTheRightPasscodeTheSessionIsThatUsers) {
    EXPECT_EQ(log_in("login:alice\npasscode:open sesame\n"),
              "CONNECTED\nversion:1.2\nheart-beat:10000,10000\nsession:s1\nserver:stentor\n"
              "user-name:alice\n\n^");
    EXPECT_EQ(*bench.clients[0]->session.state()->principal, (Principal{"alice", {}}));
    bench.clients[0]->hear("SUBSCRIBE\nid:1\ndestination:/user/queue/x\n\n^");
    bench.publish("/user/alice/queue/x", "for alice");
    EXPECT_THAT(bench.clients[0]->said(), HasSubstr("\n\nfor alice^"));
}

TEST_F(StompLogin, A5_WhateverIsWrongTheAnswerIsTheSame) {
    for (const char* headers : {"login:alice\npasscode:wrong\n", "login:mallory\npasscode:open sesame\n",
                                "login:alice\n", "passcode:open sesame\n", "login:alice\npasscode:\n", ""})
        EXPECT_EQ(log_in(headers), refused) << headers;
}

TEST_F(StompLogin, A6_WhoHasNoPasscodeCannotLogIn) {
    EXPECT_EQ(log_in("login:bob\npasscode:\n"), refused);
    EXPECT_EQ(log_in("login:bob\n"), refused);
    EXPECT_EQ(log_in("login:guest\npasscode:guest\n"), refused);
}

TEST_F(StompLogin, APasscodeIsNeitherAnsweredNorLogged) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const std::string answer = log_in("login:alice\npasscode:hunter2\n");
    const std::string logged =
        testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    EXPECT_EQ(answer, refused);
    EXPECT_THAT(logged, HasSubstr("session_error"));
    EXPECT_THAT(logged, Not(HasSubstr("hunter2")));
}

TEST_F(StompLogin, F14_TheFirstOfTwoLoginsCounts) {
    EXPECT_EQ(log_in("login:mallory\npasscode:x\nlogin:alice\npasscode:open sesame\n"), refused);
}

TEST_F(StompLogin, F10_AColonIsTakenLiterallyForCONNECTIsNotUnescaped) {
    bench.ask(std::make_shared<UserList>(UserList{{"a\\cb", "p"}}));
    EXPECT_THAT(log_in("login:a\\cb\npasscode:p\n"), HasSubstr("CONNECTED\n"));
}

const Authentication carol{{"carol"}};

TEST_F(StompLogin, WhomTheTransportKnowsNeedsNoCredentials) {
    EXPECT_THAT(log_in("", carol), HasSubstr("user-name:carol\n"));
}

TEST_F(StompLogin, AWrongCredentialNeverFallsBackToWhomTheTransportKnows) {
    EXPECT_EQ(log_in("login:alice\npasscode:wrong\n", carol), refused);
    EXPECT_EQ(log_in("login:carol\npasscode:wrong\n", carol), refused);
}

TEST_F(StompLogin, ACredentialOfSomebodyElseThanTheTransportKnowsIsRefused) {
    EXPECT_EQ(log_in("login:alice\npasscode:open sesame\n", carol), refused);
    EXPECT_THAT(log_in("login:alice\npasscode:open sesame\n", Authentication{{"alice"}}),
                HasSubstr("user-name:alice\n"));
}

TEST_F(StompLogin, WhoShowsNothingIsLetInOnlyWhereThatIsSaid) {
    EXPECT_EQ(log_in(""), refused);
    bench.settings.logins.anonymous = true;
    EXPECT_THAT(log_in(""), AllOf(HasSubstr("CONNECTED\n"), Not(HasSubstr("user-name"))));
    EXPECT_EQ(log_in("login:alice\npasscode:wrong\n"), refused);
}

TEST_F(StompLogin, A4_WhoIsKnownByWhatABrowserShowsByItselfNeedsACsrfToken) {
    const Authentication by_cookie{.principal = {"carol"}, .is_ambient = true};
    const std::string missing = error_frame("forbidden", "The CSRF token is missing or wrong");
    const std::string token = bench.csrf.make({"carol"}, bench.random);
    const std::string others = bench.csrf.make({"mallory"}, bench.random);
    EXPECT_EQ(log_in("", by_cookie), missing);
    EXPECT_EQ(log_in("X-CSRF-TOKEN:" + others + "\n", by_cookie), missing);
    EXPECT_EQ(log_in("X-CSRF-TOKEN:" + token.substr(1) + "\n", by_cookie), missing);
    EXPECT_THAT(log_in("X-CSRF-TOKEN:" + token + "\n", by_cookie), HasSubstr("user-name:carol\n"));
}

TEST_F(StompLogin, AUserHasOnlySoManySessions) {
    class Two final : public UserQuota {
        Place take(const std::string& user) override {
            if (user != "alice" || places.use_count() > 2) return nullptr;
            return places;
        }
        std::shared_ptr<void> places = std::make_shared<int>();
    } two;
    bench.shard().user_quota = &two;
    const std::string good = "login:alice\npasscode:open sesame\n";
    EXPECT_THAT(log_in(good), HasSubstr("CONNECTED\n"));
    EXPECT_THAT(log_in(good), HasSubstr("CONNECTED\n"));
    EXPECT_EQ(log_in(good), error_frame("too-large", "The user has too many sessions"));
    bench.clients[0]->hear("DISCONNECT\n\n^");
    EXPECT_THAT(log_in(good), HasSubstr("CONNECTED\n"));
    bench.clients.clear();
}

TEST_F(StompLogin, WhatIsShownInCONNECTItselfNeedsNoCsrfToken) {
    EXPECT_THAT(log_in("login:alice\npasscode:open sesame\n",
                       Authentication{.principal = {"alice"}, .is_ambient = true}),
                HasSubstr("user-name:alice\n"));
}

TEST_F(StompLogin, A2_WhatIsPipelinedBehindAFailedCONNECTDoesNothing) {
    StompBench::Client& listener = bench.client();
    listener.hear(
        "CONNECT\naccept-version:1.2\nlogin:alice\npasscode:open sesame\n\n^"
        "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    listener.said();
    EXPECT_EQ(log_in("login:alice\npasscode:wrong\n\n^SEND\ndestination:/topic/x\n\nhi^"
                     "CONNECT\naccept-version:1.2\nlogin:alice\npasscode:open sesame\n"),
              refused);
    EXPECT_EQ(listener.said(), "");
    EXPECT_EQ(bench.hub().users().sessions(), 1u);
}

TEST_F(StompLogin, WithoutAnAuthenticatorNobodyIsAsked) {
    bench.providers.clear();
    EXPECT_THAT(log_in("login:alice\npasscode:wrong\n"), Not(HasSubstr("user-name")));
}

}  // namespace
}  // namespace stentor::session
