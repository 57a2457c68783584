#pragma once

#include "stomp/frame.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace stentor::stomp {

/// What one look over a header line tells.
struct HeaderLine {
    std::size_t colon = std::string_view::npos;  ///< the first one; npos when there is none
    bool has_control = false;                    ///< a control character other than the tab, or DEL
    bool has_backslash = false;
    bool is_ascii = true;
};
HeaderLine look_at(std::string_view line);

/// Undoes the escapes of that version in place and gives the new size; empty when an escape is not defined
/// there (STOMP 1.2, "Value Encoding": undefined escape sequences are fatal). 1.0 has none.
std::optional<std::size_t> unescape(char* text, std::size_t size, Version version);

}  // namespace stentor::stomp
