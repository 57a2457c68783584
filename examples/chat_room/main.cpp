// A chat with rooms and reminders, written to be tested: see chat_room_test.cpp.
#include "../common/command_line.hpp"
#include "chat_room.hpp"

#include <memory>

int main(int argc, char** argv) {
    const CommandLine line(argc, argv);
    stentor::App app;
    app.set_authenticator(
        std::make_shared<stentor::UserList>(stentor::UserList{{"alice", "wonderland"}, {"bob", "builder"}}));
    register_chat_room(app);
    app.on_listening(say);
    return app.run(line.config());
}
