#include "security/web_origin.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace stentor::security {
namespace {

constexpr std::size_t max_scheme = 32;
constexpr std::size_t max_host = 255;  // of a DNS name

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), to_lower);
    return out;
}

/// RFC 3986 3.1.
bool is_scheme(std::string_view text) {
    return !text.empty() && text.size() <= max_scheme && is_letter(text.front()) &&
           std::ranges::all_of(
               text, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

/// Labels with single dots between them; a trailing dot is part of the name and makes it another host.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= max_host && !text.starts_with('.') &&
           text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
               return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
           });
}

bool is_ipv6(std::string_view bracketed) {
    constexpr std::size_t longest = sizeof "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]" - 1;
    if (bracketed.size() < 4 || bracketed.size() > longest) return false;
    if (!bracketed.starts_with('[') || !bracketed.ends_with(']')) return false;
    return std::ranges::all_of(bracketed.substr(1, bracketed.size() - 2), [](char c) {
        return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f') || c == ':' || c == '.';
    });
}

std::uint16_t default_port(std::string_view scheme) {
    if (scheme == "http" || scheme == "ws") return 80;
    if (scheme == "https" || scheme == "wss") return 443;
    return 0;
}

/// 1 to 65535, without leading zeros: what a browser writes.
std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.starts_with('0'))
        return std::nullopt;
    return port;
}

/// Where the host of `host[:port]` ends; colons inside brackets are an IPv6 address's own.
std::size_t host_length(std::string_view authority) {
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    return std::min(authority.find(':', std::min(bracket, authority.size())), authority.size());
}

}  // namespace

std::optional<WebOrigin> origin_of_host(std::string_view scheme, std::string_view host_header) {
    const std::string_view host = host_header.substr(0, host_length(host_header));
    if (!is_name(host) && !is_ipv6(host)) return std::nullopt;
    WebOrigin origin{lower(scheme), lower(host), 0};
    if (host.size() == host_header.size()) {
        origin.port = default_port(origin.scheme);
        return origin;
    }
    const std::optional<std::uint16_t> port = parse_port(host_header.substr(host.size() + 1));
    if (!port) return std::nullopt;
    origin.port = *port;
    return origin;
}

std::optional<WebOrigin> parse_web_origin(std::string_view text) {
    constexpr std::string_view separator = "://";
    const std::size_t scheme_end = text.find(separator);
    if (scheme_end == std::string_view::npos || !is_scheme(text.substr(0, scheme_end))) return std::nullopt;
    const std::string_view scheme = text.substr(0, scheme_end);
    const std::string_view authority = text.substr(scheme_end + separator.size());
    // Pages of an application's own files ("file://" in older web views) have no host.
    if (authority.empty() && lower(scheme) == "file") return WebOrigin{"file", "", 0};
    return origin_of_host(scheme, authority);
}

}  // namespace stentor::security
