#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stentor::http {

/// Percent-decodes once; empty when an escape is broken or the result is no valid text for a path: it begins
/// with '/', is UTF-8 and has no control character and no backslash.
std::optional<std::string> percent_decode_path(std::string_view raw);

/// Whether a segment of the decoded path is "." or "..".
bool has_dot_segment(std::string_view path);

}  // namespace stentor::http
