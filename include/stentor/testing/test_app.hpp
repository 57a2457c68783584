#pragma once

#include "stentor/app.hpp"
#include "stentor/testing/clients.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace stentor::test {
class Kit;
}

namespace stentor::testing {

/// An App for tests: the whole application in the test's own thread, without sockets, and by a clock that
/// only advance() moves. Register with it what main() registers, start() it, connect clients.
///
///     stentor::testing::TestApp app;
///     register_greeting(app);
///     app.start();
///     auto alice = app.connect({.login = "alice"});
///     alice.subscribe("/topic/greeting");
///     alice.send("/app/hello", HelloMessage{"World"});
///     app.advance(1s);  // greet() sleeps a second
///     EXPECT_EQ(alice.receive<Greeting>().content, "Hello, World!");
///     alice.expect_nothing();
///
/// Functions mapped .on_workers() run in the test's thread too, and sleep_for sleeps by the counted time. The
/// same test has the same course in every run: also the random ids are the same.
class TestApp : public App {
public:
    TestApp();
    ~TestApp();

    /// On one shard unless `config` says otherwise; its addresses and ports mean nothing here.
    void start(Config config = {});
    /// Closes the sessions with 1001. What they were sent before can still be received.
    void stop();

    /// A STOMP session. Throws Failure when it is refused.
    StompClient connect(const ConnectOptions& options = {});
    /// The ERROR by which it is refused.
    Frame expect_refused(const ConnectOptions& options);
    /// A session at the handler of that path.
    WebSocketClient open(std::string path, ConnectOptions options = {});

    /// Lets that much time go by: whatever is due happens at its moment.
    void advance(std::chrono::nanoseconds time);
    /// Lets everything happen that needs no time. Every call of a client does so too; needed after calls of
    /// the application itself, such as messenger().send(), before something else than a client looks.
    void settle();
    /// How long expectations wait, by the real clock, for other threads of the test's own: not at all unless
    /// set. For I/O of users' coroutines they wait up to ten seconds.
    void set_patience(std::chrono::milliseconds patience);

    int run(Config) = delete;  ///< it would wait for a signal

private:
    std::shared_ptr<StompClient::Stomp> open_stomp(const ConnectOptions& options);

    std::shared_ptr<test::Kit> kit_;
    unsigned last_client_ = 0;
};

}  // namespace stentor::testing
