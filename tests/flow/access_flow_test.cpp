// What rules of access do to clients: an application over pipes, on one and on several shards.
#include "access_stage.hpp"

namespace stentor::test {
namespace {

class AccessFlow : public AccessStage, public testing::WithParamInterface<unsigned> {
protected:
    void SetUp() override { stage.config.shards = GetParam(); }
    void tell() { stage.config.security.denied = "tell"; }
    static void refused(StompClient& client, std::string_view receipt = "(none)") {
        const StompFrame error = client.next();
        EXPECT_EQ(error.command, "ERROR");
        EXPECT_EQ(error.header("message"), "Access is denied");
        EXPECT_EQ(error.header("code"), "forbidden");
        EXPECT_EQ(error.header("receipt-id"), receipt);
        EXPECT_TRUE(client.ends());
    }
    static void told(StompClient& client, std::string_view destination) {
        const StompFrame message = client.next();
        EXPECT_EQ(message.command, "MESSAGE");
        EXPECT_EQ(message.header("destination"), "/user/queue/errors");
        EXPECT_EQ(message.header("code"), "forbidden");
        EXPECT_EQ(message.body,
                  "{\"code\":\"forbidden\",\"message\":\"Access is denied\",\"destination\":\"" +
                      std::string(destination) + "\"}");
    }
};
INSTANTIATE_TEST_SUITE_P(On, AccessFlow, testing::Values(1U, 2U, 3U),
                         [](const auto& info) { return std::to_string(info.param) + "_shards"; });

TEST_P(AccessFlow, WhatIsDeniedEndsTheSession) {
    unsigned calls = 0;
    app().message_mapping("/secret", [&] { ++calls; });
    app().subscribe_mapping("/secret", [&] {
        ++calls;
        return "psst";
    });
    app().access().any("/topic/open", permit_all()).send("/app/echo", permit_all());
    start();
    for (const std::string frame :
         {"SEND\ndestination:/topic/secret", "SEND\ndestination:/app/secret", "SEND\ndestination:/nowhere",
          "SEND\ndestination:/user/bob/queue/x", "SUBSCRIBE\nid:1\ndestination:/topic/secret",
          "SUBSCRIBE\nid:1\ndestination:/app/secret", "SUBSCRIBE\nid:1\ndestination:/topic/*",
          "SUBSCRIBE\nid:1\ndestination:/user/queue/x", "SUBSCRIBE\nid:1\ndestination:/temp-queue/x",
          "SEND\ndestination:/app/echo\nreply-to:/queue/victim",
          "SEND\ndestination:/topic/open\nreply-to:/queue/victim",
          "SEND\ndestination:/app/echo\nreply-to:/temp-queue/x"}) {
        SCOPED_TRACE(frame);
        StompClient& one = log_in("eve");
        one.say(frame + "\n\n^");
        refused(one);
        StompClient& other = log_in("eve");
        other.say(frame + "\nreceipt:r\n\n^");
        refused(other, "r");
    }
    EXPECT_EQ(calls, 0U);
    StompClient& bob = log_in("bob");
    bob.subscribe("1", "/topic/open");
    bob.send("/topic/open", "hi");
    EXPECT_THAT(bob.next_bodies(1), testing::ElementsAre("hi"));
}

TEST_P(AccessFlow, OrIsToldOnTheErrorDestination) {
    tell();
    app().access().subscribe("/user/queue/errors", permit_all()).any("/topic/open", permit_all());
    start();
    StompClient& eve = log_in("eve");
    eve.subscribe("e", "/user/queue/errors");
    eve.send("/topic/secret", "x", "correlation-id:7\n");
    const StompFrame message = eve.next();
    EXPECT_EQ(message.header("correlation-id"), "7");
    eve.say("SUBSCRIBE\nid:1\ndestination:/topic/secret\n\n^");
    told(eve, "/topic/secret");
    eve.say("SUBSCRIBE\nid:2\ndestination:/topic/**\n\n^");
    told(eve, "/topic/**");
    eve.say("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    EXPECT_EQ(eve.next().header("receipt-id"), "u") << "it was sent before the client could know";
    eve.subscribe("1", "/topic/open");
    eve.send("/topic/open", "hi");
    EXPECT_THAT(eve.next_bodies(1), testing::ElementsAre("hi"));
    eve.say("SEND\ndestination:/topic/secret\nreceipt:r\n\n^");
    refused(eve, "r");
    StompClient& deaf = log_in("eve");
    deaf.send("/topic/secret", "x");
    refused(deaf);
    StompClient& within = log_in("eve");
    within.subscribe("e", "/user/queue/errors");
    within.say("BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/secret\ntransaction:t\n\n^");
    refused(within);
}

TEST_P(AccessFlow, ACommitIsCheckedAgain) {
    app().access().any("/topic/**", permit_all());
    start();
    StompClient& bob = log_in("bob");
    bob.subscribe("1", "/topic/open");
    StompClient& eve = log_in("eve");
    eve.say(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/open\ntransaction:t\n\n1^"
        "SEND\ndestination:/topic/closed\ntransaction:t\n\n2^");
    set(AccessRules().send("/topic/closed", deny_all()).any("/topic/**", permit_all()));
    eve.say("COMMIT\ntransaction:t\nreceipt:r\n\n^");
    refused(eve, "r");
    stage.settle();
    EXPECT_FALSE(bob.peek()) << "nothing of it has happened";
}

TEST_P(AccessFlow, WhoMayNotConnectIsRefused) {
    app().access().connect(has_role("USER"));
    start();
    log_in("bob", "ROLE_USER").subscribe("1", "/topic/anything");
    StompClient& eve = open();
    eve.say("CONNECT\naccept-version:1.2\nhost:x\nlogin:eve\npasscode:-\n\n^");
    refused(eve);
}

TEST_P(AccessFlow, ARoleAndANameOpenDestinations) {
    app()
        .access()
        .subscribe("/topic/admin/**", has_role("ADMIN"))
        .any("/topic/of/{name}/**", is_user("{name}"))
        .any("/topic/**", authenticated());
    start();
    StompClient& root = log_in("root", "ROLE_ADMIN");
    root.subscribe("1", "/topic/admin/x");
    root.subscribe("2", "/topic/admin/**");
    root.subscribe("3", "/topic/of/root/*");
    log_in("bob").send("/topic/admin/x", "may send");
    EXPECT_THAT(root.next_bodies(2), testing::ElementsAre("may send", "may send"));
    StompClient& bob = log_in("bob");
    bob.say("SUBSCRIBE\nid:1\ndestination:/topic/of/*/x\n\n^");
    refused(bob);
}

TEST_P(AccessFlow, NewRulesEndSubscriptionsAndSessions) {
    start();
    for (const char* user : {"bob", "carol", "dave"}) {
        StompClient& one = log_in(user, user == std::string("dave") ? "ROLE_GUEST" : "ROLE_USER");
        one.subscribe("e", "/user/queue/errors");
        one.subscribe("1", "/topic/secret");
        one.subscribe("2", "/topic/open");
        one.subscribe("3", "/topic/*");
    }
    AccessRules rules;
    rules.connect(has_role("USER"))
        .subscribe("/user/**", permit_all())
        .subscribe("/topic/secret", is_user_named("carol"))
        .any("/topic/*", permit_all());
    EXPECT_EQ(set(rules), 3U) << "two of bob's subscriptions, and dave";
    StompClient& bob = *clients[0];
    std::vector<std::string> bodies = bob.next_bodies(2);
    std::ranges::sort(bodies);
    EXPECT_THAT(bodies[0], testing::HasSubstr("\"/topic/*\""));
    EXPECT_THAT(bodies[1], testing::HasSubstr("\"/topic/secret\""));
    EXPECT_EQ(clients[2]->next().header("message"), "Access is denied");
    EXPECT_TRUE(clients[2]->ends());
    bob.send("/topic/secret", "s");
    EXPECT_THAT(clients[1]->next_bodies(2), testing::ElementsAre("s", "s"));
    stage.settle();
    EXPECT_FALSE(bob.peek());
    bob.say("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    EXPECT_EQ(bob.next().header("receipt-id"), "u");
    EXPECT_EQ(set(AccessRules()), 0U) << "no rules, no limits";
    bob.subscribe("1", "/topic/secret");
}

TEST_P(AccessFlow, ASessionWithOtherAuthoritiesIsLookedAtAgain) {
    app().access().any("/user/**", permit_all()).any("/topic/**", has_role("USER"));
    start();
    StompClient& bob = log_in("bob", "ROLE_USER");
    bob.subscribe("e", "/user/queue/errors");
    bob.subscribe("1", "/topic/x");
    change_authorities(ids.back(), {"ROLE_OTHER"});
    told(bob, "/topic/x");
    log_in("carol", "ROLE_USER").send("/topic/x", "hi");
    stage.settle();
    EXPECT_FALSE(bob.peek());
}

TEST_P(AccessFlow, KeptMessagesAreForWhoMaySubscribe) {
    app().keep_history({.destination = "/topic/**"});
    app().access().send("/topic/**", permit_all()).subscribe("/topic/a/*", permit_all());
    start();
    StompClient& bob = log_in("bob");
    bob.send("/topic/a/x", "mine");
    bob.send("/topic/b/x", "secret");
    bob.subscribe("1", "/topic/a/*");
    EXPECT_THAT(bob.next_bodies(1), testing::ElementsAre("mine"));
    bob.say("SUBSCRIBE\nid:2\ndestination:/topic/*/x\n\n^");
    refused(bob);
}

TEST_P(AccessFlow, AnAnswerComesToATemporaryQueue) {
    app().access().send("/app/echo", permit_all()).subscribe("/temp-queue/*", permit_all());
    start();
    StompClient& bob = log_in("bob");
    bob.send("/app/echo", "hi", "reply-to:/temp-queue/x\n");
    EXPECT_THAT(bob.next_bodies(1), testing::ElementsAre("hi"));
    bob.say(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/app/echo\nreply-to:/temp-queue/x\ntransaction:t\n\n2^"
        "COMMIT\ntransaction:t\n\n^");
    EXPECT_THAT(bob.next_bodies(1), testing::ElementsAre("2"));
}

TEST_P(AccessFlow, WithoutIdAndVersionTheSame) {
    start();
    StompClient& old = open();
    old.say("CONNECT\nlogin:old\npasscode:-\n\n^");
    EXPECT_EQ(old.next().command, "CONNECTED");
    old.say("SUBSCRIBE\ndestination:/topic/secret\nreceipt:s\n\n^");
    EXPECT_EQ(old.next().command, "RECEIPT");
    EXPECT_EQ(set(AccessRules().send("/topic/**", permit_all())), 1U);
    log_in("bob").send("/topic/secret", "x");
    stage.settle();
    EXPECT_FALSE(old.peek());
}

TEST(AccessAtTheStart, RulesMayBeSetBeforeAndStayForTheNextStart) {
    App app;
    EXPECT_EQ(app.set_access(AccessRules().send("/topic/x", permit_all())).get(), 0U);
    EXPECT_EQ(app.access().rules().size(), 1U);
}

TEST(AccessAtTheStart, AHandlersEndpointMayRequireSomething) {
    App app;
    struct Nothing final : TextWebSocketHandler {};
    app.add_handler("/raw", std::make_shared<Nothing>()).require(authenticated());
    EXPECT_THROW(app.add_stomp_endpoint("/ws").require(authenticated()), ConfigError);
}

TEST(AccessAtTheStart, HowDenialIsToldIsChecked) {
    App app;
    Config config;
    config.security.denied = "drop";
    EXPECT_THROW(app.start(config), ConfigError);
}

}  // namespace
}  // namespace stentor::test
