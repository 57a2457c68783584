#include <stentor/coroutine.hpp>
#include <stentor/stentor.hpp>
#include <stentor/testing/test_app.hpp>

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>
#include <thread>

// Outside of namespace stentor, as users' tests are.
namespace {

using namespace std::chrono_literals;
using stentor::testing::ConnectOptions;
using stentor::testing::Failure;
using stentor::testing::Frame;
using stentor::testing::StompClient;
using stentor::testing::TestApp;
using stentor::testing::Transport;
using testing::AllOf;
using testing::HasSubstr;

struct HelloMessage {
    std::string name;
};
struct Greeting {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))

/// Sends back what it gets; counts who is there.
class Echo final : public stentor::WebSocketHandler {
public:
    void after_connection_established(stentor::WebSocketSession session) override {
        handshake = session.handshake();
        ++open;
    }
    void handle_text_message(stentor::WebSocketSession session, std::string_view text) override {
        if (text == "close") return session.close({4000, "as you like"});
        session.send_text(text);
    }
    void handle_binary_message(stentor::WebSocketSession session, std::string_view bytes) override {
        session.send_binary(bytes);
    }
    void after_connection_closed(stentor::WebSocketSession, stentor::CloseStatus status) override {
        last = status;
        --open;
    }
    stentor::Handshake handshake;
    stentor::CloseStatus last;
    int open = 0;
};

std::string failure_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Failure& failure) { return failure.what(); }
    return "no failure";
}

/// An application on one shard or several.
class Kit : public testing::TestWithParam<unsigned> {
protected:
    void SetUp() override {
        app.add_stomp_endpoint("/ws").with_sockjs();
        app.add_handler("/echo", echo).with_sockjs();
        app.message_mapping("/hello",
                            [](const HelloMessage& hello) { return Greeting{"Hello, " + hello.name + "!"}; })
            .send_to("/topic/greeting");
        app.message_mapping("/late",
                            [](HelloMessage hello) -> stentor::awaitable<Greeting> {
                                co_await stentor::sleep_for(1s);
                                co_await stentor::sleep_for(1h);
                                co_return Greeting{"Hello at last, " + hello.name + "!"};
                            })
            .send_to("/topic/greeting");
        app.message_mapping("/real",
                            []() -> stentor::awaitable<std::string> {
                                boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                                                5ms);
                                co_await timer.async_wait(boost::asio::use_awaitable);
                                co_return "by the system's clock";
                            })
            .send_to("/topic/greeting");
        app.message_mapping("/work", [](const std::string& text) { return text + " done"; })
            .send_to("/topic/greeting")
            .on_workers();
        app.message_mapping("/who",
                            [](std::optional<stentor::Principal> who) { return who ? who->name : "nobody"; })
            .send_to_user("/queue/who");
        app.start({.shards = GetParam()});
    }
    std::shared_ptr<Echo> echo = std::make_shared<Echo>();
    TestApp app;
};
INSTANTIATE_TEST_SUITE_P(On, Kit, testing::Values(1U, 3U),
                         [](const auto& on) { return std::to_string(on.param) + "_shards"; });

TEST_P(Kit, AStructGoesInAndAStructComesBack) {
    StompClient alice = app.connect();
    StompClient bob = app.connect();
    bob.subscribe("/topic/greeting");
    alice.send("/app/hello", HelloMessage{"World"});
    EXPECT_EQ(bob.receive<Greeting>().content, "Hello, World!");
    alice.expect_nothing();
    bob.expect_nothing();
}

TEST_P(Kit, WhatOneSendsIsOrderedByTheTest) {
    StompClient reader = app.connect();
    reader.subscribe("/topic/x");
    StompClient writers[] = {app.connect(), app.connect(), app.connect()};
    for (int i = 0; i < 9; ++i) writers[i % 3].send("/topic/x", std::to_string(i));
    for (int i = 0; i < 9; ++i) EXPECT_EQ(reader.receive(), std::to_string(i));
}

TEST_P(Kit, ACoroutineSleepsByTheCountedTime) {
    StompClient alice = app.connect();
    alice.subscribe("/topic/greeting");
    alice.send("/app/late", HelloMessage{"World"});
    alice.expect_nothing();
    app.advance(1h + 999ms);
    EXPECT_THAT(failure_of([&] { alice.receive(); }), HasSubstr("a coroutine sleeps for another 1 ms"));
    app.advance(1ms);
    EXPECT_EQ(alice.receive<Greeting>().content, "Hello at last, World!");
}

TEST_P(Kit, ACoroutineThatSleepsAtTheEndIsDropped) {
    StompClient alice = app.connect();
    alice.send("/app/late", HelloMessage{"World"});
    app.stop();
    alice.expect_closed(1001);
}

TEST_P(Kit, UsersOwnIoIsWaitedForByTheRealClock) {
    StompClient alice = app.connect();
    alice.subscribe("/topic/greeting");
    alice.send("/app/real", "");
    EXPECT_EQ(alice.receive(), "by the system's clock");
}

