// A raw WebSocket handler, for WebSocket and SockJS clients of any origin.
#include "../common/command_line.hpp"
#include "user_greeting.hpp"

#include <memory>

int main(int argc, char** argv) {
    const CommandLine line(argc, argv);
    stentor::App app;
    app.add_handler("/user", std::make_shared<UserGreeting>()).set_allowed_origins({"*"}).with_sockjs();
    app.on_listening(say);
    return app.run(line.config());
}
