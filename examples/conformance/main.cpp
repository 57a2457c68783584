// What suites written by others are pointed at: the test endpoints of sockjs-protocol and sockjs-client, a
// WebSocket echo for Autobahn|Testsuite, and a STOMP server. Permissive where those suites need it: not an
// example to deploy.
#include "../common/command_line.hpp"
#include "echo.hpp"

#include <stentor/stentor.hpp>

using namespace std::chrono_literals;

struct HelloMessage {
    std::string name;
};
struct Greeting {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))

namespace {

Greeting greet(const HelloMessage& hello) {
    return Greeting{"Hello, " + stentor::html_escape(hello.name) + "!"};
}

/// As sockjs-protocol wants its endpoints: every transport, any origin, any session id, short streams.
stentor::SockjsOptions suite_options() {
    stentor::SockjsOptions options;
    options.jsonp = options.htmlfile = options.iframe = options.any_session_id = true;
    options.session_cookie = false;  // the suite reads one Set-Cookie
    options.client_url = "/sockjs.js";
    options.stream_limit = 4096;
    return options;
}

void serve_sockjs_suites(stentor::App& app) {
    const auto echo = std::make_shared<Echo>();
    app.add_handler("/echo", echo)
        .authenticate_by({})
        .set_allowed_origins({"*"})
        .with_sockjs(suite_options());
    app.add_handler("/close", std::make_shared<Closer>())
        .authenticate_by({})
        .set_allowed_origins({"*"})
        .with_sockjs(suite_options());
    app.add_handler("/amplify", std::make_shared<Amplifier>())
        .authenticate_by({})
        .set_allowed_origins({"*"})
        .with_sockjs(suite_options());

    stentor::SockjsOptions without_websocket = suite_options();
    without_websocket.websocket = false;
    app.add_handler("/disabled_websocket_echo", echo)
        .authenticate_by({})
        .set_allowed_origins({"*"})
        .with_sockjs(without_websocket);

    stentor::SockjsOptions with_cookie = suite_options();
    with_cookie.cookie_needed = true;
    app.add_handler("/cookie_needed_echo", echo)
        .authenticate_by({})
        .set_allowed_origins({"*"})
        .with_sockjs(with_cookie);

    app.add_handler("/same_origin_echo", echo).authenticate_by({}).with_sockjs(suite_options());
}

void serve_stomp(stentor::App& app, const CommandLine& line) {
    app.enable_simple_broker({"/topic", "/queue"});
    if (line.given("--relay")) app.enable_stomp_broker_relay({.addresses = {line.text("--relay", "")}});
    app.set_application_destination_prefixes({"/app"});
    app.set_authenticator(std::make_shared<stentor::UserList>(stentor::UserList{{"guest", "guest"}}));
    stentor::SockjsOptions options = suite_options();
    options.stream_limit.reset();
    app.add_stomp_endpoint("/stomp").set_allowed_origins({"*"}).with_sockjs(options);
    app.message_mapping("/hello", greet).send_to("/topic/greeting");
}

stentor::Config config_of(const CommandLine& line) {
    stentor::Config config = line.config();
    config.websocket.max_message = 16 * 1024 * 1024;
    config.websocket.max_fragments = 65'537;  // 9.3.1 ends 65,536 pieces with one of no bytes
    config.websocket.control_frames_per_second = config.websocket.control_frame_burst = 1'000;
    config.websocket.deflate = {.enabled = true,
                                .server_no_context_takeover = false,
                                .client_no_context_takeover = false,
                                .max_window_bits = 15};
    config.send.buffer_limit = config.sockjs.buffer_limit = 64 * 1024 * 1024;
    config.stomp.max_body = line.number<std::size_t>("--max-body", 2 * 1024 * 1024);
    config.stomp.max_header_bytes = line.number<std::size_t>("--max-header", config.stomp.max_header_bytes);
    config.http.max_body = 4 * 1024 * 1024;
    config.websocket.ping_interval = line.number<unsigned>("--websocket-ping", 25) * 1s;
    config.sockjs.session_rate = config.sockjs.session_burst = 10'000;  // a suite is one address
    config.sockjs.heartbeat = line.number<unsigned>("--sockjs-heartbeat", 25) * 1s;
    config.sockjs.disconnect_delay = line.number<unsigned>("--sockjs-disconnect-delay", 5) * 1s;
    return config;
}

}  // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv,
                           {"--sockjs-client", "--sockjs-heartbeat", "--sockjs-disconnect-delay",
                            "--websocket-ping", "--max-body", "--max-header", "--relay"});
    stentor::App app;
    if (line.given("--sockjs-client")) app.add_resource("/sockjs.js", line.text("--sockjs-client", ""));
    serve_sockjs_suites(app);
    app.add_handler("/ws-echo", std::make_shared<Echo>()).authenticate_by({}).set_allowed_origins({"*"});
    serve_stomp(app, line);
    app.on_listening(say);
    return app.run(config_of(line));
}
