#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stentor::messaging {

/// A user's name as one segment of a destination, percent-encoded (RFC 3986 2.1): whatever the name is, the
/// segment has no separator, wildcard, '%' of its own or control character in it, and is no "." or "..".
std::string encode_user_name(std::string_view name);

/// The name that a segment stands for. What need not be encoded may be; nothing when a '%' is not followed by
/// two hexadecimal digits, or when there is no name.
std::optional<std::string> decode_user_name(std::string_view segment);

}  // namespace stentor::messaging
