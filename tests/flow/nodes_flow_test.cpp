// Several applications on one external broker: users and sessions of one are reached from the others.
#include "app/inside.hpp"
#include "flow_test.hpp"
#include "support/fake_exchange.hpp"
#include "support/pipe_stage.hpp"

#include <optional>

namespace stentor::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Everybody is who he says.
class Named final : public Authenticator {
    std::optional<Principal> authenticate(const Credentials& credentials) const override {
        return Principal{credentials.login, {}};
    }
};

class NodesFlow : public testing::TestWithParam<unsigned> {
protected:
    ~NodesFlow() override {
        clients.clear();
        for (auto& stage : stages) stage->app.stop();
    }
    /// Another application, with named users unless `anonymous`.
    PipeStage& add(bool anonymous = false) {
        PipeStage& stage = *stages.emplace_back(std::make_unique<PipeStage>());
        stage.config = config;
        stage.config.shards = GetParam();
        if (!anonymous) stage.app.set_authenticator(std::make_shared<Named>());
        app::Inside::of(stage.app).blueprint.external = exchange.plan();
        stage.app.message_mapping("/tell/{who}", [](Var<"who">, std::string text) { return text; })
            .send_to_user("/queue/x");
        stage.app.message_mapping("/to-bob", [&stage](std::string text) {
            stage.app.messenger().send(user_destination("bob", "/queue/x"), text);
        });
        stage.app.add_stomp_endpoint("/ws");
        stage.start();
        pass(200ms);
        return stage;
    }
    void settle() {
        for (int i = 0; i < 6; ++i)
            for (auto& stage : stages) stage->settle();
    }
    void pass(base::Duration time) {
        for (; time > 0ms; time -= 20ms) {
            for (auto& stage : stages) stage->pass(20ms);
            settle();
        }
    }
    StompClient& connect(PipeStage& stage, const std::string& user) {
        StompClient& made = *clients.emplace_back(std::make_unique<StompClient>(stage, Transport::tcp));
        made.say("CONNECT\naccept-version:1.2\nhost:x\nheart-beat:0,0\n" +
                 (user.empty() ? "" : "login:" + user + "\npasscode:x\n") + "\n^");
        session = made.next().header("session");
        made.subscribe("1", "/user/queue/x");
        return made;
    }
    /// The same, and the others know.
    StompClient& log_in(PipeStage& stage, const std::string& user) {
        StompClient& made = connect(stage, user);
        pass(100ms);
        return made;
    }
    template <class T>
    T result(const Pending<T>& pending) {
        std::optional<T> got;
        pending.then([&](T value) { got = std::move(value); });
        settle();
        EXPECT_TRUE(got.has_value()) << "nothing came of it without time going by";
        return got.value_or(T{});
    }
    /// Bodies of what it got.
    std::vector<std::string> bodies(StompClient& client) {
        settle();
        std::vector<std::string> got;
        for (const StompFrame& frame : std::exchange(client.frames(), {}))
            got.push_back(frame.command + " " + frame.body);
        return got;
    }

    FakeExchange exchange;
    Config config;
    std::vector<std::unique_ptr<PipeStage>> stages;
    std::vector<std::unique_ptr<StompClient>> clients;
    std::string session;  ///< of who connected last
};
INSTANTIATE_TEST_SUITE_P(On, NodesFlow, testing::Values(1U, 3U), shards_of);

TEST_P(NodesFlow, AUserIsReachedOnAllServers) {
    PipeStage& a = add();
    PipeStage& b = add();
    PipeStage& c = add();
    StompClient& here = log_in(a, "bob");
    StompClient& there = log_in(b, "bob");
    StompClient& again = log_in(b, "bob");
    StompClient& other = log_in(b, "alice");
    EXPECT_EQ(result(c.app.messenger().send_to_user("bob", "/queue/x", "hi")), 3U);
    for (StompClient* client : {&here, &there, &again})
        EXPECT_THAT(bodies(*client), ElementsAre("MESSAGE hi"));
    EXPECT_THAT(bodies(other), IsEmpty());
    EXPECT_EQ(result(a.app.messenger().send_to_user("bob", "/queue/x", "hi")), 3U);
    EXPECT_EQ(result(a.app.messenger().send_to_user("bob", "/queue/y", "hi")), 0U);
    EXPECT_EQ(result(a.app.messenger().send_to_user("carol", "/queue/x", "hi")), 0U);
}