TEST_P(Kit, WorkersWorkAtOnce) {
    StompClient alice = app.connect();
    alice.subscribe("/topic/greeting");
    alice.send("/app/work", "this");
    EXPECT_EQ(alice.receive(), "this done");
}

TEST_P(Kit, AnotherThreadIsWaitedForAsLongAsTheTestSays) {
    StompClient alice = app.connect();
    alice.subscribe("/topic/x");
    app.set_patience(60s);
    std::thread sender([&] { app.messenger().send("/topic/x", "from outside"); });
    EXPECT_EQ(alice.receive(), "from outside");
    sender.join();
}

TEST_P(Kit, TheMessengersMessagesArriveWithTheNextCall) {
    StompClient alice = app.connect();
    alice.subscribe("/topic/x");
    app.messenger().send("/topic/x", "from the test");
    EXPECT_EQ(alice.receive(), "from the test");
}

TEST_P(Kit, APrincipalNeedsNoCredentialsOverAnyTransport) {
    for (const Transport transport :
         {Transport::websocket, Transport::sockjs, Transport::sockjs_xhr_streaming, Transport::sockjs_xhr,
          Transport::sockjs_none, Transport::tcp}) {
        StompClient alice =
            app.connect({.principal = stentor::Principal{"alice", {}}, .transport = transport});
        EXPECT_EQ(alice.connected().header("user-name"), "alice");
        alice.subscribe("/user/queue/who");
        alice.send("/app/who", "");
        EXPECT_EQ(alice.receive(), "alice");
        if (transport == Transport::tcp) continue;
        auto raw = app.open("/echo", {.principal = stentor::Principal{"alice", {}}, .transport = transport});
        EXPECT_EQ(echo->handshake.principal.value_or(stentor::Principal{}).name, "alice");
    }
    EXPECT_FALSE(app.connect().connected().headers.contains("user-name"));
}

TEST_P(Kit, HandlersGetTextAndBytesOverEveryTransport) {
    for (const Transport transport :
         {Transport::websocket, Transport::sockjs, Transport::sockjs_xhr_streaming, Transport::sockjs_xhr,
          Transport::sockjs_none}) {
        auto client = app.open(
            "/echo",
            {.transport = transport, .http_headers = {{"X-Test", "7"}}, .remote_address = "192.0.2.7:1234"});
        EXPECT_EQ(echo->handshake.remote_address, "192.0.2.7:1234");
        EXPECT_EQ(echo->handshake.header("x-test"), "7");
        client.send_text("one");
        client.send(Greeting{"two"});
        EXPECT_EQ(client.receive(), "one");
        EXPECT_EQ(client.receive<Greeting>().content, "two");
        client.expect_nothing();
        client.send_text("close");
        EXPECT_EQ(client.expect_closed(4000).reason, "as you like");
    }
    auto binary = app.open("/echo");
    binary.send_binary(std::string("\0\xFF", 2));
    EXPECT_TRUE(binary.expect_message().binary);
    binary.close({1000, "done"});
    binary.expect_closed(1000);
    EXPECT_EQ(echo->last, (stentor::CloseStatus{1000, "done"}));
    EXPECT_EQ(echo->open, 0);
}

TEST_P(Kit, AClientThatGoesOutOfScopeIsGone) {
    {
        auto client = app.open("/echo");
        EXPECT_EQ(echo->open, 1);
    }
    app.settle();
    EXPECT_EQ(echo->open, 0);
    EXPECT_EQ(echo->last.code, 1006);
}

TEST_P(Kit, WhatIsDueHappensAtItsMoment) {
    StompClient silent = app.connect({.headers = {{"heart-beat", "1000,0"}}});
    StompClient quiet = app.connect();
    app.advance(1500ms);
    silent.expect_nothing();
    app.advance(24h);  // with pings, which clients answer by themselves
    silent.expect_closed();
    quiet.send("/topic/x", "still here");
    quiet.expect_nothing();
}

TEST_P(Kit, MessagesAreAcknowledged) {
    StompClient worker = app.connect();
    worker.subscribe("/queue/work", {{"ack", "client-individual"}, {"prefetch-count", "1"}});
    worker.send("/queue/work", "one");
    worker.send("/queue/work", "two");
    const Frame first = worker.expect_message();
    EXPECT_EQ(first.body, "one");
    worker.expect_nothing();
    worker.nack(first);
    const Frame again = worker.expect_message();
    EXPECT_EQ(again.header("redelivered"), "true");
    worker.ack(again);
    EXPECT_EQ(worker.receive(), "two");
}

TEST_P(Kit, OtherFramesAndReceipts) {
    StompClient alice = app.connect();
    const std::string id = alice.subscribe("/topic/x");
    alice.send_frame("BEGIN", {{"transaction", "t"}, {"receipt", "r"}});
    alice.send("/topic/x", "a", {{"transaction", "t"}});
    alice.expect_receipt("r");
    alice.expect_nothing();
    alice.send_frame("COMMIT", {{"transaction", "t"}});
    EXPECT_EQ(alice.receive("/topic/x"), "a");
    alice.unsubscribe(id);
    alice.send("/topic/x", "b");
    alice.expect_nothing();
    alice.disconnect();
}

