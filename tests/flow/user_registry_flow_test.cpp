// Who is connected, as the application sees it, and its hand on them.
#include "flow_test.hpp"

#include <future>
#include <stdexcept>

namespace stentor::test {
namespace {

class UserRegistryFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().set_authenticator(std::make_shared<Anybody>());
        stage->config.stomp_port = 0;
    }
    StompClient& log_in(const std::string& user, Transport transport = Transport::websocket) {
        StompClient& made = *clients.emplace_back(std::make_unique<StompClient>(*stage, transport, "/ws"));
        made.say("CONNECT\naccept-version:1.2\nhost:localhost\nlogin:" + user + "\n\n^");
        ids.push_back(made.next().header("session"));
        return made;
    }
    template <class T>
    T answer(const Pending<T>& pending) {
        auto result = std::async(std::launch::async, [&] { return pending.get(); });
        EXPECT_TRUE(until([&] { return result.wait_for(0s) == std::future_status::ready; }));
        return result.get();
    }
    class Anybody final : public Authenticator {
        std::optional<Principal> authenticate(const Credentials& credentials) const override {
            return Principal{credentials.login, {}};
        }
    };

    UserRegistry& registry = app().user_registry();
    std::vector<std::string> ids;
};
INSTANTIATE_TEST_SUITE_P(On, UserRegistryFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(UserRegistryFlow, KnowsUsersSessionsAndSubscriptions) {
    stage->start();
    log_in("alice").subscribe("1", "/topic/room/7");
    log_in("alice").subscribe("2", "/user/queue/x");
    log_in("bob").subscribe("3", "/topic/room/8");
    clients[2]->subscribe("4", "/topic/room/*");
    EXPECT_EQ(answer(registry.user_count()), 2U);
    EXPECT_EQ(answer(registry.session_count()), 3U);
    EXPECT_EQ(answer(registry.subscription_count()), 4U);
    const auto users = answer(registry.users());
    ASSERT_EQ(users.size(), 2U);
    EXPECT_EQ(users[0].name, "alice");
    EXPECT_EQ(users[0].sessions.size(), 2U);
    EXPECT_EQ(users[1].name, "bob");
    EXPECT_EQ(users[1].sessions[0].subscriptions.size(), 2U);
    EXPECT_EQ(answer(registry.user("bob"))->sessions[0].id, ids[2]);
    EXPECT_FALSE(answer(registry.user("carol")));
    EXPECT_FALSE(answer(registry.user("*")));
    const auto session = answer(registry.session(ids[1]));
    EXPECT_EQ(session->user, "alice");
    EXPECT_EQ(session->subscriptions[0].id, "2");
    EXPECT_EQ(session->subscriptions[0].destination, "/user/queue/x");
    EXPECT_FALSE(answer(registry.session("alice")));
    EXPECT_EQ(answer(registry.sessions()).size(), 3U);
}

TEST_P(UserRegistryFlow, FindsSubscriptions) {
    stage->start();
    log_in("alice").subscribe("1", "/topic/room/7");
    log_in("bob").subscribe("1", "/topic/room/8");
    log_in("bob").subscribe("1", "/topic/news");
    EXPECT_EQ(answer(registry.find_subscriptions("/topic/room/*")).size(), 2U);
    EXPECT_EQ(answer(registry.find_subscriptions("/topic/news")).at(0).session, ids[2]);
    const auto of_bob =
        answer(registry.find_subscriptions([](const SubscriptionInfo& own) { return own.user == "bob"; }));
    EXPECT_EQ(of_bob.size(), 2U);
    EXPECT_THROW((void)registry.find_subscriptions("/a*/**/b"), std::invalid_argument);
}

TEST_P(UserRegistryFlow, ForgetsWhoIsGone) {
    stage->start();
    log_in("alice").subscribe("1", "/topic/a");
    clients[0]->disconnect();
    EXPECT_TRUE(until([&] { return answer(registry.session_count()) == 0; }));
    EXPECT_EQ(answer(registry.user_count()), 0U);
    EXPECT_EQ(answer(registry.subscription_count()), 0U);
}

TEST_P(UserRegistryFlow, ClosesASessionOverEveryTransport) {
    stage->start();
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& one = log_in("alice", transport);
        EXPECT_TRUE(answer(registry.close_session(ids.back(), {4001, "Go home"})));
        const StompFrame error = one.next();
        EXPECT_EQ(error.command, "ERROR");
        EXPECT_EQ(error.header("message"), "Go home");
        EXPECT_EQ(error.header("code"), "closed");
        EXPECT_TRUE(one.ends());
        if (transport != Transport::tcp) { EXPECT_EQ(one.carrier().close_code, 4001U); }
        EXPECT_FALSE(answer(registry.close_session(ids.back())));
    }
}

