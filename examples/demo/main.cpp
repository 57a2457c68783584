// The demo page's server: a greeting, a chat and a raw handler.
#include "../common/command_line.hpp"
#include "../user_greeting/user_greeting.hpp"

#include <stentor/coroutine.hpp>
#include <stentor/stentor.hpp>

#include <ctime>
#include <filesystem>
#include <memory>
#include <thread>

using namespace std::chrono_literals;

struct HelloMessage {
    std::string name;
};
struct Greeting {
    std::string content;
};
struct ChatMessage {
    std::string from;
    std::string text;
};
struct ChatLine {
    std::string from;
    std::string text;
    std::string at;
};
struct Welcome {
    std::string room;
    std::string hello;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))
BOOST_DESCRIBE_STRUCT(ChatMessage, (), (from, text))
BOOST_DESCRIBE_STRUCT(ChatLine, (), (from, text, at))
BOOST_DESCRIBE_STRUCT(Welcome, (), (room, hello))

stentor::awaitable<Greeting> greet(HelloMessage hello) {
    co_await stentor::sleep_for(1s);  // simulated work; nobody else waits
    co_return Greeting{"Hello, " + stentor::html_escape(hello.name) + "!"};
}

Greeting greet_blocking(const HelloMessage& hello) {
    std::this_thread::sleep_for(1s);  // work that blocks its thread, which is a worker's
    return Greeting{"Hello, " + stentor::html_escape(hello.name) + "!"};
}

std::string now_as_text() {
    char text[32];
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    return text;
}

ChatLine chat(ChatMessage message) {
    return {std::move(message.from), std::move(message.text), now_as_text()};
}

Welcome welcome(const stentor::Var<"room">& room) { return {room.value, "Welcome to " + room.value + "!"}; }

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"--web", "--vendor"});
    const std::filesystem::path web = line.text("--web", "examples/demo/web");
    const std::filesystem::path vendor = line.text("--vendor", "tests/web/node_modules");
    stentor::App app;
    try {
        app.add_resource_handler("/", web);
        app.add_resource("/vendor/stomp.umd.min.js", vendor / "@stomp/stompjs/bundles/stomp.umd.min.js");
        app.add_resource("/vendor/sockjs.min.js", vendor / "sockjs-client/dist/sockjs.min.js");
    } catch (const stentor::ConfigError& e) {
        std::fprintf(stderr,
                     "demo: %s\nRun it by scripts/demo, or name the folders with --web and --vendor.\n",
                     e.what());
        return 2;
    }
    app.enable_simple_broker({"/queue", "/topic"});
    app.set_application_destination_prefixes({"/app"});
    app.add_stomp_endpoint("/gs-guide-websocket").with_sockjs();
    app.add_handler("/user", std::make_shared<UserGreeting>()).set_allowed_origins({"*"}).with_sockjs();
    app.message_mapping("/hello", greet).send_to("/topic/greeting");
    app.message_mapping("/hello-blocking", greet_blocking).send_to("/topic/greeting").on_workers();
    app.message_mapping("/chat/{room}", chat);  // answered on /topic/chat/{room}
    app.subscribe_mapping("/chat/{room}/welcome", welcome);
    app.on_listening(say);
    return app.run(line.config());
}
