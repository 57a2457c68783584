// Tests: tests/unit/transport/sockjs_routes_test.cpp, tests/unit/transport/sockjs_transports_test.cpp,
// tests/unit/transport/sockjs_session_test.cpp
#include "base/log.hpp"
#include "sockjs/cookie.hpp"
#include "sockjs/iframe.hpp"
#include "sockjs/info.hpp"
#include "sockjs/jsonp_send.hpp"
#include "sockjs/messages.hpp"
#include "sockjs/path.hpp"
#include "sockjs/transport.hpp"
#include "transport/http_protocol.hpp"
#include "transport/routes.hpp"
#include "transport/sockjs_sessions.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

namespace stentor::transport {
namespace {

/// The receiving transports: a new one is a file in sockjs/ and a row here.
constexpr std::array receiving_transports{&sockjs::xhr, &sockjs::xhr_streaming, &sockjs::eventsource,
                                          &sockjs::htmlfile, &sockjs::jsonp};

/// Those by which clients send.
constexpr std::string_view xhr_send = "xhr_send";
constexpr std::string_view jsonp_send = "jsonp_send";

bool offers(const SockjsSettings& settings, const sockjs::ReceivingTransport& transport) {
    if (&transport == &sockjs::jsonp) return settings.jsonp;
    if (&transport == &sockjs::htmlfile) return settings.htmlfile;
    return transport.offered_by_default;
}

/// For the answer to what was sent while memory is short: clients wait no longer than some seconds.
constexpr base::Duration longest_rest = std::chrono::seconds(2);

std::string_view without_port(std::string_view address) { return address.substr(0, address.rfind(':')); }

struct Exchange {
    Site& site;
    HttpProtocol& http;
    const Endpoint& endpoint;
    const http::Request& request;

