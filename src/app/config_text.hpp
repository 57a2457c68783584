#pragma once

#include "stentor/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

/// "8080": decimal digits alone, up to the largest std::uint64_t.
Result<std::uint64_t> parse_number(std::string_view text);
/// "65536", "64KiB", "1MiB", "2GiB".
Result<std::uint64_t> parse_size(std::string_view text);
/// "250ms", "10s", "5m", "1h"; a number alone is milliseconds.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The shortest text that parses to the value.
std::string size_text(std::uint64_t size);
std::string duration_text(std::chrono::milliseconds duration);

/// For messages, which are one line: without control characters.
std::string one_line(std::string_view text);
/// The same in single quotes, cut at 64 bytes.
std::string in_quotes(std::string_view text);

/// The one of `known` that `text` probably meant; empty when none is near.
std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known);

}  // namespace stentor::app
