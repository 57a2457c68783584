#include "hub/gatekeeper.hpp"

#include "unit/hub/hub_fixture.hpp"

namespace stentor::hub {
namespace {

using test::FakeClient;
using test::HubTest;

class GatekeeperTest : public HubTest {
protected:
    void set(const AccessRules& rules) {
        ended = hub().set_policy(std::make_shared<security::AccessPolicy>(rules));
    }
    std::string may_send(const FakeClient& client, std::string_view destination,
                         const Headers& headers = {}) {
        return said(hub().gatekeeper().check_send(*client.state(), destination, &headers));
    }
    std::string may_subscribe(const FakeClient& client, std::string_view destination) {
        return said(hub().gatekeeper().check_subscribe(*client.state(), destination, nullptr));
    }
    std::string may_reply_to(const FakeClient& client, std::string_view destination) {
        return said(hub().gatekeeper().check_reply_to(*client.state(), {{"reply-to", destination}}));
    }
    static std::string said(const Result<void>& result) {
        if (!result.has_error()) return "ok";
        return std::string(to_string(result.error().code)) + ": " + result.error().message;
    }
    std::size_t ended = 0;
};

constexpr const char* denied = "forbidden: Access is denied";

TEST_F(GatekeeperTest, WithoutRulesEverythingIsAllowed) {
    FakeClient& eve = client("s1");
    EXPECT_EQ(may_send(eve, "/anything"), "ok");
    EXPECT_EQ(may_subscribe(eve, "/**"), "ok");
    EXPECT_EQ(may_reply_to(eve, "/queue/x"), "ok");
    EXPECT_EQ(said(hub().gatekeeper().check_connect(*eve.state())), "ok");
    EXPECT_EQ(hub().recheck(eve), 0U);
    EXPECT_EQ(hub().gatekeeper().denied(), 0U);
}

TEST_F(GatekeeperTest, TheAnswerIsTheSameWhetherThereIsSuchADestination) {
    set(AccessRules().send("/topic/open", permit_all()));
    FakeClient& eve = client("s1");
    for (const char* destination :
         {"/topic/secret", "/nowhere", "/user/bob/queue/x", "/app/unmapped", "/reply-queue/x"})
        EXPECT_EQ(may_send(eve, destination), denied) << destination;
    EXPECT_EQ(may_subscribe(eve, "/temp-queue/x"), denied);
    EXPECT_EQ(may_send(eve, "/topic/open"), "ok");
    EXPECT_EQ(hub().gatekeeper().denied(), 6U);
}

TEST_F(GatekeeperTest, SeesTheFramesHeaders) {
    set(AccessRules().send("/topic/*", access_if([](const Principal*, const AccessRequest& request) {
                               return request.header("key") == "7";
                           })));
    FakeClient& bob = client("s1");
    EXPECT_EQ(may_send(bob, "/topic/x", {{"key", "7"}}), "ok");
    EXPECT_EQ(may_send(bob, "/topic/x", {{"key", "8"}}), denied);
}

/// A13
TEST_F(GatekeeperTest, AnAnswerGoesWhereTheSenderItselfMaySend) {
    set(AccessRules().send("/queue/own", permit_all()).subscribe("/temp-queue/*", permit_all()));
    FakeClient& bob = client("s1");
    EXPECT_EQ(may_reply_to(bob, "/queue/own"), "ok");
    EXPECT_EQ(may_reply_to(bob, "/temp-queue/a"), "ok") << "that is as if it subscribed";
    EXPECT_EQ(may_reply_to(bob, "anything that is no destination"), "ok");
    EXPECT_EQ(may_reply_to(bob, "/queue/victim"), denied);
    EXPECT_EQ(may_reply_to(bob, "/reply-queue/of-somebody"), denied);
}

/// A10, A11
TEST_F(GatekeeperTest, AUsersNameIsOneHoweverItIsEncoded) {
    set(AccessRules().send("/user/alice@x.org/**", deny_all()).send("/user/{name}/**", permit_all()));
    FakeClient& eve = client("s1", "eve");
    EXPECT_EQ(may_send(eve, "/user/bob/queue/x"), "ok");
    EXPECT_EQ(may_send(eve, "/user/%62ob/queue/x"), "ok");
    for (const char* destination :
         {"/user/alice@x.org/queue/x", "/user/alice%40x.org/queue/x", "/user/%61lice@x.org/queue/x"})
        EXPECT_EQ(may_send(eve, destination), denied) << destination;
}

TEST_F(GatekeeperTest, OnlyOneselfByAnyEncoding) {
    set(AccessRules().send("/user/{name}/**", is_user("{name}")));
    FakeClient& odd = client("s1", "a/b");
    EXPECT_EQ(may_send(odd, "/user/a%2Fb/queue/x"), "ok");
    EXPECT_EQ(may_send(odd, "/user/%61%2fb/queue/x"), "ok");
    EXPECT_EQ(may_send(odd, "/user/a/b/queue/x"), denied);
    EXPECT_EQ(may_send(odd, "/user/a%252Fb/queue/x"), denied) << "decoded once";
}

TEST_F(GatekeeperTest, ConnectIsAnActionOfItsOwn) {
    set(AccessRules().connect(authenticated()));
    EXPECT_EQ(said(hub().gatekeeper().check_connect(*client("s1", "bob").state())), "ok");
    EXPECT_EQ(said(hub().gatekeeper().check_connect(*client("s2").state())), denied);
}

/// A23
TEST_F(GatekeeperTest, NewRulesEndWhatTheyDoNotAllow) {
    FakeClient& bob = client("s1", "bob");
    FakeClient& eve = client("s2");
    FakeClient& calm = client("s3", "calm");
    for (FakeClient* one : {&bob, &eve, &calm}) subscribe(*one, "a", "/topic/open");
    subscribe(bob, "b", "/topic/secret");
    subscribe(bob, "c", "/topic/*");
    set(AccessRules()
            .connect(authenticated())
            .subscribe("/topic/secret", deny_all())
            .subscribe("/topic/*", permit_all()));
    EXPECT_EQ(ended, 3U);
    EXPECT_EQ(bob.ended_subscriptions, (Lines{"b Access is denied", "c Access is denied"}));
    EXPECT_EQ(eve.closed, "1008 Access is denied");
    EXPECT_TRUE(calm.ended_subscriptions.empty() && calm.closed.empty() && bob.closed.empty());
    EXPECT_EQ(hub().gatekeeper().denied(), 0U) << "nobody asked for anything";
}

TEST_F(GatekeeperTest, OneSessionIsLookedAtAgain) {
    AccessRules rules;
    rules.subscribe("/topic/*", has_role("USER"));
    set(rules);
    FakeClient& bob = client("s1", "bob");
    bob.state()->principal = std::make_shared<Principal>(Principal{"bob", {"ROLE_USER"}});
    subscribe(bob, "a", "/topic/x");
    EXPECT_EQ(hub().recheck(bob), 0U);
    bob.state()->principal = std::make_shared<Principal>(Principal{"bob", {}});
    EXPECT_EQ(hub().recheck(bob), 1U);
    EXPECT_EQ(bob.ended_subscriptions, Lines{"a Access is denied"});
}

}  // namespace
}  // namespace stentor::hub
