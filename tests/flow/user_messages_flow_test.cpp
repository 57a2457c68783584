// Messages of the application to users and sessions, and how many these reached.
#include "flow_test.hpp"
#include "stentor/coroutine.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

namespace stentor::test {
namespace {

class UserMessagesFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app()
            .message_mapping("/tell/{who}",
                             [this](Var<"who"> who, std::string text) -> awaitable<std::string> {
                                 const std::size_t reached = co_await wait_for(
                                     app().messenger().send_to_user(*who, "/queue/x", text));
                                 co_return std::to_string(reached);
                             })
            .send_to("/topic/reached");
        app().message_mapping("/wait", [this] {
            try {
                return std::to_string(app().messenger().send_to_user("alice", "/queue/x", "hi").get());
            } catch (const std::logic_error&) { return std::string("it may not"); }
        });
    }
    /// Clients of that user, subscribed to their /user/queue/x.
    void log_in(const std::string& user, unsigned sessions) {
        for (unsigned i = 0; i < sessions; ++i) {
            clients.push_back(std::make_unique<StompClient>(*stage, Transport::websocket, "/ws"));
            clients.back()->say("CONNECT\naccept-version:1.2\nhost:localhost\nlogin:" + user +
                                "\npasscode:x\n\n^");
            ids.push_back(clients.back()->next().header("session"));
            clients.back()->subscribe("1", "/user/queue/x");
        }
    }
    /// What comes of it for who may wait, as others go on.
    template <class T>
    T waited_for(const Pending<T>& pending) {
        auto result = std::async(std::launch::async, [&] { return pending.get(); });
        EXPECT_TRUE(until([&] { return result.wait_for(0s) == std::future_status::ready; }));
        return result.get();
    }
    class Anybody final : public Authenticator {
        std::optional<Principal> authenticate(const Credentials& credentials) const override {
            return Principal{credentials.login, {}};
        }
    };

    std::vector<std::string> ids;
};
INSTANTIATE_TEST_SUITE_P(On, UserMessagesFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(UserMessagesFlow, SayHowManySessionsTheyReached) {
    app().set_authenticator(std::make_shared<Anybody>());
    stage->start();
    log_in("alice", 5);
    log_in("bob", 1);
    Messenger& messenger = app().messenger();
    EXPECT_EQ(waited_for(messenger.send_to_user("alice", "/queue/x", "hi")), 5U);
    for (unsigned i = 0; i < 5; ++i) EXPECT_THAT(clients[i]->next_bodies(1), ElementsAre("hi"));
    EXPECT_EQ(waited_for(messenger.send_to_user("alice", "/queue/y", "hi")), 0U);
    EXPECT_EQ(waited_for(messenger.send_to_user("carol", "/queue/x", "hi")), 0U);
    EXPECT_EQ(waited_for(messenger.send_to_user("", "/queue/x", "hi")), 0U);
    EXPECT_EQ(waited_for(messenger.send_to_session(ids[3], "/queue/x", "you")), 1U);
    EXPECT_THAT(clients[3]->next_bodies(1), ElementsAre("you"));
    EXPECT_EQ(waited_for(messenger.send_to_session("alice", "/queue/x", "you")), 0U);
}

TEST_P(UserMessagesFlow, TellAListenerOnce) {
    stage->start();
    log_in("", 3);
    std::atomic<unsigned> calls = 0;
    std::atomic<std::size_t> reached = 0;
    app().messenger().send_to_user(ids[1], "/queue/x", "hi").then([&](std::size_t sessions) {
        reached += sessions;
        ++calls;
        throw std::runtime_error("is logged");
    });
    ASSERT_TRUE(until([&] { return calls == 1; }));
    EXPECT_EQ(reached, 1U);
    EXPECT_THAT(clients[1]->next_bodies(1), ElementsAre("hi"));
    EXPECT_EQ(calls, 1U);
}

TEST_P(UserMessagesFlow, TellACoroutine) {
    app().set_authenticator(std::make_shared<Anybody>());
    stage->start();
    log_in("alice", 3);
    clients[0]->subscribe("r", "/topic/reached");
    clients[0]->say("UNSUBSCRIBE\nid:1\n\n^");
    clients[0]->send("/app/tell/alice", "psst");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("2"));
    EXPECT_THAT(clients[1]->next_bodies(1), ElementsAre("psst"));
    EXPECT_THAT(clients[2]->next_bodies(1), ElementsAre("psst"));
}

TEST_P(UserMessagesFlow, AShardCannotWaitForThem) {
    stage->start();
    client().subscribe("1", "/topic/wait");
    clients[0]->send("/app/wait", "");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("it may not"));
}

TEST_P(UserMessagesFlow, ReachNobodyWhereNothingRuns) {
    EXPECT_EQ(app().messenger().send_to_user("alice", "/queue/x", "hi").get(), 0U);
    unsigned calls = 0;
    app().messenger().send_to_session("s", "/queue/x", "hi").then([&](std::size_t reached) {
        EXPECT_EQ(reached, 0U);
        ++calls;
    });
    EXPECT_EQ(calls, 1U);
}

/// Whoever waits is told when the application ends.
TEST_P(UserMessagesFlow, NobodyWaitsForAnApplicationThatEnds) {
    stage->start();
    log_in("", 2);
    std::atomic<unsigned> calls = 0;
    for (int i = 0; i < 20; ++i)
        app().messenger().send_to_user("alice", "/queue/x", "hi").then([&](std::size_t) { ++calls; });
    stage->stop();
    EXPECT_EQ(calls, 20U);
}

/// The sessions of the user go away in the middle of it.
TEST_P(UserMessagesFlow, TheLastSessionMayLeaveMeanwhile) {
    app().set_authenticator(std::make_shared<Anybody>());
    stage->start();
    log_in("alice", 4);
    std::atomic<unsigned> calls = 0;
    std::atomic<std::size_t> most = 0;
    for (int i = 0; i < 50; ++i) {
        app().messenger().send_to_user("alice", "/queue/x", "hi").then([&](std::size_t reached) {
            if (reached > most) most = reached;
            ++calls;
        });
        if (i % 10 == 9 && !clients.empty()) clients.pop_back();
    }
    EXPECT_TRUE(until([&] { return calls == 50; }));
    EXPECT_LE(most, 4U);
}

TEST_P(UserMessagesFlow, ClientsMayOnlyWhereItIsSwitchedOn) {
    stage->config.stomp.user_messages = true;
    app().set_authenticator(std::make_shared<Anybody>());
    stage->start();
    log_in("a/*", 1);
    log_in("bob", 1);
    clients[0]->subscribe("e", "/user/queue/errors");
    clients[1]->send("/user/a%2F%2A/queue/x", "hi", "receipt:r\n");
    EXPECT_EQ(clients[1]->next().header("receipt-id"), "r");
    const StompFrame message = clients[0]->next();
    EXPECT_EQ(message.body, "hi");
    EXPECT_EQ(message.header("destination"), "/user/queue/x");
    clients[1]->send("/user/a%2F%2A/queue/errors", "hi");
    EXPECT_EQ(clients[1]->next().header("code"), "forbidden");
    EXPECT_FALSE(clients[0]->peek());
}

}  // namespace
}  // namespace stentor::test
