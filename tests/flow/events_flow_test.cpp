// What sessions tell the application of themselves, over every transport and from the shards they are on.
#include "flow_test.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

namespace stentor::test {
namespace {

class EventsFlow : public FlowTest {
protected:
    /// The last events come when the application ends.
    ~EventsFlow() override {
        clients.clear();
        stage.reset();
    }
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().on<SessionConnecting>([this](const SessionConnecting& e) { note(e.session, "connecting"); });
        app().on<SessionConnected>([this](const SessionConnected& e) { note(e.session, "connected"); });
        app().on<SessionSubscribed>(
            [this](const SessionSubscribed& e) { note(e.session, "+" + e.destination); });
        app().on<SessionUnsubscribed>(
            [this](const SessionUnsubscribed& e) { note(e.session, "-" + e.destination); });
        app().on<SessionDisconnected>([this](const SessionDisconnected& e) {
            note(e.session, to_string(e.reason));
            ++ended;
        });
    }
    void note(const Session& session, const std::string& what) {
        const std::lock_guard lock(mutex);
        std::string& line = told[session.id()];
        line += (line.empty() ? "" : " ") + what;
    }
    /// What was told of each session, sorted.
    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex);
        std::vector<std::string> all;
        for (const auto& [session, line] : told) all.push_back(line);
        std::ranges::sort(all);
        return all;
    }
    bool all_ended(unsigned sessions) {
        return until([&] {
            for (const auto& one : clients) one->peek();
            return ended == sessions;
        });
    }

    std::mutex mutex;
    std::map<std::string, std::string> told;
    std::atomic<unsigned> ended = 0;
};
INSTANTIATE_TEST_SUITE_P(On, EventsFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(EventsFlow, OfEveryTransportComeOnce) {
    stage->config.stomp_port = 0;
    stage->start();
    for (const Transport transport : stomp_transports) {
        StompClient& one = client(transport);
        one.subscribe("1", "/topic/a");
        one.say("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
        EXPECT_EQ(one.next().header("receipt-id"), "u");
        one.disconnect();
    }
    ASSERT_TRUE(all_ended(std::size(stomp_transports)));
    clients.clear();
    stage->stop();
    EXPECT_THAT(lines(), testing::Each("connecting connected +/topic/a -/topic/a by-client"));
    EXPECT_EQ(lines().size(), std::size(stomp_transports));
}

TEST_P(EventsFlow, OfConnectionsThatAreLost) {
    stage->config.stomp_port = 0;
    stage->start();
    for (const Transport transport : {Transport::tcp, Transport::websocket, Transport::sockjs_websocket})
        client(transport).subscribe("1", "/topic/a");
    clients.clear();
    ASSERT_TRUE(all_ended(3));
    EXPECT_THAT(lines(), testing::Each("connecting connected +/topic/a connection-lost"));
}

TEST_P(EventsFlow, OfErrors) {
    stage->config.stomp_port = 0;
    stage->start();
    for (const Transport transport : stomp_transports) {
        StompClient& one = client(transport);
        one.say("SEND\n\n^SUBSCRIBE\n\n^");
        EXPECT_EQ(one.next().command, "ERROR");
        EXPECT_TRUE(one.ends());
    }
    ASSERT_TRUE(all_ended(std::size(stomp_transports)));
    EXPECT_THAT(lines(), testing::Each("connecting connected protocol-error"));
}

TEST_P(EventsFlow, OfAServerThatStops) {
    stage->config.stomp_port = 0;
    stage->config.shutdown_timeout = 1s;
    stage->start();
    for (const Transport transport : stomp_transports) client(transport);
    for (int i = 0; i < 3; ++i)  // that never say CONNECT
        clients.push_back(std::make_unique<StompClient>(*stage, Transport::websocket));
    until([] { return true; });
    stage->stop([&] {
        for (const auto& one : clients) one->peek();
    });
    EXPECT_EQ(ended, std::size(stomp_transports) + 3);
    const auto all = lines();
    EXPECT_EQ(std::ranges::count(all, "connecting connected server-stops"), std::size(stomp_transports));
    EXPECT_EQ(std::ranges::count(all, "server-stops"), 3);
}

/// A session is closed from where it is at work: by a function of its own, an interceptor, a listener.
TEST_P(EventsFlow, ASessionMayBeClosedFromItsOwnFunctions) {
    app().message_mapping("/close", [this](Session& session) {
        app().user_registry().close_session(session.id(), {4000, "by a function"});
    });
    app().intercept_inbound([this](InboundFrame& frame) {
        if (frame.body == "close")
            app().user_registry().close_session(frame.session.id(), {4001, "by an interceptor"});
    });
    app().intercept_outbound([this](OutboundMessage& message) {
        if (message.message().body == "close me")
            app().user_registry().close_session(message.session().id(), {4002, "by an outbound one"});
    });
    app().on<SessionSubscribed>([this](const SessionSubscribed& e) {
        if (e.destination == "/topic/close")
            app().user_registry().close_session(e.session.id(), {4003, "by a listener"});
    });
    stage->start();
    for (int i = 0; i < 4; ++i) client();
    clients[0]->send("/app/close", "");
    clients[1]->send("/topic/x", "close");
    clients[2]->say("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^SEND\ndestination:/topic/a\n\nclose me^");
    clients[3]->say("SUBSCRIBE\nid:1\ndestination:/topic/close\n\n^");
    EXPECT_EQ(clients[2]->next().body, "close me");
    for (int i = 0; i < 4; ++i) {
        const StompFrame error = clients[i]->next();
        EXPECT_EQ(error.header("code"), "closed") << i;
        EXPECT_TRUE(clients[i]->ends());
        EXPECT_EQ(clients[i]->carrier().close_code, 4000U + i);
    }
    ASSERT_TRUE(all_ended(4));
    for (const std::string& line : lines()) EXPECT_THAT(line, testing::EndsWith("by-application"));
}

/// A listener may send to its session, to others, and end others.
TEST_P(EventsFlow, AListenerMayDoWhatItLikes) {
    app().on<SessionSubscribed>([this](const SessionSubscribed& e) {
        if (e.destination != "/user/queue/hello") return;
        app().messenger().send_to_session(e.session.id(), "/queue/hello", "welcome");
        app().messenger().send("/topic/joined", e.session.id());
        app().user_registry().unsubscribe(e.session.id(), "1");
    });
    app().on<SessionUnsubscribed>(
        [this](const SessionUnsubscribed& e) { app().user_registry().close_session(e.session.id()); });
    stage->start();
    client().subscribe("j", "/topic/joined");
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<StompClient>(*stage, Transport::websocket));
        ids.push_back(clients.back()->connect().header("session"));
        clients.back()->say("SUBSCRIBE\nid:1\ndestination:/user/queue/hello\n\n^");
        EXPECT_EQ(clients.back()->next().body, "welcome");
        EXPECT_EQ(clients.back()->next().command, "ERROR");
        EXPECT_EQ(clients[0]->next_bodies(1), std::vector{ids.back()});
    }
    ASSERT_TRUE(all_ended(3));
    for (const std::string& id : ids)
        EXPECT_EQ(told[id], "connecting connected +/user/queue/hello -/user/queue/hello by-application");
}

