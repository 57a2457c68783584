#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stentor::security {

/// What `text` stands for in base64url without padding (RFC 7515 2, RFC 4648 5). Nothing when it is anything
/// else: padding, blanks and line ends, the other alphabet, or bits behind the last whole byte, so that each
/// value has one spelling.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace stentor::security
