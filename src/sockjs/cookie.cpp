#include "sockjs/cookie.hpp"

#include "http/grammar.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace stentor::sockjs {
namespace {

constexpr std::string_view cookie_name = "JSESSIONID";
constexpr std::size_t max_value = 64;

/// The value of the first cookie of our name in a Cookie field (RFC 6265 4.2.1); names keep their case.
std::optional<std::string_view> find_in(std::string_view cookies) {
    while (!cookies.empty()) {
        const std::size_t end = std::min(cookies.find(';'), cookies.size());
        const std::string_view pair = cookies.substr(0, end);
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (http::trim(pair.substr(0, equals)) == cookie_name) return http::trim(pair.substr(equals + 1));
    }
    return std::nullopt;
}

std::optional<std::string_view> own_value(const http::Request& request) {
    for (const http::Field& field : request.fields) {
        if (!http::equal_ignoring_case(field.name, "Cookie")) continue;
        if (const auto value = find_in(field.value)) return value;
    }
    return std::nullopt;
}

/// What may be repeated in a header of ours.
bool is_harmless(std::string_view value) {
    return !value.empty() && value.size() <= max_value && std::ranges::all_of(value, [](char c) {
        return http::is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

std::string session_cookie(const http::Request& request) {
    const std::optional<std::string_view> own = own_value(request);
    const std::string_view value = own && is_harmless(*own) ? *own : "dummy";
    return std::string(cookie_name) + '=' + std::string(value) + "; path=/";
}

}  // namespace stentor::sockjs
