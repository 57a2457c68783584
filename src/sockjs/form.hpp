#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// The value of the first field of that name in a query or an application/x-www-form-urlencoded body (WHATWG
/// URL 5.1): escapes and `+` decoded, broken escapes kept as they are. The result is bytes, not always UTF-8.
std::optional<std::string> form_field(std::string_view form, std::string_view name);

}  // namespace stentor::sockjs
