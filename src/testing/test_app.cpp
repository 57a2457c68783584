// Tests: tests/unit/testing/test_app_test.cpp
#include "stentor/testing/test_app.hpp"

#include "app/inside.hpp"
#include "testing/client_inside.hpp"

#include <algorithm>
#include <utility>

namespace stentor::testing {
namespace {

test::Transport carried_by(Transport transport) {
    switch (transport) {
        case Transport::websocket: return test::Transport::websocket;
        case Transport::sockjs: return test::Transport::sockjs_websocket;
        case Transport::sockjs_xhr_streaming: return test::Transport::xhr_streaming;
        case Transport::sockjs_xhr: return test::Transport::xhr;
        case Transport::sockjs_none: return test::Transport::raw_websocket;
        case Transport::tcp: return test::Transport::tcp;
    }
    return test::Transport::websocket;
}

test::Opening opening_of(const ConnectOptions& options) {
    test::Opening opening{{options.remote_address, options.principal}, {}};
    for (const auto& [name, value] : options.http_headers)
        opening.fields.append(name).append(": ").append(value).append("\r\n");
    return opening;
}

std::string name_of(const ConnectOptions& options, unsigned number) {
    if (!options.name.empty()) return options.name;
    if (options.principal) return options.principal->name;
    return options.login.empty() ? "client " + std::to_string(number) : options.login;
}

Headers connect_headers(const ConnectOptions& options) {
    Headers headers{{"accept-version", "1.2"}, {"host", "localhost"}};
    if (!options.login.empty()) headers.add("login", options.login);
    if (!options.passcode.empty()) headers.add("passcode", options.passcode);
    for (const auto& [name, value] : options.headers) headers.set(name, value);
    return headers;
}

/// The path of the first endpoint that speaks STOMP.
std::string stomp_path(App& app) {
    const auto& endpoints = app::Inside::of(app).blueprint.endpoints;
    const auto found = std::ranges::find(endpoints, nullptr, &app::EndpointPlan::handler);
    if (found == endpoints.end()) throw Failure("no endpoint speaks STOMP: call add_stomp_endpoint()");
    return found->path;
}

}  // namespace

TestApp::TestApp() : kit_(std::make_shared<test::Kit>()) {
    app::Inside::of(*this).make_driver = [kit = kit_](const app::Blueprint& blueprint) {
        return kit->drive(blueprint);
    };
}

TestApp::~TestApp() {
    App::stop();
    kit_->end();
}

void TestApp::start(Config config) {
    config.shards = std::max(config.shards, 1U);
    App::start(std::move(config));
}

void TestApp::stop() {
    App::stop();
    kit_->settle();
}

std::shared_ptr<StompClient::Stomp> TestApp::open_stomp(const ConnectOptions& options) {
    const std::string path =
        options.path.empty() && options.transport != Transport::tcp ? stomp_path(*this) : options.path;
    auto stomp = std::make_shared<StompClient::Stomp>(
        kit_, name_of(options, ++last_client_),
        std::make_unique<test::StompClient>(*kit_, carried_by(options.transport), path, opening_of(options)));
    kit_->join(stomp);
    stomp->send("CONNECT", connect_headers(options), {});
    return stomp;
}

StompClient TestApp::connect(const ConnectOptions& options) {
    auto stomp = open_stomp(options);
    stomp->connected = stomp->take_next("CONNECTED");
    return StompClient(std::move(stomp));
}

Frame TestApp::expect_refused(const ConnectOptions& options) {
    return open_stomp(options)->take_next("ERROR");
}

WebSocketClient TestApp::open(std::string path, ConnectOptions options) {
    if (options.transport == Transport::tcp) throw Failure("over TCP there is only STOMP");
    auto raw = std::make_shared<RawInside>(
        kit_, name_of(options, ++last_client_),
        test::open_carrier(*kit_, carried_by(options.transport), path, opening_of(options)));
    kit_->join(raw);
    return WebSocketClient(std::move(raw));
}

void TestApp::advance(std::chrono::nanoseconds time) { kit_->advance(time); }

void TestApp::settle() { kit_->settle(); }

void TestApp::set_patience(std::chrono::milliseconds patience) { kit_->set_patience(patience); }

}  // namespace stentor::testing
