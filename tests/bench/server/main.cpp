// The Stentor that scripts/bench-peers measures: what a configuration file says, a raw WebSocket echo at
// /echo, and the controller of Spring's guide without its pause.
//
//     bench_stentor CONFIG.toml
#include <stentor/stentor.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

namespace {

struct HelloMessage {
    std::string name;
};
struct Greeting {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))

Greeting greet(const HelloMessage& hello) { return Greeting{"Hello, " + hello.name + "!"}; }

class Echo final : public stentor::WebSocketHandler {
    void handle_text_message(stentor::WebSocketSession session, std::string_view payload) override {
        session.send_text(payload);
    }
    void handle_binary_message(stentor::WebSocketSession session, std::string_view payload) override {
        session.send_binary(payload);
    }
};

void say(const stentor::Listening& listening) {
    std::printf("listening on %u\n", unsigned{listening.port});
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: bench_stentor CONFIG.toml\n");
        return 2;
    }
    try {
        const stentor::ServerConfig config = stentor::load_config(argv[1]);
        stentor::App app;
        stentor::configure(app, config);
        app.add_handler("/echo", std::make_shared<Echo>());
        app.message_mapping("/hello", greet).send_to("/topic/greeting");
        app.on_listening(say);
        return app.run(config);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_stentor: %s\n", e.what());
        return 1;
    }
}
