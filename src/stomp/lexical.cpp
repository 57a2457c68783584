#include "stomp/lexical.hpp"

#include <algorithm>

namespace stentor::stomp {

std::string_view trim_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return text.substr(text.size());
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::size_t> parse_decimal(std::string_view text, std::size_t ceiling) {
    constexpr std::size_t longest_that_fits = 19;
    if (text.empty()) return std::nullopt;
    std::size_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<std::size_t>(c - '0');
        if (text.size() <= longest_that_fits) value = value * 10 + digit;
        else if (digit > ceiling || value > (ceiling - digit) / 10) value = ceiling;
        else value = value * 10 + digit;
    }
    return std::min(value, ceiling);
}

}  // namespace stentor::stomp
