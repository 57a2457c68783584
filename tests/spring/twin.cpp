// What tests/spring/app is in Spring: the same functions at the same destinations, and defaults for all else.
#include <stentor/controller.hpp>
#include <stentor/coroutine.hpp>
#include <stentor/stentor.hpp>

#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using stentor::Var;

namespace {

struct Name {
    std::string name;
};
struct Greeting {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(Name, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))

struct OutOfStock : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A login is a user, whatever the passcode.
class AnyLogin final : public stentor::Authenticator {
public:
    std::optional<stentor::Principal> authenticate(const stentor::Credentials& credentials) const override {
        return stentor::Principal{credentials.login, {}};
    }
};

void map_results(stentor::App& app) {
    app.message_mapping("/echo", [](std::string text) { return text; });
    app.message_mapping("/hello", [](const Name& who) { return Greeting{"Hello, " + who.name + "!"}; })
        .send_to("/topic/greetings");
    app.message_mapping("/room/{id}/say",
                        [](Var<"id"> id, const std::string& text) { return *id + ": " + text; })
        .send_to("/topic/room.{id}");
    app.message_mapping("/number/{n}", [](Var<"n", int> n) { return "twice is " + std::to_string(2 * *n); })
        .send_to("/topic/numbers");
    app.message_mapping("/mood", [](stentor::Header<"mood"> mood) { return "mood " + *mood; })
        .send_to("/topic/moods");
    app.message_mapping("/mood-or-none",
                        [](stentor::Header<"mood", std::optional<std::string>> mood) {
                            return "mood " + mood->value_or("none");
                        })
        .send_to("/topic/moods");
    app.message_mapping("/bytes", [](std::vector<std::byte> bytes) { return bytes; }).send_to("/topic/bytes");
    app.message_mapping("/several", [](std::string text) { return text; }).send_to({"/topic/a", "/topic/b"});
    app.message_mapping("/nothing", [] {});
    app.message_mapping("/null", [] { return std::optional<std::string>(); }).send_to("/topic/null");
    app.message_mapping("/later",
                        [](std::string text) -> stentor::awaitable<std::string> {
                            co_await stentor::sleep_for(1ms);
                            co_return text + " later";
                        })
        .send_to("/topic/later");
}

void map_sessions(stentor::App& app) {
    app.message_mapping("/count",
                        [](stentor::Session& session) {
                            const int* const before = session.attributes().get<int>("count");
                            const int now = before == nullptr ? 1 : *before + 1;
                            session.attributes().set("count", now);
                            return "call " + std::to_string(now);
                        })
        .send_to("/topic/count");
    app.message_mapping(
           "/who",
           [](std::optional<stentor::Principal> who) { return who ? who->name : std::string("nobody"); })
        .send_to("/topic/who");
    app.message_mapping("/mine", [](std::string text) { return text; }).send_to_user("/queue/mine");
    app.message_mapping("/mine-only", [](std::string text) { return text; })
        .send_to_user("/queue/mine", stentor::UserSessions::asking);
    app.message_mapping("/tell/{name}", [&app](Var<"name"> name, const std::string& text) {
        app.messenger().send_to_user(*name, "/queue/mine", text);
    });
}

void map_failures(stentor::App& app) {
    app.message_mapping("/fail", []() -> std::string { throw std::logic_error("secret"); });
    app.message_mapping("/buy", [](const std::string& what) -> std::string { throw OutOfStock(what); });
    app.exception_handler<OutOfStock>([](const OutOfStock& e) { return std::string("no ") + e.what(); });
}

void map_chat(stentor::App& app) {
    stentor::Controller chat{app, "/chat/{room}"};
    chat.send_to("/topic/chat.{room}");
    chat.message_mapping("/say",
                         [](Var<"room"> room, const std::string& text) { return *room + ": " + text; });
    chat.message_mapping("/whisper", [](const std::string& text) { return "whispered " + text; })
        .send_to("/topic/whispers");
    chat.message_mapping("/buy", [](const std::string& what) -> std::string { throw OutOfStock(what); });
    chat.exception_handler<OutOfStock>(
        [](const OutOfStock& e) { return std::string("the chat has no ") + e.what(); });
}

void map_patterns(stentor::App& app) {
    app.message_mapping("/pick/exact", [] { return std::string("exact"); }).send_to("/topic/pick");
    app.message_mapping("/pick/{one}", [](Var<"one"> one) { return "variable " + *one; })
        .send_to("/topic/pick");
    app.message_mapping("/pick/**", [] { return std::string("rest"); }).send_to("/topic/pick");
    app.subscribe_mapping("/init", [] { return std::string("first"); });
    app.subscribe_mapping("/init/{id}", [](Var<"id"> id) { return "first of " + *id; });
    app.subscribe_mapping("/init-to", [] { return std::string("told all"); }).send_to("/topic/init");
    app.subscribe_mapping("/init-fail", []() -> std::string { throw std::logic_error("secret"); });
}

}  // namespace

/// With --logins clients must log in, and without they are nobody.
int main(int argc, char** argv) {
    stentor::App app;
    app.enable_simple_broker({"/topic", "/queue"});
    app.set_application_destination_prefixes({"/app"});
    app.add_stomp_endpoint("/ws");
    if (argc > 1 && std::string_view(argv[1]) == "--logins")
        app.set_authenticator(std::make_shared<AnyLogin>());
    map_results(app);
    map_sessions(app);
    map_failures(app);
    map_chat(app);
    map_patterns(app);
    app.on_listening(
        [](const stentor::Listening& at) { std::cout << "listening on " << at.port << std::endl; });
    return app.run({.port = 0, .shards = 2});
}
