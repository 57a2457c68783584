// A chat for those who are logged in. Tokens (JWT) that somebody else's login gives out say who they are and
// which roles they have; rules say what these may do. README.md beside this file tells how to run it.
#include "../common/command_line.hpp"

#include <stentor/jwt_config.hpp>
#include <stentor/stentor.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

using stentor::authenticated;
using stentor::has_role;
using stentor::Principal;
using stentor::ToUser;
using stentor::Var;

struct Say {
    std::string text;
};
struct Line {
    std::string from;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Say, (), (text))
BOOST_DESCRIBE_STRUCT(Line, (), (from, text))

/// `from` is who the token says, whatever the client may claim.
Line speak(const Principal& who, Say what) { return {who.name, std::move(what.text)}; }

ToUser<Line> whisper(const Var<"user">& to, const Principal& who, Say what) {
    return {*to, "/queue/private", {who.name, std::move(what.text)}};
}

/// The login server signs with a key that only it has; here is the other half of it.
stentor::JwtConfig tokens(std::string public_key) {
    stentor::JwtConfig jwt;
    jwt.issuer = "chat-login";
    jwt.audience = {"chat"};
    jwt.algorithms = {"EdDSA"};
    jwt.key_file = std::move(public_key);
    jwt.cookie = "token";  // and in CONNECT's header `Authorization`
    jwt.authorities_claim = "roles";
    jwt.authorities_prefix = "ROLE_";
    jwt.leeway = std::chrono::milliseconds(0);  // both servers have the same clock
    return jwt;
}

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"--key", "--examples", "--vendor"});
    const std::filesystem::path examples = line.text("--examples", "examples");
    const std::filesystem::path vendor = line.text("--vendor", "tests/web/node_modules");
    stentor::App app;
    try {
        app.add_authentication_provider("jwt", stentor::jwt(tokens(line.text("--key", "keys/public.pem"))));
        app.add_resource_handler("/", examples / "chat_login/web");
        app.add_resource("/style.css", examples / "demo/web/style.css");
        app.add_resource("/vendor/stomp.umd.min.js", vendor / "@stomp/stompjs/bundles/stomp.umd.min.js");
        app.add_resource("/vendor/sockjs.min.js", vendor / "sockjs-client/dist/sockjs.min.js");
    } catch (const stentor::ConfigError& e) {
        std::fprintf(stderr, "chat_login: %s\nexamples/chat_login/README.md says how to run it.\n", e.what());
        return 2;
    }

    app.add_stomp_endpoint("/chat").with_sockjs();
    app.message_mapping("/room/{room}", speak).send_to("/topic/room/{room}");
    app.message_mapping("/private/{user}", whisper);
    app.message_mapping("/kick/{user}",
                        [&app](const Var<"user">& user, const Principal& who) {
                            app.user_registry().close_user(*user, {1008, who.name + " has thrown you out"});
                            return Line{who.name, *user + " was thrown out"};
                        })
        .send_to("/topic/admin");

    // What no rule allows is denied: nobody sends to a topic directly, as somebody else.
    app.access()
        .send("/app/room/*", authenticated())
        .send("/app/private/*", authenticated())
        .send("/app/kick/*", has_role("ADMIN"))
        .subscribe("/topic/room/*", authenticated())
        .subscribe("/topic/admin", has_role("ADMIN"))
        .subscribe("/user/queue/private", authenticated())
        .subscribe("/user/queue/errors", authenticated());

    app.on_listening(say);
    return app.run(line.config());
}
