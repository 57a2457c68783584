#include "hub/user_directory.hpp"

#include "unit/hub/fake_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace stentor::hub {
namespace {

using test::FakeClient;

constexpr auto hello = [] { return Message{{}, {{"x", "y"}}, "hello", "id-1"}; };

TEST(UserDirectory, FindsSessionsByTheirKeys) {
    UserDirectory users;
    FakeClient a("s1"), b("s2");
    users.attach(a);
    users.attach(b);
    EXPECT_NE(a.key, b.key);
    EXPECT_EQ(users.find(a.key), &a);
    EXPECT_EQ(users.find(b.key), &b);
    EXPECT_EQ(users.find(b.key + 1), nullptr);
    users.detach(a);
    users.detach(a);
    EXPECT_EQ(users.find(a.key), nullptr);
    EXPECT_EQ(users.sessions(), 1U);
}

TEST(UserDirectory, AKeyIsNeverGivenTwice) {
    UserDirectory users;
    FakeClient first("s1"), second("s1");
    users.attach(first);
    users.detach(first);
    users.attach(second);
    EXPECT_NE(first.key, second.key);
}

TEST(UserDirectory, AKeyFromBeforeFindsNobodyInItsPlace) {
    UserDirectory users;
    std::deque<FakeClient> clients;
    for (const char* const id : {"s1", "s2", "s3", "s4"}) clients.emplace_back(id);
    for (int i = 0; i < 3; ++i) users.attach(clients[i]);
    const std::uint64_t before = clients[1].key;
    users.detach(clients[1]);
    EXPECT_EQ(users.find(before), nullptr);
    users.attach(clients[3]);
    EXPECT_EQ(users.find(before), nullptr);
    EXPECT_EQ(users.find(clients[3].key), &clients[3]);
    users.detach(clients[1]);  // is not there: takes nobody else away
    EXPECT_EQ(users.find(clients[3].key), &clients[3]);
    EXPECT_EQ(users.sessions(), 3U);
    EXPECT_EQ(users.find(0), nullptr);
}

TEST(UserDirectory, ReachesTheUsersSubscriptionsOfThatDestination) {
    UserDirectory users;
    FakeClient phone("s1", "alice"), laptop("s2", "alice"), bob("s3", "bob");
    for (FakeClient* one : {&phone, &laptop, &bob}) {
        users.attach(*one);
        users.subscribe(*one, one->add("a", "/user/queue/x"));
        users.subscribe(*one, one->add("b", "/user/queue/y"));
    }
    EXPECT_EQ(users.send_to_user("alice", "/queue/x", hello()), 2U);
    EXPECT_EQ(phone.got, std::vector<std::string>{"a /user/queue/x hello"});
    EXPECT_EQ(laptop.got, phone.got);
    EXPECT_EQ(bob.got.size(), 0U);
    EXPECT_EQ(*phone.messages[0], (Message{"/user/queue/x", {{"x", "y"}}, "hello", "id-1"}));
    EXPECT_EQ(users.send_to_user("carol", "/queue/x", hello()), 0U);
    EXPECT_EQ(users.send_to_user("alice", "/queue", hello()), 0U);
}

TEST(UserDirectory, CountsSessionsAndNotSubscriptions) {
    UserDirectory users;
    FakeClient phone("s1", "alice"), laptop("s2", "alice"), silent("s3", "alice");
    for (FakeClient* one : {&phone, &laptop, &silent}) users.attach(*one);
    for (const char* id : {"a", "b"}) users.subscribe(phone, phone.add(id, "/user/queue/x"));
    users.subscribe(laptop, laptop.add("a", "/user/queue/x"));
    EXPECT_EQ(users.send_to_user("alice", "/queue/x", hello()), 2U);
    EXPECT_EQ(phone.got.size(), 2U);
}

TEST(UserDirectory, FindsOneSessionByItsId) {
    UserDirectory users;
    FakeClient phone("s1", "alice"), laptop("s2", "alice"), nobody("s3");
    for (FakeClient* one : {&phone, &laptop, &nobody}) {
        users.attach(*one);
        users.subscribe(*one, one->add("a", "/user/queue/x"));
    }
    EXPECT_EQ(users.send_to_session("s1", "/queue/x", hello()), 1U);
    EXPECT_EQ(users.send_to_session("s3", "/queue/x", hello()), 1U);
    EXPECT_EQ(users.send_to_session("alice", "/queue/x", hello()), 0U);
    EXPECT_EQ(users.send_to_user("s1", "/queue/x", hello()), 0U) << "its user has a name";
    EXPECT_EQ(users.send_to_user("s3", "/queue/x", hello()), 1U) << "this one has none";
    EXPECT_EQ(phone.got.size() + laptop.got.size() + nobody.got.size(), 3U);
    users.detach(phone);
    EXPECT_EQ(users.send_to_session("s1", "/queue/x", hello()), 0U);
}

TEST(UserDirectory, ReachesOneSessionOnly) {
    UserDirectory users;
    FakeClient phone("s1", "alice"), laptop("s2", "alice");
    for (FakeClient* one : {&phone, &laptop}) {
        users.attach(*one);
        users.subscribe(*one, one->add("a", "/user/queue/x"));
    }
    EXPECT_EQ(users.send_to_session(laptop, "/queue/x", hello()), 1U);
    EXPECT_EQ(phone.got.size(), 0U);
    users.detach(laptop);
    EXPECT_EQ(users.send_to_session(laptop, "/queue/x", hello()), 0U);
}

TEST(UserDirectory, ASessionWithoutAUserIsOneOfItsOwn) {
    UserDirectory users;
    FakeClient nobody("s1");
    users.attach(nobody);
    users.subscribe(nobody, nobody.add("a", "/user/queue/x"));
    EXPECT_EQ(users.send_to_user("s1", "/queue/x", hello()), 1U);
    EXPECT_EQ(users.send_to_user("", "/queue/x", hello()), 0U);
}

TEST(UserDirectory, ForgetsAUserWithItsLastSession) {
    UserDirectory users;
    FakeClient phone("s1", "alice"), laptop("s2", "alice");
    for (FakeClient* one : {&phone, &laptop}) {
        users.attach(*one);
        users.subscribe(*one, one->add("a", "/user/queue/x"));
    }
    users.detach(phone);
    EXPECT_EQ(users.send_to_user("alice", "/queue/x", hello()), 1U);
    users.detach(laptop);
    EXPECT_EQ(users.send_to_user("alice", "/queue/x", hello()), 0U);
}

TEST(UserDirectory, UnsubscribesTheOneMeantAlsoAfterTheEnd) {
    UserDirectory users;
    FakeClient alice("s1", "alice");
    users.attach(alice);
    broker::Subscription& a = alice.add("a", "/user/queue/x");
    users.subscribe(alice, a);
    users.subscribe(alice, alice.add("b", "/user/queue/x"));
    users.unsubscribe(alice, a);
    EXPECT_EQ(users.send_to_user("alice", "/queue/x", hello()), 1U);
    EXPECT_EQ(alice.got, std::vector<std::string>{"b /user/queue/x hello"});
    users.detach(alice);
    users.unsubscribe(alice, a);
}

TEST(UserDirectory, TakesItsPrefixWithOrWithoutALastSlash) {
    for (const char* prefix : {"/me", "/me/"}) {
        UserDirectory users(prefix);
        FakeClient alice("s1", "alice");
        users.attach(alice);
        users.subscribe(alice, alice.add("a", "/me/queue/x"));
        EXPECT_EQ(users.send_to_user("alice", "/queue/x", hello()), 1U) << prefix;
    }
}

/// Leaving costs the same however many sessions of the user stay (one service account, say).
TEST(UserDirectory, OneUserMayHaveManySessions) {
    UserDirectory users;
    std::deque<FakeClient> clients;
    for (int i = 0; i < 50'000; ++i) users.attach(clients.emplace_back("s" + std::to_string(i), "service"));
    std::size_t seen = 0;
    users.for_each([&](const Client&) { ++seen; });
    EXPECT_EQ(seen, clients.size());
    for (FakeClient& client : clients) users.detach(client);
    EXPECT_EQ(users.sessions(), 0U);
}

}  // namespace
}  // namespace stentor::hub
