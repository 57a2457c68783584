#include "sockjs/jsonp_send.hpp"

#include "http/grammar.hpp"
#include "sockjs/form.hpp"
#include "sockjs/transport.hpp"

#include <optional>
#include <utility>

namespace stentor::sockjs {
namespace {

/// `text/plain` of `text/plain; charset=UTF-8` (RFC 9110 8.3.1).
std::string_view media_type(std::string_view content_type) {
    return http::trim(content_type.substr(0, content_type.find(';')));
}

std::optional<std::string> payload(std::string_view type, std::string_view body) {
    if (http::equal_ignoring_case(type, "application/x-www-form-urlencoded")) return form_field(body, "d");
    if (type.empty() || http::equal_ignoring_case(type, "text/plain")) return std::string(body);
    return std::nullopt;
}

}  // namespace

Result<std::string> parse_jsonp_body(std::string_view content_type, std::string_view body) {
    std::optional<std::string> json = payload(media_type(content_type), body);
    if (!json || json->empty()) return Error{Errc::malformed, "Payload expected."};
    return std::move(*json);
}

http::Response jsonp_sent(const http::Request& request) {
    http::Response response{200, {{"Content-Type", "text/plain; charset=UTF-8"}}, "ok"};
    add_transport_headers(response, request);
    // The client's form is posted into a frame of its page, whatever that page is. There is nothing to click.
    response.fields.add("Content-Security-Policy", "frame-ancestors *");
    return response;
}

}  // namespace stentor::sockjs
