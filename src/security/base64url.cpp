#include "security/base64url.hpp"

#include <cstdint>

namespace stentor::security {
namespace {

constexpr unsigned no_digit = 64;

unsigned digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
    if (c == '-') return 62;
    return c == '_' ? 63 : no_digit;
}

}  // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const unsigned digit = digit_of(c);
        if (digit == no_digit) return std::nullopt;
        bits = bits << 6 | digit;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFF);
        bits &= (1U << count) - 1;
    }
    if (bits != 0) return std::nullopt;
    return out;
}

}  // namespace stentor::security
