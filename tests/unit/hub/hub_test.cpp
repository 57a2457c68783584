#include "hub/hub.hpp"

#include "messaging/user_name.hpp"
#include "unit/hub/hub_fixture.hpp"

namespace stentor::hub {
namespace {

using test::FakeClient;
using test::HubTest;

constexpr const char* nowhere = "not-found: Neither the application nor the broker has that destination";

// Where things go

TEST_F(HubTest, ASendToTheBrokerReachesItsSubscribers) {
    FakeClient& bob = client("s1");
    EXPECT_EQ(subscribe(bob, "a", "/topic/x"), "ok");
    EXPECT_EQ(send(bob, "/topic/x", "hi", {{"content-type", "text/plain"}}), "ok");
    ASSERT_EQ(bob.got, Lines{"a /topic/x hi"});
    EXPECT_EQ(bob.messages[0]->headers, (Headers{{"content-type", "text/plain"}}));
    unsubscribe(bob, "a");
    EXPECT_EQ(send(bob, "/topic/x", "hi"), "ok");
    EXPECT_EQ(bob.got.size(), 1U);
}

TEST_F(HubTest, ASendToTheApplicationCallsItsFunction) {
    std::string seen;
    message("/hello", [&](const std::string& name) { seen = name; });
    FakeClient& bob = client("s1");
    EXPECT_EQ(send(bob, "/app/hello", "Bob"), "ok");
    EXPECT_EQ(seen, "Bob");
    EXPECT_TRUE(bob.got.empty());
}

TEST_F(HubTest, APrefixIsWholeSegments) {
    message("/hello", [] { FAIL(); });
    FakeClient& bob = client("s1");
    EXPECT_EQ(send(bob, "/appX/hello"), nowhere);
    EXPECT_EQ(send(bob, "/ap"), nowhere);
    EXPECT_EQ(send(bob, "/topicX"), nowhere);
    EXPECT_EQ(subscribe(bob, "a", "/userX/queue/a"), nowhere);
}

TEST_F(HubTest, ThereMayBeSeveralApplicationPrefixes) {
    settings_.application_destination_prefixes = {"/app", "/chat/"};
    Lines seen;
    message("/**", [&](const Message& m) { seen.push_back(m.destination); });
    FakeClient& bob = client("s1");
    for (const char* destination : {"/app/a", "/chat/b", "/app"})
        EXPECT_EQ(send(bob, destination), "ok") << destination;
    EXPECT_EQ(seen, (Lines{"/app/a", "/chat/b", "/app"}));
}

TEST_F(HubTest, ADestinationNobodyHasIsRefused) {
    FakeClient& bob = client("s1");
    EXPECT_EQ(send(bob, "/elsewhere"), nowhere);
    EXPECT_EQ(subscribe(bob, "a", "/elsewhere"), nowhere);
    unsubscribe(bob, "a");
    EXPECT_EQ(send(bob, "/app/unmapped"), "not-found: Nothing is mapped to that destination");
    EXPECT_EQ(subscribe(bob, "b", "/app/unmapped"), "not-found: Nothing is mapped to that destination");
}

/// A9
TEST_F(HubTest, ClientsCannotSendToUserDestinations) {
    FakeClient& bob = client("s1", "bob");
    FakeClient& eve = client("s2", "eve");
    subscribe(bob, "a", "/user/queue/x");
    for (const char* destination : {"/user/bob/queue/x", "/user/queue/x", "/user"})
        EXPECT_EQ(send(eve, destination, "psst"), "forbidden: Clients cannot send to user destinations");
    EXPECT_TRUE(bob.got.empty());
}

TEST_F(HubTest, EveryMessageHasAnIdOfItsOwn) {
    FakeClient& bob = client("s1", "bob");
    FakeClient& eve = client("s2", "eve");
    subscribe(bob, "a", "/topic/x");
    subscribe(eve, "a", "/topic/x");
    send(bob, "/topic/x");
    send(bob, "/topic/x");
    EXPECT_EQ(bob.messages[0], eve.messages[0]) << "one message, shared";
    EXPECT_TRUE(bob.messages[0]->id.starts_with("shard-"));
    EXPECT_NE(bob.messages[0]->id, bob.messages[1]->id);
}

TEST_F(HubTest, AFullQueueIsThePublishersError) {
    broker_settings_.queue.max_messages = 1;
    FakeClient& bob = client("s1");
    EXPECT_EQ(send(bob, "/queue/x"), "ok");
    EXPECT_EQ(send(bob, "/queue/x"), "too-large: The queue is full");
}

// Users

TEST_F(HubTest, AUsersMessageReachesAllItsSessionsThatSubscribed) {
    FakeClient& phone = client("s1", "alice");
    FakeClient& laptop = client("s2", "alice");
    FakeClient& silent = client("s3", "alice");
    FakeClient& bob = client("s4", "bob");
    for (FakeClient* one : {&phone, &laptop, &bob}) EXPECT_EQ(subscribe(*one, "a", "/user/queue/x"), "ok");
    subscribe(silent, "a", "/user/queue/y");
    publish("/user/alice/queue/x", "hi");
    EXPECT_EQ(phone.got, Lines{"a /user/queue/x hi"});
    EXPECT_EQ(laptop.got, phone.got);
    EXPECT_EQ(phone.messages[0]->id, laptop.messages[0]->id);
    EXPECT_TRUE(silent.got.empty() && bob.got.empty());
    EXPECT_EQ(to_neighbours_, Lines{"alice /queue/x hi"}) << "she may be there as well";
}

TEST_F(HubTest, ANeighboursMessageGoesNoFurther) {
    FakeClient& alice = client("s1", "alice");
    subscribe(alice, "a", "/user/queue/x");
    hub().deliver_to_user("alice", "/queue/x", std::make_shared<const Message>(Message{{}, {}, "hi", "id"}));
    EXPECT_EQ(alice.got, Lines{"a /user/queue/x hi"});
    EXPECT_EQ(alice.messages[0]->id, "id");
    EXPECT_TRUE(to_neighbours_.empty());
}

TEST_F(HubTest, AUsersMessageHasItsEffectWhenTheNeighboursHaveIt) {
    settings_.user_messages = true;
    FakeClient& alice = client("s1", "alice");
    neighbours_answer_ = Error{Errc::unavailable, "The broker is not available"};
    EXPECT_EQ(send(alice, "/user/bob/queue/x"), "unavailable: The broker is not available");
    EXPECT_EQ(publish("/user/bob/queue/x"), "The broker is not available");
    neighbours_answer_ = {};
    EXPECT_EQ(send(alice, "/user/bob/queue/x"), "ok");
}

TEST_F(HubTest, WhoWatchesHearsOfAUsersFirstSessionAndItsLast) {
    Lines seen;
    hub().watch_users(
        [&](const std::string& user, bool here) { seen.push_back(user + (here ? " comes" : " goes")); });
    FakeClient& phone = client("s1", "alice");
    FakeClient& laptop = client("s2", "alice");
    FakeClient& nobody = client("s3");
    EXPECT_EQ(seen, Lines{"alice comes"});
    leave(phone);
    leave(phone);  // as by the connection's end after the session's
    leave(nobody);
    EXPECT_EQ(seen, Lines{"alice comes"});
    leave(laptop);
    EXPECT_EQ(seen, (Lines{"alice comes", "alice goes"}));
}

TEST_F(HubTest, TheApplicationPublishesToUsersByName) {
    FakeClient& alice = client("s1", "alice");
    subscribe(alice, "a", "/user/queue/x");
    EXPECT_EQ(publish("/user/alice/queue/x", "hi"), "ok");
    EXPECT_EQ(alice.got, Lines{"a /user/queue/x hi"});
    EXPECT_EQ(publish("/user/nobody/queue/x", "hi"), "ok") << "on another shard, perhaps";
    for (const char* incomplete : {"/user", "/user/alice", "/user//queue/x"})
        EXPECT_EQ(publish(incomplete), "Neither the application nor the broker has that destination")
            << incomplete;
}

/// A name is what it is: nothing of it is a separator, an escape or a pattern.
TEST_F(HubTest, NamesWithSeparatorsAndWildcardsAreEncodedInDestinations) {
    const Lines names{"a/b", "..", "*", "**", "%2F", "{x}", "a b", "a\nb", std::string(10 * 1024, '/')};
    std::vector<FakeClient*> clients;
    for (const std::string& name : names) {
        clients.push_back(&client("s" + std::to_string(clients.size()), name));
        subscribe(*clients.back(), "a", "/user/queue/x");
    }
    for (const std::string& name : names)
        EXPECT_EQ(publish("/user/" + messaging::encode_user_name(name) + "/queue/x", name), "ok");
    for (std::size_t i = 0; i < names.size(); ++i)
        EXPECT_EQ(clients[i]->got, Lines{"a /user/queue/x " + names[i]});
    EXPECT_EQ(publish("/user/*/queue/x", "star"), "ok") << "a star that is not encoded is one all the same";
    EXPECT_EQ(clients[2]->got.size(), 2U);
    EXPECT_EQ(clients[0]->got.size(), 1U);
}

TEST_F(HubTest, ABrokenEncodingIsRefused) {
    for (const char* const broken : {"/user/%/queue/x", "/user/%2/queue/x", "/user/%zz/queue/x"})
        EXPECT_EQ(publish(broken), "The user's name is not percent-encoded as it should be") << broken;
}

TEST_F(HubTest, ClientsMaySendToUsersWhereThatIsSwitchedOn) {
    settings_.user_messages = true;
    FakeClient& bob = client("s1", "b/ob");
    FakeClient& eve = client("s2");
    subscribe(bob, "a", "/user/queue/x");
    subscribe(bob, "e", "/user/queue/errors");
    EXPECT_EQ(send(eve, "/user/b%2Fob/queue/x", "hi", {{"x", "y"}}), "ok");
    EXPECT_EQ(bob.got, Lines{"a /user/queue/x hi"});
    EXPECT_EQ(bob.messages[0]->headers, (Headers{{"x", "y"}}));
    EXPECT_EQ(to_neighbours_, Lines{"b/ob /queue/x hi"});
    EXPECT_EQ(send(eve, "/user/nobody/queue/x"), "ok") << "nobody learns who is there";
    EXPECT_EQ(send(eve, "/user/b%2Fob/queue/errors", "You are fired"),
              "forbidden: Clients cannot send to error destinations");
    EXPECT_EQ(send(eve, "/user/%zz/queue/x"),
              "malformed: The user's name is not percent-encoded as it should be");
    EXPECT_EQ(send(eve, "/user/b%2Fob"), nowhere);
    EXPECT_EQ(send(eve, "/user"), nowhere);
    EXPECT_EQ(bob.got.size(), 1U);
    EXPECT_TRUE(hub().check_send("/user/bob/queue/x"));
    EXPECT_FALSE(hub().check_send("/user/bob/queue/errors"));
}

TEST_F(HubTest, TheApplicationPublishesToTheBroker) {
    FakeClient& bob = client("s1");
    subscribe(bob, "a", "/topic/x");
    EXPECT_EQ(publish("/topic/x", "hi"), "ok");
    EXPECT_EQ(bob.got, Lines{"a /topic/x hi"});
    EXPECT_EQ(publish("/app/hello"), "Neither the application nor the broker has that destination");
    EXPECT_EQ(publish("/elsewhere"), "Neither the application nor the broker has that destination");
}

TEST_F(HubTest, TheUserPrefixMayBeAnother) {
    settings_.user_destination_prefix = "/me/";
    FakeClient& alice = client("s1", "alice");
    EXPECT_EQ(subscribe(alice, "a", "/me/queue/x"), "ok");
    EXPECT_EQ(publish("/me/alice/queue/x", "hi"), "ok");
    EXPECT_EQ(alice.got, Lines{"a /me/queue/x hi"});
    EXPECT_EQ(send(alice, "/me/alice/queue/x"), "forbidden: Clients cannot send to user destinations");
}

TEST_F(HubTest, AnUnsubscribedUserDestinationGetsNothing) {
    FakeClient& alice = client("s1", "alice");
    subscribe(alice, "a", "/user/queue/x");
    subscribe(alice, "b", "/user/queue/x");
    unsubscribe(alice, "a");
    publish("/user/alice/queue/x", "hi");
    EXPECT_EQ(alice.got, Lines{"b /user/queue/x hi"});
    leave(alice);
    publish("/user/alice/queue/x", "hi");
    EXPECT_EQ(alice.got.size(), 1U);
}

// Limits

TEST_F(HubTest, ASessionHasOnlySoManyCallsUnderWay) {
    settings_.max_calls = 2;
    message("/slow", [] {}).on_workers();
    FakeClient& bob = client("s1");
    FakeClient& eve = client("s2");
    EXPECT_EQ(send(bob, "/app/slow"), "");
    EXPECT_EQ(send(bob, "/app/slow"), "");
    EXPECT_EQ(send(bob, "/app/slow"), "unavailable: Too many calls are under way");
    EXPECT_EQ(send(eve, "/app/slow"), "") << "each session has its own";
    execution_.run_workers();
    execution_.run_posted();
    EXPECT_EQ(bob.outcomes[1] + bob.outcomes[2] + eve.outcomes[4], "okokok");
    EXPECT_EQ(send(bob, "/app/slow"), "");
    EXPECT_EQ(send(bob, "/app/unmapped"), "not-found: Nothing is mapped to that destination");
    EXPECT_EQ(send(bob, "/app/slow"), "") << "what is not mapped does not count";
}

}  // namespace
}  // namespace stentor::hub
