// Who sends a request (HttpProtocol::identify).
// Tests: tests/unit/transport/http_identity_test.cpp
#include "base/log.hpp"
#include "security/http_credentials.hpp"
#include "transport/http_protocol.hpp"
#include "transport/routes.hpp"

#include <string>
#include <utility>

namespace stentor::transport {
namespace {

Error bad_credentials() { return {Errc::forbidden, "Bad credentials"}; }

}  // namespace

void HttpProtocol::identify(const http::Request& request, const Endpoint& endpoint, Identified then) {
    Unknown unknown{request, endpoint, std::move(then), site_.host.authentication_of(wire_)};
    if (endpoint.providers == nullptr) return admit(unknown, std::optional<Authentication>());
    auto shown = security::read_credentials(request);
    if (shown.has_error()) return refuse_unknown(unknown, shown.error());
    shown->endpoint = endpoint.path;
    shown->remote_address = wire_.remote_address();
    shown->is_secure = wire_.is_secure();
    unknown_ = std::make_unique<Unknown>(std::move(unknown));
    auto question = site_.authentication->ask(
        *endpoint.providers, std::move(*shown),
        [this](const security::AuthenticationManager::Outcome& outcome) { identified(outcome); });
    if (!question) return;
    unknown_->question = std::move(question);
    phase_ = Phase::identifying;
    wire_.pause();
    timer_.set(site_.timers.now() + site_.timeouts.head);
}

void HttpProtocol::identified(const security::AuthenticationManager::Outcome& outcome) {
    const std::unique_ptr<Unknown> unknown = std::move(unknown_);
    if (phase_ != Phase::identifying) return admit(*unknown, outcome);
    phase_ = Phase::reading;
    wire_.resume();
    admit(*unknown, outcome);
    process();
    rearm();
}

void HttpProtocol::admit(const Unknown& unknown, const security::AuthenticationManager::Outcome& outcome) {
    if (outcome.has_error()) return refuse_unknown(unknown, outcome.error(), outcome.error().retry_after);
    const std::optional<Authentication>& shown = *outcome;
    if (shown && unknown.by_wire && shown->principal.name != unknown.by_wire->principal.name)
        return refuse_unknown(unknown, bad_credentials());
    const std::optional<Authentication>& who = shown ? shown : unknown.by_wire;
    if (!who && unknown.endpoint.must_know) return refuse_unknown(unknown, bad_credentials());
    const auto& required = unknown.endpoint.required;
    if (required && !security::may_connect(*required, who ? &who->principal : nullptr)) {
        if (!who) return refuse_unknown(unknown, bad_credentials());
        log::info("request_refused", {{"peer", wire_.remote_address()},
                                      {"path", unknown.endpoint.path},
                                      {"user", who->principal.name},
                                      {"reason", "not allowed"}});
        return respond(unknown.request, plain(403, "You may not open a session here\n"));
    }
    if (who && who->is_ambient && site_.require_origin && security::lacks_origin(unknown.request)) {
        log::info("origin_refused", {{"peer", wire_.remote_address()},
                                     {"path", unknown.endpoint.path},
                                     {"reason", "credentials without an origin"}});
        return respond(unknown.request, plain(403, "A request with these credentials needs an Origin\n"));
    }
    unknown.then(unknown.request, who);
}

/// RFC 9110 15.5.2: 401 says how to show who one is. RFC 6585 4: 429 is for who has asked too often.
void HttpProtocol::refuse_unknown(const Unknown& unknown, const Error& error,
                                  std::chrono::seconds retry_after) {
    const bool is_put_off = retry_after > std::chrono::seconds(0);
    const bool is_unavailable = error.code == Errc::unavailable;
    http::Response response = plain(error.code == Errc::malformed ? 400
                                    : is_put_off                  ? 429
                                    : is_unavailable              ? 503
                                                                  : 401,
                                    std::string(error.message) + "\n");
    response.fields.add("Cache-Control", "no-store");
    if (is_unavailable)
        response.fields.add("Retry-After", is_put_off ? std::to_string(retry_after.count()) : "1");
    if (response.status == 401 && unknown.endpoint.providers != nullptr)
        for (const auto& provider : *unknown.endpoint.providers)
            if (const std::string challenge = provider->challenge(); !challenge.empty())
                response.fields.add("WWW-Authenticate", challenge);
    log::info("request_refused", {{"peer", wire_.remote_address()},
                                  {"path", unknown.endpoint.path},
                                  {"status", response.status},
                                  {"reason", error.message}});
    respond(unknown.request, std::move(response));
}

}  // namespace stentor::transport