TEST_P(Kit, AMessageIsPickedByItsDestination) {
    StompClient alice = app.connect();
    alice.subscribe("/topic/**");
    alice.send("/topic/a", "1");
    alice.send("/topic/b", "2");
    alice.send("/topic/b", "3");
    EXPECT_EQ(alice.receive("/topic/b"), "2");
    EXPECT_EQ(alice.receive(), "1");
    EXPECT_EQ(alice.receive(), "3");
}

TEST_P(Kit, AFailureSaysWhatWasExpectedAndWhatCame) {
    StompClient alice = app.connect({.name = "Alice"});
    alice.subscribe("/topic/x");
    EXPECT_EQ(failure_of([&] { alice.receive("/topic/y"); }),
              "Alice: expected a MESSAGE of /topic/y, but nothing came");
    alice.send("/topic/x", "surprise");
    EXPECT_EQ(failure_of([&] { alice.receive("/topic/y"); }),
              "Alice: expected a MESSAGE of /topic/y, but there came:\n  MESSAGE /topic/x: surprise");
    EXPECT_EQ(failure_of([&] { alice.expect_nothing(); }),
              "Alice: expected nothing, but there came:\n  MESSAGE /topic/x: surprise");
    EXPECT_THAT(failure_of([&] { alice.expect_error(); }),
                "Alice: expected the next frame to be ERROR, but there came:\n  MESSAGE /topic/x: surprise");
    alice.send("/topic/x", R"({"name":"x"})");
    EXPECT_THAT(failure_of([&] { alice.receive<Greeting>(); }),
                AllOf(HasSubstr("content is missing"), HasSubstr(R"(it was: {"name":"x"})")));
    EXPECT_THAT(failure_of([&] { alice.expect_closed(); }), HasSubstr("but it goes on"));
    EXPECT_THAT(failure_of([&] { alice.subscribe("/nowhere"); }),
                HasSubstr("Alice: expected the RECEIPT of SUBSCRIBE /nowhere, but there came:\n  ERROR"));
    alice.expect_closed();
    EXPECT_THAT(failure_of([&] { alice.receive(); }),
                HasSubstr("expected the next frame to be MESSAGE, but the session was closed: 1002"));
    alice.lose();
    EXPECT_THAT(failure_of([&] { alice.send("/topic/x", ""); }), HasSubstr("was given up by lose()"));
    EXPECT_THAT(failure_of([&] { app.open("/nowhere"); }), HasSubstr("404"));
}

/// Registered and started by each test itself.
class KitAlone : public testing::Test {
protected:
    TestApp app;
};

TEST_F(KitAlone, CredentialsAreAsked) {
    app.add_stomp_endpoint("/ws");
    app.set_authenticator(std::make_shared<stentor::UserList>(stentor::UserList{{"alice", "wonderland"}}));
    app.start();
    EXPECT_EQ(app.connect({.login = "alice", .passcode = "wonderland"}).connected().header("user-name"),
              "alice");
    EXPECT_EQ(app.expect_refused({.login = "alice", .passcode = "guess"}).command, "ERROR");
    EXPECT_THAT(failure_of([&] { app.connect({.login = "alice", .passcode = "guess"}); }),
                HasSubstr("alice: expected the next frame to be CONNECTED, but there came:\n  ERROR"));
    EXPECT_EQ(app.connect({.principal = stentor::Principal{"bob", {}}}).connected().header("user-name"),
              "bob");
}

TEST_F(KitAlone, WhatCannotBeIsSaid) {
    EXPECT_THAT(failure_of([&] { app.connect({.path = "/ws"}); }), HasSubstr("call start() first"));
    EXPECT_THAT(failure_of([&] { app.connect(); }), HasSubstr("call add_stomp_endpoint()"));
    EXPECT_THAT(failure_of([&] { app.advance(1s); }), HasSubstr("call start() first"));
    app.message_mapping("/{x", [] {});
    EXPECT_THROW(app.start(), stentor::ConfigError);
}

TEST_F(KitAlone, ClientsMayOutliveIt) {
    auto own = std::make_unique<TestApp>();
    own->add_stomp_endpoint("/ws");
    own->start();
    StompClient alice = own->connect();
    own.reset();
    alice.expect_closed(1001);
    EXPECT_THAT(failure_of([&] { alice.receive(); }), HasSubstr("1001"));
}

TEST_F(KitAlone, ItStartsAgain) {
    app.add_stomp_endpoint("/ws");
    app.start();
    const std::string first = app.connect().connected().header("session");
    app.stop();
    EXPECT_THAT(failure_of([&] { app.connect(); }), HasSubstr("stopped"));
    app.start();
    EXPECT_EQ(app.connect().connected().header("session"), first) << "the same ids in every run";
}

}  // namespace
