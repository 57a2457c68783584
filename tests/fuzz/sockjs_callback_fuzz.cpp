// Queries with a callback and the pages and scripts made with it; the same bytes as a frame, as a body of
// jsonp_send and as a Cookie or an If-None-Match header.
#include "sockjs/callback.hpp"

#include "sockjs/cookie.hpp"
#include "sockjs/iframe.hpp"
#include "sockjs/jsonp_send.hpp"
#include "sockjs/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace stentor;

namespace {

constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= 64 && text.find_first_not_of(plain) == std::string_view::npos;
}

std::string wrapped(const sockjs::ReceivingTransport& transport, std::string_view frame,
                    const http::Request& request) {
    std::string out;
    transport.append(out, frame, request);
    return out;
}

/// `out` is `before`, one JavaScript string that nothing inside ends, and `after`.
void require_string(std::string_view out, std::string_view before, std::string_view after) {
    require(out.starts_with(before) && out.ends_with(after) &&
            out.size() >= before.size() + after.size() + 2);
    out.remove_prefix(before.size());
    out.remove_suffix(after.size());
    require(out.front() == '"' && out.back() == '"');
    out = out.substr(1, out.size() - 2);
    for (std::size_t at = 0; at < out.size(); ++at) {
        require(static_cast<unsigned char>(out[at]) >= 0x20 && out[at] != '"' && out[at] != '<');
        if (out[at] == '\\') require(++at < out.size());
    }
}

void check_transports(const http::Request& request, std::string_view frame) {
    const auto callback = sockjs::parse_callback(request.query);
    require(callback.has_value() == !sockjs::htmlfile.refuse(request).has_value());
    require(callback.has_value() == !sockjs::jsonp.refuse(request).has_value());
    if (callback) require(is_plain(*callback));
    const std::string name = sockjs::callback_of(request);
    require_string(wrapped(sockjs::jsonp, frame, request), "/**/" + name + "(", ");\r\n");
    require_string(wrapped(sockjs::htmlfile, frame, request), "<script>\np(", ");\n</script>\r\n");
    const std::string head = sockjs::htmlfile.prelude(request);
    require(head.size() == 1028 && head.find("parent." + name + ";\n") != std::string::npos);
    const std::string event = wrapped(sockjs::eventsource, frame, request);
    require(event.find_first_of(std::string_view("\r\n\0", 3)) == event.size() - 4);
}

void check_headers(std::string_view bytes) {
    http::Request request;
    request.fields.add("Cookie", bytes);
    request.fields.add("If-None-Match", bytes);
    if (const auto value = sockjs::cookie_of(request, "STENTOR_SOCKJS"))
        require(value->find(';') == std::string_view::npos && bytes.find(*value) != std::string_view::npos);
    const std::string cookie = sockjs::session_cookie(request);
    require(cookie.starts_with("JSESSIONID=") && cookie.ends_with("; path=/"));
    require(is_plain(std::string_view(cookie).substr(11, cookie.size() - 11 - 8)));
    const std::string origin(bytes);
    const http::Response page = sockjs::iframe_response(request, bytes, {&origin, 1});
    require(page.status == 304 ? page.body.empty() : page.body == sockjs::iframe_page(bytes));
    const std::string_view policy = *page.fields.find("Content-Security-Policy");
    require(policy == "frame-ancestors 'self'" || policy == "frame-ancestors 'self' " + origin);
    require(policy.find_first_of(";,\r\n") == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    http::Request request;
    request.query = bytes;
    check_transports(request, bytes);
    check_headers(bytes);

    const auto text = sockjs::parse_jsonp_body("text/plain", bytes);
    require(text.has_value() == !bytes.empty() && (!text || *text == bytes));
    const auto form = sockjs::parse_jsonp_body("application/x-www-form-urlencoded", bytes);
    require(!form || (!form->empty() && form->size() < size));
    return 0;
}
