#include "stomp/header_line.hpp"

#include "base/eight_bytes.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace stentor::stomp {

namespace {

enum Mark : std::uint8_t { control = 1, backslash = 2, beyond_ascii = 4 };

constexpr std::array<std::uint8_t, 256> marks = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = c == '\t' ? 0 : control;
    table[0x7f] = control;
    table['\\'] = backslash;
    for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = beyond_ascii;
    return table;
}();

std::optional<char> unescaped(char letter, Version version) {
    switch (letter) {
        case 'n': return '\n';
        case 'c': return ':';
        case '\\': return '\\';
        case 'r':
            if (version == Version::v1_2) return '\r';
            return std::nullopt;
        default: return std::nullopt;
    }
}

}  // namespace

HeaderLine look_at(std::string_view line) {
    const bool remarkable =
        base::eight_bytes::marks_of(line, [](base::eight_bytes::Word word) {
            using namespace base::eight_bytes;
            return below(word, 0x20) | equal(word, 0x7f) | equal(word, '\\') | not_ascii(word);
        }) != 0;
    if (!remarkable) return {.colon = line.find(':')};
    std::uint8_t seen = 0;
    for (const char c : line) seen |= marks[static_cast<unsigned char>(c)];
    return {.colon = line.find(':'),
            .has_control = (seen & control) != 0,
            .has_backslash = (seen & backslash) != 0,
            .is_ascii = (seen & beyond_ascii) == 0};
}

std::optional<std::size_t> unescape(char* text, std::size_t size, Version version) {
    if (size == 0 || version == Version::v1_0) return size;
    char* const first = static_cast<char*>(std::memchr(text, '\\', size));
    if (first == nullptr) return size;
    const char* const end = text + size;
    char* to = first;
    for (const char* from = first; from != end; ++from) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        if (++from == end) return std::nullopt;
        const std::optional<char> meant = unescaped(*from, version);
        if (!meant) return std::nullopt;
        *to++ = *meant;
    }
    return static_cast<std::size_t>(to - text);
}

}  // namespace stentor::stomp
