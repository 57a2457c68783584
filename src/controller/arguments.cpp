#include "stentor/arguments.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace stentor::detail {
namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

/// Browsers' STOMP clients often send JSON without a content type or as text; both are let through.
bool may_be_json(std::string_view content_type) {
    if (content_type == "application/json") return true;  // as nearly all of them write it
    std::string type = lower_case(content_type.substr(0, content_type.find(';')));
    std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
    return type.empty() || type == "application/json" || type == "text/plain" || type.ends_with("+json");
}

std::string quoted(std::string_view kind, std::string_view name) {
    return std::string(kind) + " '" + std::string(name) + "' ";
}

}  // namespace

Result<std::string_view> variable_of(const Call& call, std::string_view name) {
    for (const auto& [variable, value] : call.variables)
        if (variable == name) return std::string_view(value);
    return Error{Errc::conversion, quoted("variable", name) + "is not part of this destination"};
}

Result<std::string_view> json_payload_of(const Message& message) {
    if (message.body.empty()) return Error{Errc::conversion, "payload: is missing"};
    if (!may_be_json(message.content_type()))
        return Error{Errc::conversion, "payload: the content type should be application/json"};
    return std::string_view(message.body);
}

Result<std::string_view> text_payload_of(const Message& message) {
    if (!base::is_utf8(message.body)) return Error{Errc::conversion, "payload: should be UTF-8 text"};
    return std::string_view(message.body);
}

Error not_logged_in() { return {Errc::forbidden, "a logged-in user is needed"}; }

Error missing_header(std::string_view name) {
    return {Errc::conversion, quoted("header", name) + "is missing"};
}

Error bad_text(std::string_view kind, std::string_view name, std::string_view expectation_of_kind) {
    return {Errc::conversion, quoted(kind, name) + std::string(expectation_of_kind)};
}

Error bad_payload(const Error& error) { return {Errc::conversion, "payload: " + error.message}; }

}  // namespace stentor::detail
