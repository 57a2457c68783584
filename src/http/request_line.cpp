#include "http/request_line.hpp"

#include "http/grammar.hpp"

#include <algorithm>

namespace stentor::http {
namespace {

constexpr std::size_t max_method = 32;
constexpr std::size_t max_version = 16;  ///< "HTTP/1.1" and its CR, with room for a garbled one to be told so

bool is_target_character(char c) { return c > 0x20 && c < 0x7F && c != '#'; }

/// RFC 9112 2.3. Only two shapes are a version of ours; another version in the right shape is answered with
/// 505.
std::optional<Refusal> read_version(std::string_view version, int& minor) {
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        minor = version.back() - '0';
        return std::nullopt;
    }
    const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                        version[6] == '.' && is_digit(version[7]);
    if (shaped) return Refusal{505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
    return Refusal{400, "malformed HTTP version"};
}

}  // namespace

std::optional<Refusal> request_line_overflow(std::string_view line, const Limits& limits) {
    const std::size_t method_end = line.find(' ');
    if (std::min(method_end, line.size()) > max_method) return Refusal{400, "method too long"};
    if (method_end == std::string_view::npos) return std::nullopt;
    line.remove_prefix(method_end + 1);
    const std::size_t target_end = line.find(' ');
    if (std::min(target_end, line.size()) > limits.max_target) return Refusal{414, "request target too long"};
    if (target_end == std::string_view::npos) return std::nullopt;
    if (line.size() - target_end - 1 > max_version) return Refusal{400, "malformed HTTP version"};
    return std::nullopt;
}

std::optional<Refusal> read_request_line(std::string_view line, Request& request) {
    const std::size_t method_end = line.find(' ');
    if (method_end == std::string_view::npos) return Refusal{400, "malformed request line"};
    const std::size_t target_end = line.find(' ', method_end + 1);
    if (target_end == std::string_view::npos) return Refusal{400, "malformed request line"};
    const std::string_view method = line.substr(0, method_end);
    const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
    if (!is_token(method)) return Refusal{400, "malformed method"};
    if (auto refusal = read_version(line.substr(target_end + 1), request.minor_version)) return refusal;
    if (target.empty() || !std::all_of(target.begin(), target.end(), is_target_character)) {
        return Refusal{400, "malformed request target"};
    }
    request.method = method;
    request.target = target;
    return std::nullopt;
}

std::optional<Refusal> read_field_line(std::string_view line, Fields& fields) {
    const std::size_t colon = line.find(':');
    // A line that begins with a blank (obs-fold) and a blank before the colon both fail as names here.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return Refusal{400, "malformed header name"};
    }
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) return Refusal{400, "malformed header value"};
    fields.add(line.substr(0, colon), value);
    return std::nullopt;
}

}  // namespace stentor::http