/// Objects of a session are there for its last event, and gone after it.
class Cart {
public:
    explicit Cart(std::atomic<int>& living) : living_(living) { ++living_; }
    ~Cart() { --living_; }
    std::vector<std::string> items;

private:
    std::atomic<int>& living_;
};

TEST_P(EventsFlow, ASessionsObjectsDieWithIt) {
    std::atomic<int> living = 0;
    std::atomic<unsigned> items = 0;
    app().session_scope<Cart>([&](Session&) { return std::make_unique<Cart>(living); });
    app()
        .message_mapping("/buy",
                         [](Scoped<Cart> cart, std::string what) {
                             cart->items.push_back(std::move(what));
                             return std::to_string(cart->items.size());
                         })
        .send_to_user("/queue/cart", UserSessions::asking);
    app().on<SessionDisconnected>([&](const SessionDisconnected& e) {
        if (const auto cart = find_scoped<Cart>(e.session))
            items += static_cast<unsigned>(cart->items.size());
    });
    stage->start();
    for (int i = 0; i < 3; ++i) client().subscribe("1", "/user/queue/cart");
    EXPECT_EQ(living, 0) << "nobody asked for one";
    for (int i = 0; i < 2; ++i) {
        clients[i]->send("/app/buy", "tea");
        clients[i]->send("/app/buy", "milk");
        EXPECT_THAT(clients[i]->next_bodies(2), ElementsAre("1", "2"));
    }
    EXPECT_EQ(living, 2);
    clients[0]->disconnect();
    ASSERT_TRUE(until([&] { return living == 1; }));
    clients.clear();
    ASSERT_TRUE(all_ended(3));
    ASSERT_TRUE(until([&] { return living == 0; }));
    EXPECT_EQ(items, 4U);
}

}  // namespace
}  // namespace stentor::test
