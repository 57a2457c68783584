#pragma once

#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <optional>
#include <string_view>

namespace stentor::security {

/// The value of that cookie. Nothing where there is none, or an empty one; an error where there are two: one
/// of them may be another site's below the same domain (RFC 6265 8.6), and none tells which.
Result<std::optional<std::string_view>> shown_cookie(std::string_view cookies, std::string_view name);

/// The same of a parameter of a query, as sent (RFC 6750 2.3).
Result<std::optional<std::string_view>> shown_parameter(std::string_view query, std::string_view name);

}  // namespace stentor::security
