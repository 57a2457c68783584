#include "stomp_bench.hpp"

#include <gmock/gmock.h>

#include <map>

namespace stentor::session {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Bearer tokens, each good for a minute, whose answers come when the test lets them.
class Tokens final : public AuthenticationProvider {
public:
    void authenticate(const Credentials& shown, Execution&, Done done) const override {
        if (shown.token.empty()) return done(AuthenticationAnswer::absent());
        const auto found = users.find(shown.token);
        AuthenticationAnswer answer = found == users.end()
                                          ? AuthenticationAnswer::refused("unknown token")
                                          : AuthenticationAnswer::accepted({found->second, valid_for});
        if (!later) return done(std::move(answer));
        waiting.emplace_back([done = std::move(done), answer = std::move(answer)] { done(answer); });
    }
    void answer_all() const {
        for (const auto& answer : std::exchange(waiting, {})) answer();
    }

    std::map<std::string, Principal> users{
        {"t1", {"alice", {"ROLE_USER"}}}, {"t2", {"alice", {"ROLE_ADMIN"}}}, {"t3", {"bob"}}};
    std::optional<std::chrono::milliseconds> valid_for = 60s;
    bool later = false;
    mutable std::vector<std::function<void()>> waiting;
};

class StompRenewal : public ::testing::Test {
protected:
    StompRenewal() { bench.ask(tokens); }
    StompBench::Client& connect(const std::string& behind = "") {
        StompBench::Client& client = bench.client();
        client.hear("CONNECT\naccept-version:1.2\nheart-beat:0,0\nAuthorization:Bearer t1\n\n^" + behind);
        return client;
    }
    static std::string renewal(const std::string& token) {
        return "SEND\ndestination:/stentor/renew\nAuthorization:Bearer " + token + "\nreceipt:r\n\n^";
    }

