#include "sockjs/iframe.hpp"

#include "http/grammar.hpp"
#include "sockjs/transport.hpp"

#include <algorithm>
#include <cstdint>

namespace stentor::sockjs {
namespace {

void append_attribute(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
}

/// FNV-1a over 64 bits: tells two pages of this server apart, and is the same on all its machines. No secret
/// hangs on it.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    return hash;
}

std::string entity_tag(std::string_view page) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::uint64_t hash = hash_of(page);
    std::string tag = "\"";
    for (int shift = 60; shift >= 0; shift -= 4) tag += digits[hash >> shift & 15];
    tag += '"';
    return tag;
}

/// RFC 9110 13.1.2, weak comparison. Our tags have lower case only, so comparing without case confuses none.
bool has_page(const http::Request& request, const std::string& tag) {
    const auto names = [&](std::string_view item) { return request.fields.has_token("If-None-Match", item); };
    return names(tag) || names("W/" + tag) || names("*");
}

/// Whether it can be written as a source (CSP3 2.3.1) and cannot be mistaken for anything else.
bool is_source(std::string_view origin) {
    if (origin == "*") return true;
    return origin.find("://") != std::string_view::npos && std::ranges::all_of(origin, [](char c) {
               return http::is_letter_or_digit(c) ||
                      std::string_view(":/.*-_[]").find(c) != std::string::npos;
           });
}

std::string frame_ancestors(std::span<const std::string> allowed_origins) {
    std::string policy = "frame-ancestors 'self'";
    for (const std::string& origin : allowed_origins)
        if (is_source(origin)) policy += ' ' + origin;
    return policy;
}

}  // namespace

std::string iframe_page(std::string_view client_url) {
    std::string page = R"(<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
  <script src=")";
    append_attribute(page, client_url);
    page += R"("></script>
  <script>
    document.domain = document.domain;
    SockJS.bootstrap_iframe();
  </script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>)";
    return page;
}

http::Response iframe_response(const http::Request& request, std::string_view client_url,
                               std::span<const std::string> allowed_origins) {
    std::string page = iframe_page(client_url);
    const std::string tag = entity_tag(page);
    http::Response response;
    add_caching_headers(response.fields);
    response.fields.add("ETag", tag);
    // With 304 too: a kept page takes the header lines of the latest answer (RFC 9111 3.2).
    response.fields.add("Content-Security-Policy", frame_ancestors(allowed_origins));
    if (has_page(request, tag)) {
        response.status = 304;
        return response;
    }
    response.fields.add("Content-Type", "text/html; charset=UTF-8");
    response.fields.add("X-Content-Type-Options", "nosniff");
    response.body = std::move(page);
    return response;
}

}  // namespace stentor::sockjs
