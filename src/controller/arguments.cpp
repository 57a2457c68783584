#include "stentor/arguments.hpp"

#include "base/utf8.hpp"

namespace stentor::detail {
namespace {

std::string quoted(std::string_view kind, std::string_view name) {
    return std::string(kind) + " '" + std::string(name) + "' ";
}

}  // namespace

Result<std::string_view> variable_of(const Call& call, std::string_view name) {
    for (const auto& [variable, value] : call.variables)
        if (variable == name) return std::string_view(value);
    return Error{Errc::conversion, quoted("variable", name) + "is not part of this destination"};
}

Result<std::string_view> payload_of(const Message& message) {
    if (message.body.empty()) return Error{Errc::conversion, "payload: is missing"};
    return std::string_view(message.body);
}

Result<std::string_view> text_payload_of(const Message& message) {
    if (message.body.empty()) return payload_of(message);
    if (!base::is_utf8(message.body)) return Error{Errc::conversion, "payload: should be UTF-8 text"};
    return std::string_view(message.body);
}

Result<const BoundConverter*> converter_for(const Call& call, std::type_index type, bool json) {
    const BoundConverter* const found =
        call.converters == nullptr ? nullptr : call.converters->find(type, call.message->content_type());
    if (found != nullptr) return found;
    const std::string others = call.converters == nullptr ? "" : call.converters->content_types_of(type);
    const char* const also = json && !others.empty() ? " or " : "";
    return Error{Errc::conversion, "payload: the content type should be " +
                                       ((json ? "application/json" : "") + (also + others))};
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
