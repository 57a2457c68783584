// Tests: tests/unit/transport/http_protocol_test.cpp
#include "transport/routes.hpp"

#include "base/log.hpp"
#include "messaging/destination.hpp"
#include "transport/http_protocol.hpp"
#include "websocket/handshake.hpp"

namespace stentor::transport {
namespace {

/// The endpoint with the longest path that is the request's path or an ancestor of it.
const Endpoint* endpoint_of(const Site& site, std::string_view path) {
    const Endpoint* best = nullptr;
    for (const Endpoint& endpoint : site.endpoints)
        if (messaging::has_prefix(path, endpoint.path) &&
            (best == nullptr || endpoint.path.size() > best->path.size()))
            best = &endpoint;
    return best;
}

void route_endpoint(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request) {
    const bool own_path = request.path == endpoint.path;
    if (!own_path && !request.raw_path.starts_with(endpoint.path))
        return http.respond(request, plain(404, "Not found\n"));
    if (!endpoint.origins->allows(request, http.wire().is_secure())) {
        log::info("origin_refused", {{"peer", http.wire().remote_address()},
                                     {"path", endpoint.path},
                                     {"origin", request.header("Origin").value_or("")}});
        return http.respond(request, plain(403, "This origin is not allowed\n"));
    }
    const std::string_view rest =
        own_path ? "" : std::string_view(request.raw_path).substr(endpoint.path.size());
    if (rest.empty() && (websocket::is_upgrade(request) || !endpoint.sockjs))
        return http.upgrade(request, endpoint, false);
    if (rest == csrf_path && site.csrf != nullptr &&
        (endpoint.providers != nullptr || site.host.authentication_of(http.wire())))
        return route_csrf(site, http, endpoint, request);
    if (endpoint.providers != nullptr && rest == renewal_path)
        return route_renewal(site, http, endpoint, request);
    if (!endpoint.sockjs) return http.respond(request, plain(404, "Not found\n"));
    route_sockjs(site, http, endpoint, request, rest);
}

}  // namespace

http::Response plain(int status, std::string_view text) {
    return {status,
            {{"Content-Type", "text/plain; charset=UTF-8"}, {"X-Content-Type-Options", "nosniff"}},
            std::string(text)};
}

http::Response method_not_allowed(std::string_view allow) {
    return {405, {{"Allow", std::string(allow)}}, {}};
}

std::optional<http::Response> refuse_for_memory(const Site& site, const HttpProtocol& http) {
    if (site.memory == nullptr || !site.memory->refuses_connections()) return std::nullopt;
    log::info("session_refused", {{"peer", http.peer()}, {"reason", "memory"}});
    http::Response response = plain(503, "The server is busy\n");
    response.fields.add("Retry-After", "5");
    return response;
}

void route_request(Site& site, HttpProtocol& http, const http::Request& request) {
    // TRACE would show a script what its browser keeps from it; CONNECT is for proxies.
    if (request.method == "TRACE" || request.method == "CONNECT")
        return http.respond(request, method_not_allowed("GET, HEAD, POST, OPTIONS"));
    if (const Endpoint* endpoint = endpoint_of(site, request.path))
        return route_endpoint(site, http, *endpoint, request);
    http.respond(request, site.resources->respond(request));
}

}  // namespace stentor::transport
