#include "security/json_object.hpp"

#include <simdjson.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>

namespace stentor::security {
namespace {

constexpr std::size_t max_depth = 8;

using Found = std::optional<boost::json::value>;

Found copy_of(const simdjson::dom::element& from);

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// A name that stands there twice is what readers take differently (RFC 8259 4), so nobody gets either.
Found copy_of(const simdjson::dom::object& from) {
    boost::json::object object;
    for (const auto& [name, element] : from) {
        Found value = copy_of(element);
        if (!value || has_nul(name)) return std::nullopt;
        if (!object.emplace(name, std::move(*value)).second) return std::nullopt;
    }
    return object;
}

Found copy_of(const simdjson::dom::array& from) {
    boost::json::array array;
    for (const simdjson::dom::element element : from) {
        Found value = copy_of(element);
        if (!value) return std::nullopt;
        array.push_back(std::move(*value));
    }
    return array;
}

Found copy_of(const simdjson::dom::element& from) {
    using Type = simdjson::dom::element_type;
    switch (from.type()) {
        case Type::OBJECT: return copy_of(from.get_object().value_unsafe());
        case Type::ARRAY: return copy_of(from.get_array().value_unsafe());
        case Type::STRING: {
            const std::string_view text = from.get_string().value_unsafe();
            if (has_nul(text)) return std::nullopt;
            return boost::json::value(text);
        }
        case Type::INT64: return boost::json::value(from.get_int64().value_unsafe());
        case Type::UINT64: return boost::json::value(from.get_uint64().value_unsafe());
        case Type::DOUBLE: return boost::json::value(from.get_double().value_unsafe());
        case Type::BOOL: return boost::json::value(from.get_bool().value_unsafe());
        case Type::NULL_VALUE: return boost::json::value(nullptr);
    }
    return std::nullopt;
}

}  // namespace

std::optional<boost::json::object> parse_json_object(std::string_view text) {
    simdjson::dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(text.size(), 64), max_depth) != simdjson::SUCCESS)
        return std::nullopt;
    simdjson::dom::element element;
    if (parser.parse(text.data(), text.size()).get(element) != simdjson::SUCCESS) return std::nullopt;
    if (!element.is_object()) return std::nullopt;
    Found value = copy_of(element);
    if (!value) return std::nullopt;
    return std::move(value->as_object());
}

std::optional<std::string_view> string_in(const boost::json::object& object, std::string_view name) {
    const boost::json::value* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->as_string());
}

}  // namespace stentor::security