TEST_P(NodesFlow, AMessageLooksTheSameEverywhere) {
    PipeStage& a = add();
    PipeStage& b = add();
    StompClient& here = log_in(a, "bob");
    StompClient& there = log_in(b, "bob");
    Headers headers{{"content-type", "text/x"}, {"color", "red"}};
    a.app.messenger().send_to_user("bob", "/queue/x", std::string("h\0i", 3), headers);
    settle();
    const StompFrame one = here.next();
    const StompFrame two = there.next();
    EXPECT_EQ(one.headers, two.headers);
    EXPECT_EQ(two.header("destination"), "/user/queue/x");
    EXPECT_EQ(two.header("color"), "red");
    EXPECT_EQ(two.body, std::string("h\0i", 3));
}

TEST_P(NodesFlow, ClientsAndControllersReachUsersElsewhere) {
    config.stomp.user_messages = true;
    PipeStage& a = add();
    PipeStage& b = add();
    StompClient& alice = log_in(a, "alice");
    StompClient& bob = log_in(b, "bob");
    alice.say("SEND\ndestination:/user/bob/queue/x\nreceipt:r\n\nhi^");
    EXPECT_THAT(bodies(bob), ElementsAre("MESSAGE hi"));
    EXPECT_EQ(alice.next().header("receipt-id"), "r");
    alice.send("/app/to-bob", "again");
    EXPECT_THAT(bodies(bob), ElementsAre("MESSAGE again"));
}

TEST_P(NodesFlow, AReplyToAUserReachesTheirOtherSessions) {
    PipeStage& a = add();
    PipeStage& b = add();
    StompClient& here = log_in(a, "bob");
    StompClient& there = log_in(b, "bob");
    here.say("SEND\ndestination:/app/tell/me\nreceipt:r\n\nhi^");
    EXPECT_THAT(bodies(there), ElementsAre("MESSAGE hi"));
    EXPECT_THAT(bodies(here), testing::UnorderedElementsAre("MESSAGE hi", "RECEIPT "));
}

TEST_P(NodesFlow, ASessionIsReachedByItsId) {
    PipeStage& a = add(true);
    PipeStage& b = add(true);
    StompClient& nobody = log_in(b, "");
    const std::string id = session;
    StompClient& other = log_in(b, "");
    EXPECT_EQ(result(a.app.messenger().send_to_session(id, "/queue/x", "hi")), 1U);
    EXPECT_EQ(result(a.app.messenger().send_to_user(id, "/queue/x", "you")), 1U) << "nobody is a user too";
    EXPECT_THAT(bodies(nobody), ElementsAre("MESSAGE hi", "MESSAGE you"));
    EXPECT_THAT(bodies(other), IsEmpty());
    EXPECT_EQ(result(a.app.messenger().send_to_session(id + "0", "/queue/x", "hi")), 0U);
    EXPECT_EQ(result(a.app.messenger().send_to_session("bob", "/queue/x", "hi")), 0U);
}

TEST_P(NodesFlow, UsersAndSessionsAreClosedEverywhere) {
    PipeStage& a = add();
    PipeStage& b = add();
    StompClient& here = log_in(a, "bob");
    StompClient& there = log_in(b, "bob");
    StompClient& alice = log_in(b, "alice");
    const std::string alices = session;
    EXPECT_EQ(result(a.app.user_registry().close_user("bob", {4001, "out"})), 2U);
    for (StompClient* client : {&here, &there}) {
        const StompFrame frame = client->next();
        EXPECT_EQ(frame.command, "ERROR");
        EXPECT_EQ(frame.header("message"), "out");
    }
    EXPECT_TRUE(result(a.app.user_registry().unsubscribe(alices, "1")));
    EXPECT_FALSE(result(a.app.user_registry().unsubscribe(alices, "1")));
    EXPECT_THAT(bodies(alice), IsEmpty());
    EXPECT_TRUE(result(a.app.user_registry().close_session(alices)));
    EXPECT_FALSE(result(a.app.user_registry().close_session(alices)));
    EXPECT_EQ(alice.next().command, "ERROR");
}

