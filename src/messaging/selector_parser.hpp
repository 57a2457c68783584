#pragma once

#include "messaging/selector_program.hpp"
#include "stentor/result.hpp"

#include <string_view>

namespace stentor::messaging {

/// The grammar and its limits are Selector's.
Result<SelectorProgram> parse_selector(std::string_view text);

}  // namespace stentor::messaging
