#include "sockjs/callback.hpp"

#include "http/grammar.hpp"
#include "sockjs/form.hpp"
#include "sockjs/transport.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace stentor::sockjs {
namespace {

constexpr std::size_t max_callback = 64;

bool may_stand_in_a_callback(char c) {
    return http::is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
}

bool is_callback(std::string_view text) {
    return !text.empty() && text.size() <= max_callback && std::ranges::all_of(text, may_stand_in_a_callback);
}

}  // namespace

Result<std::string> parse_callback(std::string_view query) {
    std::optional<std::string> callback = form_field(query, "c");
    if (!callback) return Error{Errc::malformed, R"("callback" parameter required)"};
    if (!is_callback(*callback)) return Error{Errc::malformed, R"(invalid "callback" parameter)"};
    return std::move(*callback);
}

std::optional<http::Response> refuse_callback(const http::Request& request) {
    const Result<std::string> callback = parse_callback(request.query);
    if (callback) return std::nullopt;
    http::Response response{500, {{"Content-Type", "text/plain; charset=UTF-8"}}, callback.error().message};
    add_transport_headers(response, request);
    return response;
}

std::string callback_of(const http::Request& request) {
    Result<std::string> callback = parse_callback(request.query);
    return callback ? std::move(*callback) : std::string();
}

}  // namespace stentor::sockjs
