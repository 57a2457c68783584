// A test of an application with no framework at all.
#include <stentor/coroutine.hpp>
#include <stentor/testing/test_app.hpp>

#include <cstdio>

using namespace std::chrono_literals;

int main() {
    try {
        stentor::testing::TestApp app;
        app.add_stomp_endpoint("/ws");
        app.message_mapping("/late",
                            [](std::string text) -> stentor::awaitable<std::string> {
                                co_await stentor::sleep_for(1h);
                                co_return text + ", an hour later";
                            })
            .send_to("/topic/late");
        app.start();
        auto alice = app.connect();
        alice.subscribe("/topic/late");
        alice.send("/app/late", "the same");
        app.advance(1h);
        std::puts(alice.receive().c_str());
        alice.receive();
    } catch (const stentor::testing::Failure& failure) { std::puts(failure.what()); }
}
