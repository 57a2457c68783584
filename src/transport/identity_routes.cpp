// Tests: tests/unit/transport/identity_routes_test.cpp
#include "sockjs/transport.hpp"
#include "transport/http_protocol.hpp"
#include "transport/routes.hpp"

#include <string>

namespace stentor::transport {
namespace {

constexpr std::string_view session_parameter = "session=";
const security::Providers nobody_is_asked;
constexpr base::Duration longest_renewal = std::chrono::seconds(5);

http::Response json(const http::Request& request, int status, std::string body) {
    http::Response response{status, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(body)};
    sockjs::add_transport_headers(response, request);
    return response;
}

http::Response nobody(const http::Request& request) {
    return json(request, 401, R"({"error":"There are no credentials"})");
}

/// Where every origin may open sessions, a token would be every origin's.
bool may_read_tokens(const Endpoint& endpoint, HttpProtocol& http, const http::Request& request) {
    return !endpoint.origins->allows_all() ||
           security::OriginPolicy().allows(request, http.wire().is_secure());
}

std::string_view session_of(std::string_view query) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view parameter = query.substr(0, end);
        if (parameter.starts_with(session_parameter)) return parameter.substr(session_parameter.size());
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

}  // namespace

void route_csrf(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request) {
    if (request.method == "OPTIONS") return http.respond(request, sockjs::preflight(request, "OPTIONS, GET"));
    if (request.method != "GET") return http.respond(request, method_not_allowed("OPTIONS, GET"));
    if (!may_read_tokens(endpoint, http, request))
        return http.respond(request, plain(403, "This origin is not allowed\n"));
    http.identify(request, endpoint,
                  [&site, &http](const http::Request& by, const std::optional<Authentication>& who) {
                      if (!who) return http.respond(by, nobody(by));
                      http.respond(by, json(by, 200,
                                            R"({"headerName":")" + site.csrf_header + R"(","token":")" +
                                                site.csrf->make(who->principal, site.random) + "\"}"));
                  });
}

void route_renewal(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request) {
    if (request.method == "OPTIONS")
        return http.respond(request, sockjs::preflight(request, "OPTIONS, POST"));
    if (request.method != "POST") return http.respond(request, method_not_allowed("OPTIONS, POST"));
    http.identify(
        request, endpoint,
        [&site, &http, &endpoint](const http::Request& by, const std::optional<Authentication>& who) {
            if (!who) return http.respond(by, nobody(by));
            const auto answer = http.respond_later(
                by, json(by, 503, R"({"error":"The session did not answer"})"), longest_renewal);
            site.host.renew(
                std::string(session_of(by.query)), *who,
                endpoint.providers ? *endpoint.providers : nobody_is_asked, [answer](bool renewed) {
                    const auto waiting = answer.lock();
                    if (!waiting) return;
                    const http::Request& of = waiting->request;
                    waiting->respond(renewed
                                         ? json(of, 200, R"({"renewed":true})")
                                         : json(of, 404, R"({"error":"There is no such session of yours"})"));
                });
        });
}

}  // namespace stentor::transport