TEST_P(NodesFlow, TheServersAreAskedAsOne) {
    PipeStage& a = add();
    PipeStage& b = add();
    connect(a, "bob");
    connect(b, "bob");
    const std::string bobs = session;
    connect(b, "alice").subscribe("2", "/topic/room/7");
    pass(100ms);
    Nodes& nodes = a.app.nodes();

    const auto servers = result(nodes.nodes());
    ASSERT_THAT(servers, SizeIs(2));
    EXPECT_EQ(servers[0].users, 1U);
    EXPECT_EQ(servers[1].users, 2U);
    EXPECT_TRUE(servers[1].complete);

    const auto users = result(nodes.users());
    ASSERT_THAT(users, SizeIs(2));
    EXPECT_EQ(users[0].user, "alice");
    EXPECT_THAT(users[0].nodes, ElementsAre(servers[1].name));
    EXPECT_THAT(users[1].nodes, ElementsAre(servers[0].name, servers[1].name));

    const auto bob = result(nodes.user("bob"));
    ASSERT_TRUE(bob.value);
    EXPECT_EQ(bob.value->name, "bob");
    ASSERT_THAT(bob.value->sessions, SizeIs(2));
    EXPECT_EQ(bob.value->sessions[1].id, bobs);
    EXPECT_EQ(bob.value->sessions[1].subscriptions.at(0).destination, "/user/queue/x");
    EXPECT_THAT(bob.silent, IsEmpty());
    EXPECT_FALSE(bob.cut);
    EXPECT_FALSE(result(nodes.user("carol")).value);

    const auto rooms = result(nodes.find_subscriptions("/topic/room/*"));
    ASSERT_THAT(rooms.value, SizeIs(1));
    EXPECT_EQ(rooms.value[0].user, "alice");
    EXPECT_EQ(rooms.value[0].id, "2");
    EXPECT_THROW((void)nodes.find_subscriptions("/topic/**/x"), std::invalid_argument);

    const auto counts = result(nodes.counts());
    EXPECT_EQ(counts.value.sessions, 3U);
    EXPECT_EQ(counts.value.subscriptions, 4U);
    EXPECT_EQ(result(a.app.user_registry().session_count()), 1U) << "this server's alone";
}

TEST_P(NodesFlow, AServerThatEndsIsForgotten) {
    PipeStage& a = add();
    PipeStage& b = add();
    log_in(b, "bob");
    EXPECT_THAT(result(a.app.nodes().nodes()), SizeIs(2));
    clients.clear();
    b.app.stop();
    settle();
    EXPECT_THAT(result(a.app.nodes().nodes()), SizeIs(1));
    EXPECT_EQ(result(a.app.messenger().send_to_user("bob", "/queue/x", "hi")), 0U);
    EXPECT_THAT(result(a.app.nodes().users()), IsEmpty());
}

TEST_P(NodesFlow, WhileTheBrokerIsAwayNothingIsPromised) {
    config.stomp.user_messages = true;
    PipeStage& a = add();
    PipeStage& b = add();
    StompClient& alice = log_in(a, "alice");
    StompClient& annas = log_in(a, "anna");
    StompClient& bob = log_in(b, "bob");
    exchange.set_away(true);
    settle();
    EXPECT_EQ(result(a.app.messenger().send_to_user("bob", "/queue/x", "hi")), 0U);
    alice.say("SEND\ndestination:/user/anna/queue/x\nreceipt:r\n\nhi^");
    EXPECT_EQ(alice.next().header("receipt-id"), "r") << "who is here alone is reached";
    EXPECT_THAT(bodies(annas), ElementsAre("MESSAGE hi"));
    alice.say("SEND\ndestination:/user/bob/queue/x\nreceipt:r\n\nhi^");
    const StompFrame answer = alice.next();
    EXPECT_EQ(answer.command, "ERROR");
    EXPECT_EQ(answer.header("code"), "unavailable");
    EXPECT_EQ(result(a.app.nodes().user("bob")).silent.size(), 1U);
    exchange.set_away(false);
    pass(200ms);
    EXPECT_EQ(result(a.app.messenger().send_to_user("bob", "/queue/x", "there")), 1U);
    EXPECT_THAT(bodies(bob), ElementsAre("MESSAGE there"));
}

TEST_P(NodesFlow, LettersWaitForNoOneInParticular) {
    PipeStage& a = add();
    PipeStage& b = add();
    for (int i = 0; i < 20; ++i) connect(b, "user-" + std::to_string(i));
    clients.erase(clients.begin(), clients.begin() + 10);
    pass(200ms);
    const auto users = result(a.app.nodes().users());
    EXPECT_THAT(users, SizeIs(10));
    EXPECT_EQ(users.front().user, "user-10");
}

TEST_P(NodesFlow, SwitchedOffNothingOfItIsThere) {
    config.nodes.enabled = false;
    PipeStage& a = add();
    PipeStage& b = add();
    log_in(b, "bob");
    EXPECT_EQ(session.size(), 32U);
    EXPECT_EQ(result(a.app.messenger().send_to_user("bob", "/queue/x", "hi")), 0U);
    EXPECT_THAT(result(a.app.nodes().nodes()), IsEmpty());
    EXPECT_EQ(result(b.app.nodes().counts()).value.sessions, 1U);
    EXPECT_TRUE(result(b.app.nodes().user("bob")).value);
}

}  // namespace
}  // namespace stentor::test