    std::shared_ptr<Tokens> tokens = std::make_shared<Tokens>();
    StompBench bench;
};

const std::string bad =
    "ERROR\nmessage:Bad credentials\ncode:forbidden\nreceipt-id:r\n"
    "content-type:text/plain;charset=utf-8\n";

TEST_F(StompRenewal, ABearerTokenInCONNECTSaysWhoItIsAndForHowLong) {
    EXPECT_THAT(connect().said(), AllOf(HasSubstr("user-name:alice\n"), HasSubstr("x-expires-in:60000\n")));
}

TEST_F(StompRenewal, A24_AnExpiredSessionIsClosedAlsoWhereItOnlyReceives) {
    StompBench::Client& client = connect("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    client.said();
    bench.advance(59s);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1s);
    EXPECT_THAT(client.outcome(), AllOf(HasSubstr("message:The credentials have expired\ncode:expired\n"),
                                        HasSubstr("|closed 1008")));
    bench.publish("/topic/x", "later");
    EXPECT_EQ(client.said(), "");
}

TEST_F(StompRenewal, A24_ItEndsAlsoWhereTheShardsOwnClockStoodStill) {
    StompBench::Client& client = connect();
    client.said();
    bench.expiries.run_due(bench.now + 60s);
    EXPECT_THAT(client.outcome(), HasSubstr("|closed 1008"));
}

TEST_F(StompRenewal, A25_WhoIsEndedWhileHisCredentialsAreCheckedDoesNotGetIn) {
    tokens->later = true;
    StompBench::Client& client = connect();
    bench.advance(1s);
    bench.shard().closings.add(bench.now, 10s, [](std::string_view, const Principal* user) {
        return user != nullptr && user->name == "alice";
    });
    tokens->answer_all();
    EXPECT_THAT(client.outcome(),
                AllOf(HasSubstr("message:The session was ended\n"), HasSubstr("|closed 1008")));
    bench.advance(1s);
    StompBench::Client& another = connect();
    tokens->answer_all();
    EXPECT_THAT(another.said(), HasSubstr("CONNECTED\n"));
}

TEST_F(StompRenewal, OnlyThoseWhoMayBeAskedHereRenewIt) {
    StompBench::Client& client = connect();
    const Authentication who{tokens->users.at("t2")};
    EXPECT_FALSE(client.session.renew(who, {}).has_value());
    EXPECT_TRUE(client.session.renew(who, bench.providers).has_value());
}

TEST(StompSessionThatStoodStill, P07_SendsItsHeartBeatAtOnce) {
    StompBench bench;
    StompBench::Client& client = bench.client();
    client.session.stood_still();
    client.hear("CONNECT\naccept-version:1.2\nheart-beat:0,10000\n\n^");
    client.said();
    client.session.stood_still();
    EXPECT_EQ(client.said(), "\n");
    StompBench::Client& without = bench.client();
    without.hear("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n^");
    without.said();
    without.session.stood_still();
    EXPECT_EQ(without.said(), "");
}

TEST_F(StompRenewal, ANewTokenKeepsTheSessionAndGivesItsAuthorities) {
    StompBench::Client& client = connect();
    bench.advance(50s);
    client.said();
    client.hear(renewal("t2"));
    EXPECT_EQ(client.said(), "RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_EQ(client.session.state()->principal->authorities, std::vector<std::string>{"ROLE_ADMIN"});
    bench.advance(59s);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1s);
    EXPECT_THAT(client.outcome(), HasSubstr("|closed 1008"));
}

TEST_F(StompRenewal, ACredentialThatIsRefusedOrAnothersEndsTheSession) {
    for (const char* token : {"nonsense", "t3"}) {
        StompBench::Client& client = connect();
        client.said();
        client.hear(renewal(token));
        EXPECT_THAT(client.outcome(), AllOf(HasSubstr(bad), HasSubstr("|closed 1002"))) << token;
    }
}

TEST_F(StompRenewal, ARenewalWithoutCredentialsIsRefused) {
    StompBench::Client& client = connect();
    client.said();
    client.hear("SEND\ndestination:/stentor/renew\nreceipt:r\n\n^");
    EXPECT_THAT(client.outcome(), HasSubstr(bad));
}

TEST_F(StompRenewal, OneAtATime) {
    StompBench::Client& client = connect("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    client.said();
    tokens->later = true;
    client.hear(renewal("t2"));
    client.hear("SEND\ndestination:/topic/x\n\nmeanwhile^");
    bench.turn();
    EXPECT_THAT(client.said(), HasSubstr("\n\nmeanwhile^"));
    client.hear("SEND\ndestination:/stentor/renew\nAuthorization:Bearer t1\nreceipt:q\n\n^");
    EXPECT_THAT(client.outcome(), HasSubstr("code:conflict\nreceipt-id:q\n"));
    tokens->answer_all();
    EXPECT_EQ(client.said(), "") << "nobody is there any more";
}

TEST_F(StompRenewal, WithoutAnybodyWhoAsksTheDestinationIsNone) {
    bench.providers.clear();
    StompBench::Client& client = connect();
    client.said();
    client.hear(renewal("t1"));
    EXPECT_THAT(client.outcome(), HasSubstr("code:not-found\n"));
}

TEST_F(StompRenewal, A2_WhatComesBehindACONNECTThatIsBeingCheckedWaits) {
    tokens->later = true;
    StompBench::Client& client =
        connect("SEND\ndestination:/topic/x\nreceipt:a\n\n^SUBSCRIBE\nid:1\ndestination:/topic/x\n");
    client.hear("receipt:b\n\n^SEND\ndestination:/topic/x\n\nhi^");
    EXPECT_EQ(client.outcome(), "");
    EXPECT_FALSE(client.session.has_more());
    tokens->answer_all();
    const std::string said = client.outcome();
    EXPECT_TRUE(said.starts_with("CONNECTED\n")) << said;
    EXPECT_THAT(said, AllOf(HasSubstr("RECEIPT\nreceipt-id:a\n"), HasSubstr("RECEIPT\nreceipt-id:b\n")));
    bench.turn();
    EXPECT_THAT(said + client.outcome(), HasSubstr("\n\nhi^"));
}

TEST_F(StompRenewal, A2_AndHasNoEffectWhenTheCONNECTIsRefused) {
    StompBench::Client& listener = connect("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    listener.said();
    tokens->later = true;
    StompBench::Client& client = bench.client();
    client.hear(
        "CONNECT\naccept-version:1.2\nAuthorization:Bearer wrong\n\n^"
        "SEND\ndestination:/topic/x\n\nhi^");
    tokens->answer_all();
    EXPECT_EQ(client.outcome(), error_frame("forbidden", "Bad credentials"));
    bench.turn();
    EXPECT_EQ(listener.said(), "");
}

TEST_F(StompRenewal, A2_NoMoreThanAFirstFrameMayWait) {
    tokens->later = true;
    bench.settings.limits.max_first_frame = 1000;
    StompBench::Client& client = connect();
    client.hear("SEND\ndestination:/topic/x\n\n" + std::string(900, 'x'));
    EXPECT_EQ(client.outcome(), "");
    client.hear(std::string(200, 'x'));
    EXPECT_THAT(client.outcome(), HasSubstr("message:Too much came before CONNECTED\n"));
    tokens->answer_all();
    EXPECT_EQ(client.said(), "");
}

TEST_F(StompRenewal, ASessionThatIsGoneWhenTheAnswerComesIsNotAskedAfter) {
    tokens->later = true;
    connect().session.closed({1006, ""});
    tokens->answer_all();
    EXPECT_EQ(bench.hub().users().sessions(), 0u);
}

TEST_F(StompRenewal, AnAnswerThatDoesNotComeEndsWithTheTimeForCONNECT) {
    tokens->later = true;
    StompBench::Client& client = connect();
    bench.advance(10s);
    EXPECT_THAT(client.outcome(), HasSubstr("Credentials take too long to check"));
}

TEST_F(StompRenewal, AnAnswerHasItsTimeAlsoWhereTheCONNECTWasLate) {
    tokens->later = true;
    StompBench::Client& client = bench.client();
    bench.advance(9s);
    client.hear("CONNECT\naccept-version:1.2\nAuthorization:Bearer t1\n\n^");
    bench.advance(9s);
    EXPECT_EQ(client.outcome(), "");
    tokens->answer_all();
    EXPECT_THAT(client.outcome(), HasSubstr("CONNECTED"));
}

TEST_F(StompRenewal, TheTokenIsAnsweredNowhere) {
    StompBench::Client& client = bench.client();
    client.hear("CONNECT\naccept-version:1.2\nAuthorization:Bearer hunter2\n\n^");
    EXPECT_THAT(client.outcome(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace stentor::session
