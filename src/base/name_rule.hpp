#pragma once

#include <string>
#include <string_view>

namespace stentor::base {

/// Nothing is wrong with what names somebody or an authority, or what: it has 1 to 255 bytes of UTF-8,
/// without control characters. Whatever else is in it is encoded where it becomes a part of a destination.
std::string fault_of_word(const std::string& what, std::string_view word);

}  // namespace stentor::base