TEST_P(UserRegistryFlow, ClosesAUsersSessions) {
    stage->start();
    for (int i = 0; i < 5; ++i) log_in(i == 2 ? "bob" : "a/*");
    EXPECT_EQ(answer(registry.close_user("a/*")), 4U);
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
        EXPECT_EQ(clients[i]->next().header("message"), "The application closed the session");
        EXPECT_TRUE(clients[i]->ends());
        EXPECT_EQ(clients[i]->carrier().close_code, 1008U);
    }
    EXPECT_EQ(answer(registry.close_user("a/*")), 0U);
    EXPECT_EQ(answer(registry.close_user("")), 0U);
    clients[2]->subscribe("1", "/topic/a");
}

TEST_P(UserRegistryFlow, RefusesCodesThatMayNotBeSent) {
    stage->start();
    for (const std::uint16_t code : {0, 999, 1005, 1006, 1015, 2999, 5000}) {
        EXPECT_THROW((void)registry.close_session("x", {code, {}}), std::invalid_argument) << code;
        EXPECT_THROW((void)registry.close_user("x", {code, {}}), std::invalid_argument) << code;
    }
}

TEST_P(UserRegistryFlow, EndsASubscription) {
    stage->start();
    StompClient& alice = log_in("alice");
    alice.subscribe("e", "/user/queue/errors");
    alice.subscribe("1", "/topic/a");
    EXPECT_FALSE(answer(registry.unsubscribe(ids[0], "2")));
    EXPECT_FALSE(answer(registry.unsubscribe("nobody", "1")));
    EXPECT_TRUE(answer(registry.unsubscribe(ids[0], "1")));
    EXPECT_EQ(alice.next().header("code"), "closed");
    alice.send("/topic/a", "hi");
    alice.say("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    EXPECT_EQ(alice.next().header("receipt-id"), "u");
    EXPECT_EQ(answer(registry.subscription_count()), 1U);
}

TEST_P(UserRegistryFlow, IsEmptyWhereNothingRuns) {
    EXPECT_EQ(registry.user_count().get(), 0U);
    EXPECT_TRUE(registry.users().get().empty());
    EXPECT_FALSE(registry.close_session("x").get());
    EXPECT_FALSE(registry.session("x").get());
}

/// Closing and sending at once, from threads that are no shard's.
TEST_P(UserRegistryFlow, BearsAllAtOnce) {
    stage->start();
    for (int i = 0; i < 8; ++i) log_in("alice").subscribe("1", "/user/queue/x");
    auto sending = std::async(std::launch::async, [&] {
        for (int i = 0; i < 100; ++i) app().messenger().send_to_user("alice", "/queue/x", "hi");
    });
    auto closing = std::async(std::launch::async, [&] {
        for (const std::string& id : ids) registry.close_session(id);
        registry.close_user("alice");
    });
    EXPECT_TRUE(until([&] {
        for (const auto& one : clients)
            while (one->peek()) one->next();
        return std::ranges::all_of(clients, [](const auto& one) { return one->carrier().ended; });
    }));
    sending.get();
    closing.get();
    EXPECT_EQ(answer(registry.session_count()), 0U);
}

}  // namespace
}  // namespace stentor::test
