#include "controller/conversion_checks.hpp"

namespace stentor::controller {
namespace {

using Kind = BodyType::Kind;

bool has_converter(const BodyType& body, std::string_view content_type, const Converters& converters) {
    return converters.find(body.type, content_type) != nullptr;
}

/// Whether a result can be written as that, which is not empty.
bool can_produce(const BodyType& result, std::string_view content_type, const Converters& converters) {
    switch (result.kind) {
        case Kind::none: return false;
        case Kind::raw: return true;
        case Kind::json:
            return detail::may_be_json(content_type) || has_converter(result, content_type, converters);
        case Kind::converted: return has_converter(result, content_type, converters);
    }
    return false;
}

bool is_content_type(std::string_view text) {
    const std::string type = detail::media_type(text);
    const std::size_t slash = type.find('/');
    return slash != std::string::npos && slash > 0 && slash + 1 < type.size() &&
           text.find_first_of("\r\n") == std::string_view::npos;
}

}  // namespace

std::string conversion_misuse_of(const BodyType& payload, const BodyType& result, std::string_view produces,
                                 const Converters& converters) {
    if (payload.kind == Kind::converted && !has_converter(payload, "", converters))
        return "its payload is no JSON, and no message converter reads it";
    if (result.kind == Kind::converted && !has_converter(result, "", converters))
        return "its result is no JSON, and no message converter writes it";
    if (produces.empty()) return {};
    const std::string said = "produces(\"" + std::string(produces) + "\")";
    if (!is_content_type(produces)) return said + " is not a content type";
    if (result.kind == Kind::none) return said + ", but its function returns nothing";
    if (!can_produce(result, produces, converters))
        return said + ", but no message converter writes its result so";
    return {};
}

}  // namespace stentor::controller
