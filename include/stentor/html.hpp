#pragma once

#include <string>
#include <string_view>

namespace stentor {

/// `text` with & < > " ' as character references: safe between tags and inside quoted attributes. Never for
/// script, style or URLs.
[[nodiscard]] std::string html_escape(std::string_view text);

}  // namespace stentor
