#include "sockjs/cookie.hpp"

#include "http/grammar.hpp"

#include <algorithm>
#include <cstddef>

namespace stentor::sockjs {
namespace {

constexpr std::string_view cookie_name = "JSESSIONID";
constexpr std::size_t max_value = 64;

std::optional<std::string_view> find_in(std::string_view cookies, std::string_view name) {
    while (!cookies.empty()) {
        const std::size_t end = std::min(cookies.find(';'), cookies.size());
        const std::string_view pair = cookies.substr(0, end);
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (http::trim(pair.substr(0, equals)) == name) return http::trim(pair.substr(equals + 1));
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

std::optional<std::string_view> cookie_of(const http::Request& request, std::string_view name) {
    for (const http::Field& field : request.fields) {
        if (!http::equal_ignoring_case(field.name, "Cookie")) continue;
        if (const auto value = find_in(field.value, name)) return value;
    }
    return std::nullopt;
}

std::string session_cookie(const http::Request& request) {
    const std::optional<std::string_view> own = cookie_of(request, cookie_name);
    const std::string_view value = own && is_harmless(*own) ? *own : "dummy";
    return std::string(cookie_name) + '=' + std::string(value) + "; path=/";
}

}  // namespace stentor::sockjs