    void answer(http::Response response) const { http.respond(request, std::move(response)); }
    void not_found() const { answer(plain(404, "Not found\n")); }
};

/// RFC 9110 9.3.2: what answers GET answers HEAD; the writer leaves the body out.
bool reads(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

void greet(const Exchange& e) {
    if (!reads(e.request)) return e.answer(method_not_allowed("GET, HEAD"));
    e.answer({200,
              {{"Content-Type", "text/plain; charset=UTF-8"}, {"X-Content-Type-Options", "nosniff"}},
              "Welcome to SockJS!\n"});
}

void info(const Exchange& e) {
    if (e.request.method == "OPTIONS") return e.answer(sockjs::preflight(e.request, "OPTIONS, GET"));
    if (!reads(e.request)) return e.answer(method_not_allowed("OPTIONS, GET, HEAD"));
    std::array<std::byte, 4> bits;
    e.site.random.fill(bits);
    std::uint32_t entropy = 0;
    std::memcpy(&entropy, bits.data(), sizeof entropy);
    http::Response response;
    response.fields.add("Content-Type", "application/json; charset=UTF-8");
    sockjs::add_transport_headers(response, e.request);
    response.body =
        sockjs::info_body(e.endpoint.sockjs->websocket, e.endpoint.sockjs->cookie_needed, entropy);
    e.answer(std::move(response));
}

Handshake handshake_of(const Exchange& e) {
    Handshake handshake{e.request.target, {}, e.http.wire().remote_address(), {}, {}};
    for (const http::Field& field : e.request.fields) handshake.headers.emplace_back(field.name, field.value);
    return handshake;
}

SockjsCaller client_of(const Exchange& e, std::optional<Principal> principal) {
    SockjsCaller client{std::move(principal), {}, std::string(without_port(e.http.wire().remote_address()))};
    client.is_secure = e.http.wire().is_secure();
    if (e.endpoint.sockjs->session_cookie) client.cookie = binding_cookie_of(e.request);
    return client;
}

security::CredentialsDigest shown_by(const Exchange& e) {
    const auto by_wire = e.site.host.authentication_of(e.http.wire());
    return security::digest_of(e.request, by_wire ? std::string_view(by_wire->principal.name) : "");
}

/// Whether this is the session's own client, that shows what it showed before.
bool is_known(const Exchange& e, const SockjsOwner& owner, const security::CredentialsDigest& shown) {
    const bool needs_origin = owner.is_ambient() && e.site.require_origin;
    return owner.knows(shown) && !(needs_origin && security::lacks_origin(e.request));
}

/// Goes on as `then(e, client, known)`, maybe later and with another Exchange.
template <class F>
void identify(const Exchange& e, const std::string& key, F then) {
    std::optional<security::CredentialsDigest> shown;
    if (e.endpoint.providers != nullptr) {
        shown = shown_by(e);
        SockjsSession* const session = e.site.sockjs.find(key);
        if (session != nullptr && is_known(e, session->owner(), *shown)) {
            SockjsCaller client = client_of(e, session->owner().principal());
            return then(e, std::move(client), nullptr);
        }
    }
    const auto go_on = [&site = e.site, &http = e.http, &endpoint = e.endpoint, shown, then](
                           const http::Request& request, const std::optional<Authentication>& who) {
        const Exchange same{site, http, endpoint, request};
        SockjsCaller client = client_of(same, who ? std::optional(who->principal) : std::nullopt);
        client.shown = shown;
        client.is_ambient = who && who->is_ambient;
        then(same, std::move(client), who ? &*who : nullptr);
    };
    e.http.identify(e.request, e.endpoint, go_on);
}

/// Whoever may not open a session now is told to come again, and why.
std::optional<http::Response> refuse_session(const Exchange& e, const SockjsCaller& client) {
    const auto answer =
        e.site.sockjs_quota->take(client.address, (e.site.clock ? *e.site.clock : e.site.timers).now());
    if (answer == SockjsQuota::Answer::granted) return std::nullopt;
    const bool too_fast = answer == SockjsQuota::Answer::too_fast;
    const std::string_view reason = too_fast ? "Too many new sessions" : "Too many sessions";
    log::info("sockjs_session_refused", {{"peer", e.http.wire().remote_address()}, {"reason", reason}});
    http::Response response = plain(too_fast ? 429 : 503, reason);
    response.fields.add("Retry-After", "1");
    return response;
}

void open_session(const Exchange& e, const std::string& key, const sockjs::ReceivingTransport& transport,
                  SockjsCaller client, const Authentication* known) {
    if (auto refusal = refuse_for_memory(e.site, e.http)) return e.answer(std::move(*refusal));
    if (auto refusal = refuse_session(e, client)) return e.answer(std::move(*refusal));
    SockjsPlace place(e.site.sockjs_quota);
    Handshake handshake = handshake_of(e);
    handshake.principal = client.principal;
    std::string issued;
    if (e.endpoint.sockjs->session_cookie && client.cookie.empty() && !client.principal)
        issued = base::random_id(e.site.random);
    SockjsOwner owner(std::move(client), std::move(issued));
    SockjsSession& session =
        e.site.sockjs.add(e.site, e.endpoint, key, {std::move(owner), std::move(place), transport});
    session.attach(e.http, e.request);
    session.open(base::random_id(e.site.random), std::move(handshake), known);
}

/// "Not there", "not yours" and "not by this transport" look the same.
void receive(const Exchange& e, const std::string& key, const sockjs::ReceivingTransport& transport) {
    identify(e, key, [key, &transport](const Exchange& by, SockjsCaller client, const Authentication* known) {
        SockjsSession* const session = by.site.sockjs.find(key);
        if (session == nullptr) return open_session(by, key, transport, std::move(client), known);
        if (!session->owner().admit(client) || &session->transport() != &transport) return by.not_found();
        session->attach(by.http, by.request);
    });
}

http::Response sent(const Exchange& e, bool by_jsonp) {
    http::Response response{204, {{"Content-Type", "text/plain; charset=UTF-8"}}, {}};
    if (by_jsonp) response = sockjs::jsonp_sent(e.request);
    else sockjs::add_transport_headers(response, e.request);
    if (e.endpoint.sockjs->cookie_needed)
        response.fields.add("Set-Cookie", sockjs::session_cookie(e.request));
    return response;
}

void send_as(const Exchange& e, const std::string& key, bool by_jsonp, const SockjsCaller& client) {
    SockjsSession* const session = e.site.sockjs.find(key);
    if (session == nullptr || !session->owner().admit(client)) return e.not_found();
    const bool other_transport = by_jsonp && &session->transport() != &sockjs::jsonp;
    if (session->is_closed() || other_transport) return e.not_found();
    Result<std::string> json = e.request.body;
    if (by_jsonp)
        json = sockjs::parse_jsonp_body(e.request.header("Content-Type").value_or(""), e.request.body);
    if (json.has_error()) return e.answer(plain(500, json.error().message));
    const auto messages = sockjs::parse_messages(*json, {e.endpoint.sockjs->max_messages});
    if (messages.has_error())
        return e.answer(
            plain(messages.error().code == Errc::too_large ? 413 : 500, messages.error().message));
    base::Duration rest{};
    for (const std::string& message : *messages) rest += session->message(message);
    if (rest == base::Duration{}) return e.answer(sent(e, by_jsonp));
    e.http.respond_later(e.request, sent(e, by_jsonp), std::min(rest, longest_rest));
}

void send(const Exchange& e, const std::string& key, bool by_jsonp) {
    if (e.site.sockjs.find(key) == nullptr) return e.not_found();
    identify(e, key, [key, by_jsonp](const Exchange& by, const SockjsCaller& client, const Authentication*) {
        send_as(by, key, by_jsonp, client);
    });
}

void iframe(const Exchange& e) {
    if (!reads(e.request)) return e.answer(method_not_allowed("GET, HEAD"));
    const SockjsSettings& settings = *e.endpoint.sockjs;
    e.answer(sockjs::iframe_response(e.request, settings.client_url, settings.frame_ancestors));
}

void transport(const Exchange& e, const sockjs::TransportPath& path) {
    if (path.transport == "websocket") {
        if (!e.endpoint.sockjs->websocket) return e.not_found();
        return e.http.upgrade(e.request, e.endpoint, true);
    }
    const sockjs::ReceivingTransport* receiving = nullptr;
    for (const auto* row : receiving_transports)
        if (row->name == path.transport && offers(*e.endpoint.sockjs, *row)) receiving = row;
    const bool by_jsonp = path.transport == jsonp_send && e.endpoint.sockjs->jsonp;
    if (receiving == nullptr && path.transport != xhr_send && !by_jsonp) return e.not_found();
    const std::string method(receiving != nullptr ? receiving->method : "POST");
    if (e.request.method == "OPTIONS") return e.answer(sockjs::preflight(e.request, "OPTIONS, " + method));
    if (e.request.method != method) return e.answer(method_not_allowed("OPTIONS, " + method));

    if (receiving != nullptr)
        if (auto refusal = receiving->refuse(e.request)) return e.answer(std::move(*refusal));

    const std::string key = SockjsSessions::key_of(e.endpoint, path.session);
    const auto home = static_cast<unsigned>(std::hash<std::string>{}(key) % e.site.host.count());
    if (home != e.site.host.self()) return e.http.hand_over(home, e.request);
    if (receiving != nullptr) receive(e, key, *receiving);
    else send(e, key, by_jsonp);
}

}  // namespace

void route_sockjs(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request,
                  std::string_view rest) {
    const Exchange e{site, http, endpoint, request};
    const sockjs::Path path = sockjs::parse_path(rest, endpoint.sockjs->strict_ids);
    if (std::holds_alternative<sockjs::Greeting>(path)) return greet(e);
    if (std::holds_alternative<sockjs::Info>(path)) return info(e);
    if (const auto* p = std::get_if<sockjs::TransportPath>(&path)) return transport(e, *p);
    if (std::holds_alternative<sockjs::Iframe>(path) && endpoint.sockjs->iframe) return iframe(e);
    if (std::holds_alternative<sockjs::RawWebSocket>(path) && endpoint.sockjs->websocket)
        return http.upgrade(request, endpoint, false);
    e.not_found();
}

}  // namespace stentor::transport
