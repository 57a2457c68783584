#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace stentor::stomp {

/// `text` without the spaces and tabs around it.
std::string_view trim_blanks(std::string_view text);

/// The value of a run of decimal digits, at most `ceiling` (larger numbers give it); empty when `text` is
/// empty or holds anything else.
std::optional<std::size_t> parse_decimal(std::string_view text, std::size_t ceiling);

}  // namespace stentor::stomp
