#include "http/request_rules.hpp"

#include "http/grammar.hpp"
#include "http/path.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::http {
namespace {

constexpr std::size_t max_host = 255;
constexpr std::size_t max_length_digits = 18;  ///< so that no Content-Length overflows

bool is_name_character(char c) {
    return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_port(std::string_view text) {
    if (text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) return false;
    unsigned port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port <= 65535;
}

std::optional<Refusal> judge_host(const Request& request) {
    const std::size_t count = request.fields.count("Host");
    if (count == 0 && request.minor_version == 0) return std::nullopt;
    if (count != 1) return Refusal{400, "exactly one Host is needed"};
    if (!is_host(*request.fields.find("Host"))) return Refusal{400, "malformed Host"};
    return std::nullopt;
}

/// Cuts scheme and authority off an absolute-form target (RFC 9112 3.2.2); false unless the authority is our
/// Host.
bool strip_origin(std::string_view& target, const Fields& fields) {
    const std::size_t scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return false;
    const std::string_view scheme = target.substr(0, scheme_end);
    if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return false;
    target.remove_prefix(scheme_end + 3);
    const std::size_t authority_end = std::min(target.find_first_of("/?"), target.size());
    const std::optional<std::string_view> host = fields.find("Host");
    if (!host || !equal_ignoring_case(target.substr(0, authority_end), *host)) return false;
    target.remove_prefix(authority_end);
    return true;
}

/// Origin-form and absolute-form are understood; `*` and authority-form name nothing that is served here.
std::optional<Refusal> split_target(Request& request) {
    std::string_view target = request.target;
    if (!target.starts_with('/') && !strip_origin(target, request.fields)) {
        return Refusal{400, "the request target is no path of this host"};
    }
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.raw_path = mark == 0 ? "/" : target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
    std::optional<std::string> path = percent_decode_path(request.raw_path);
    if (!path) return Refusal{400, "malformed path"};
    if (has_dot_segment(*path)) return Refusal{404, "no such path"};
    request.path = std::move(*path);
    return std::nullopt;
}

/// RFC 9110 8.6, stricter: no leading zeros, so that every reader of the number agrees on it.
std::optional<Refusal> read_length(std::string_view text, std::uint64_t& length, const Limits& limits) {
    const bool number = !text.empty() && text.size() <= max_length_digits &&
                        std::all_of(text.begin(), text.end(), is_digit) &&
                        (text.size() == 1 || text.front() != '0');
    if (!number) return Refusal{400, "malformed Content-Length"};
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (length > limits.max_body) return Refusal{413, "body too large"};
    return std::nullopt;
}

/// RFC 9112 6.1 and 6.3. Whatever two readers could frame in two ways is refused.
std::optional<Refusal> judge_framing(const Request& request, Framing& framing, const Limits& limits) {
    const std::size_t lengths = request.fields.count("Content-Length");
    const std::size_t codings = request.fields.count("Transfer-Encoding");
    if (lengths + codings > 1) return Refusal{400, "ambiguous body framing"};
    if (lengths == 1) return read_length(*request.fields.find("Content-Length"), framing.length, limits);
    if (codings == 0) return std::nullopt;
    if (request.minor_version == 0) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
    if (!equal_ignoring_case(*request.fields.find("Transfer-Encoding"), "chunked")) {
        return Refusal{400, "only the transfer coding chunked is understood"};
    }
    framing.chunked = true;
    return std::nullopt;
}

}  // namespace

bool is_host(std::string_view text) {
    if (text.empty() || text.size() > max_host) return false;
    std::size_t end = text.find(':');
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos || bracket == 1) return false;
        const std::string_view address = text.substr(1, bracket - 1);
        const auto fits = [](char c) { return hex_value(c) || c == ':' || c == '.'; };
        if (!std::all_of(address.begin(), address.end(), fits)) return false;
        end = bracket + 1;
    } else {
        const std::string_view name = text.substr(0, end);
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) return false;
    }
    if (end >= text.size()) return true;
    return text[end] == ':' && is_port(text.substr(end + 1));
}

bool asks_for_websocket(const Request& request) {
    return request.fields.has_token("Upgrade", "websocket") &&
           request.fields.has_token("Connection", "upgrade");
}

std::optional<Refusal> judge_head(Request& request, Framing& framing, const Limits& limits) {
    if (auto refusal = judge_host(request)) return refusal;
    if (auto refusal = split_target(request)) return refusal;
    if (auto refusal = judge_framing(request, framing, limits)) return refusal;
    const bool body = framing.chunked || framing.length > 0;
    // A body behind an upgrade would be read as WebSocket data by one party and as a request by another.
    if (body && asks_for_websocket(request)) return Refusal{400, "an upgrade has no body"};
    if (request.fields.count("Expect") > 0) return Refusal{417, "no expectation is met here"};
    if (request.fields.count("Content-Encoding") > 0)
        return Refusal{415, "bodies are never decompressed here"};
    const bool kept = request.minor_version == 1 || request.fields.has_token("Connection", "keep-alive");
    request.keep_alive = kept && !request.fields.has_token("Connection", "close");
    return std::nullopt;
}

}  // namespace stentor::http
