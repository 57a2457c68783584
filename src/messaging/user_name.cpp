#include "messaging/user_name.hpp"

#include "stentor/user_destination.hpp"

#include <algorithm>
#include <cstddef>

namespace stentor {
namespace messaging {
namespace {

bool stands_for_itself(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '~' || c == '@' || c == '.';
}

std::optional<unsigned> digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

}  // namespace

std::string encode_user_name(std::string_view name) {
    static constexpr char digits[] = "0123456789ABCDEF";
    const bool only_dots = std::ranges::all_of(name, [](char c) { return c == '.'; });
    std::string segment;
    segment.reserve(name.size());
    for (const char c : name) {
        if (stands_for_itself(c) && !only_dots) {
            segment += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        segment += '%';
        segment += digits[byte >> 4U];
        segment += digits[byte & 15U];
    }
    return segment;
}

std::optional<std::string> decode_user_name(std::string_view segment) {
    if (segment.empty()) return std::nullopt;
    std::string name;
    name.reserve(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] != '%') {
            name += segment[i];
            continue;
        }
        if (segment.size() - i < 3) return std::nullopt;
        const auto high = digit(segment[i + 1]);
        const auto low = digit(segment[i + 2]);
        if (!high || !low) return std::nullopt;
        name += static_cast<char>(*high << 4U | *low);
        i += 2;
    }
    return name;
}

}  // namespace messaging

std::string user_destination(std::string_view name, std::string_view destination) {
    return "/user/" + messaging::encode_user_name(name) + std::string(destination);
}

}  // namespace stentor
