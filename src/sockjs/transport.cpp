#include "sockjs/transport.hpp"

namespace stentor::sockjs {
namespace {

/// The origin is reflected only because the caller has already checked it against the endpoint's policy;
/// `Vary` keeps a cache from giving one origin's answer to another.
void add_cors_headers(http::Fields& fields, const http::Request& request) {
    fields.add("Vary", "Origin");
    if (const auto origin = request.header("Origin")) {
        fields.add("Access-Control-Allow-Origin", *origin);
        fields.add("Access-Control-Allow-Credentials", "true");
    } else {
        fields.add("Access-Control-Allow-Origin", "*");
    }
}

/// A list of header names (RFC 9110 5.6.2), and so safe to repeat in an answer.
bool is_name_list(std::string_view list) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~, ";
    return !list.empty() && list.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

void add_transport_headers(http::Response& response, const http::Request& request) {
    response.fields.add("Cache-Control", "no-store, no-cache, no-transform, must-revalidate, max-age=0");
    response.fields.add("X-Content-Type-Options", "nosniff");
    add_cors_headers(response.fields, request);
}

http::Response begin_response(const ReceivingTransport& transport, const http::Request& request) {
    http::Response response;
    response.fields.add("Content-Type", transport.content_type);
    add_transport_headers(response, request);
    for (const HeaderLine& line : transport.headers) response.fields.add(line.name, line.value);
    return response;
}

void add_caching_headers(http::Fields& fields) {
    fields.add("Cache-Control", "public, max-age=31536000");
    // For HTTP/1.0 caches only: max-age wins over it (RFC 9111 5.3), so it need not follow a clock.
    fields.add("Expires", "Thu, 31 Dec 2037 23:55:55 GMT");
}

http::Response preflight(const http::Request& request, std::string_view methods) {
    http::Response response{.status = 204, .fields = {}, .body = {}};
    http::Fields& fields = response.fields;
    add_caching_headers(fields);
    add_cors_headers(fields, request);
    fields.add("Access-Control-Allow-Methods", methods);
    fields.add("Access-Control-Max-Age", "31536000");
    const auto asked = request.header("Access-Control-Request-Headers");
    if (asked && is_name_list(*asked)) fields.add("Access-Control-Allow-Headers", *asked);
    return response;
}

}  // namespace stentor::sockjs
