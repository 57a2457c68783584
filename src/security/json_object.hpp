#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

namespace stentor::security {

/// The JSON object that `text` is (RFC 8259), of a depth up to 8. Nothing when it is none, has one name twice
/// somewhere, ill-formed UTF-8, U+0000, or a number that does not fit 64 bits or a double.
std::optional<boost::json::object> parse_json_object(std::string_view text);

/// The value of that name, if it is a string; else nothing.
std::optional<std::string_view> string_in(const boost::json::object& object, std::string_view name);

}  // namespace stentor::security
