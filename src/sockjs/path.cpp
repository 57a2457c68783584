#include "sockjs/path.hpp"

#include <algorithm>
#include <cstddef>

namespace stentor::sockjs {
namespace {

constexpr std::size_t max_segment = 128;
constexpr std::size_t min_strict_id = 8;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_id_character(char c) {
    return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/// SockJS 0.3.3, "IFrame page": iframe[0-9-.a-z_]*.html, case sensitive, one segment.
bool is_iframe(std::string_view segment) {
    constexpr std::string_view head = "iframe";
    constexpr std::string_view tail = ".html";
    if (segment.size() < head.size() + tail.size() || !segment.starts_with(head) || !segment.ends_with(tail))
        return false;
    return std::ranges::all_of(segment.substr(head.size()), [](char c) {
        return is_lower(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

/// A dot or a semicolon would let a URL end in what looks like a file name (reflected file download).
bool is_session_part(std::string_view segment) {
    return !segment.empty() && segment.size() <= max_segment &&
           segment.find_first_of("./;") == std::string_view::npos;
}

bool is_strict_id(std::string_view segment) {
    return segment.size() >= min_strict_id && std::ranges::all_of(segment, is_id_character);
}

bool is_transport_name(std::string_view segment) {
    return !segment.empty() && segment.size() <= max_segment &&
           std::ranges::all_of(segment, [](char c) { return is_lower(c) || c == '_'; });
}

/// server/session/transport
Path parse_transport_path(std::string_view path, std::size_t first_slash, bool strict_ids) {
    const std::size_t second_slash = path.find('/', first_slash + 1);
    if (second_slash == std::string_view::npos) return NotFound{};
    const std::string_view server = path.substr(0, first_slash);
    const std::string_view session = path.substr(first_slash + 1, second_slash - first_slash - 1);
    const std::string_view transport = path.substr(second_slash + 1);
    if (!is_session_part(server) || !is_session_part(session) || !is_transport_name(transport))
        return NotFound{};
    if (strict_ids && !is_strict_id(session)) return NotFound{};
    return TransportPath{std::string(session), std::string(transport)};
}

}  // namespace

Path parse_path(std::string_view rest, bool strict_ids) {
    if (rest.empty() || rest == "/") return Greeting{};
    if (!rest.starts_with('/')) return NotFound{};
    const std::string_view path = rest.substr(1);
    if (const std::size_t slash = path.find('/'); slash != std::string_view::npos)
        return parse_transport_path(path, slash, strict_ids);
    if (path == "info") return Info{};
    if (path == "websocket") return RawWebSocket{};
    if (is_iframe(path)) return Iframe{};
    return NotFound{};
}

}  // namespace stentor::sockjs
