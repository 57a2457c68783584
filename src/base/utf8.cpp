#include "base/utf8.hpp"

#include "base/eight_bytes.hpp"

#include <simdjson.h>

#include <cstddef>
#include <optional>

namespace stentor::base {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::size_t worth_simd = 32;

/// What must follow a lead byte: how many continuation bytes, and the bounds of the first of them.
struct Owed {
    std::uint8_t count;
    std::uint8_t lowest = 0x80;
    std::uint8_t highest = 0xBF;
};

/// RFC 3629 4, the table UTF8-1 to UTF8-4; empty for a byte that begins no character.
std::optional<Owed> after_first_byte(unsigned char byte) {
    if (byte < 0x80) return Owed{0};
    if (byte < 0xC2) return std::nullopt;  // a continuation byte, or an overlong form of ASCII
    if (byte < 0xE0) return Owed{1};
    if (byte == 0xE0) return Owed{2, 0xA0, 0xBF};  // below: overlong
    if (byte == 0xED) return Owed{2, 0x80, 0x9F};  // above: surrogates
    if (byte < 0xF0) return Owed{2};
    if (byte == 0xF0) return Owed{3, 0x90, 0xBF};  // below: overlong
    if (byte < 0xF4) return Owed{3};
    if (byte == 0xF4) return Owed{3, 0x80, 0x8F};  // above: past U+10FFFF
    return std::nullopt;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Where the last character of `text` begins if it could be unfinished, else the end: at most 3 bytes back.
std::size_t last_boundary(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const char c = text[text.size() - back];
        if (is_continuation(c)) continue;
        return static_cast<unsigned char>(c) < 0x80 ? text.size() : text.size() - back;
    }
    return text.size();
}

/// How many bytes at the front of `text` form one character, or 0 and in `bad` the length of the ill-formed
/// part to replace as a whole (Unicode 3.9, "maximal subpart").
std::size_t first_character(std::string_view text, std::size_t& bad) {
    bad = 1;
    std::optional<Owed> owed = after_first_byte(static_cast<unsigned char>(text.front()));
    if (!owed) return 0;
    for (std::size_t at = 1; at <= owed->count; ++at) {
        bad = at;
        if (at == text.size()) return 0;
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < owed->lowest || byte > owed->highest) return 0;
        owed->lowest = 0x80;
        owed->highest = 0xBF;
    }
    return std::size_t{1} + owed->count;
}

}  // namespace

/// Most texts are ASCII: to see that takes less than to ask the library.
bool is_utf8(std::string_view text) {
    return eight_bytes::is_ascii(text) || simdjson::validate_utf8(text.data(), text.size());
}

bool Utf8Checker::feed(std::string_view piece) {
    std::size_t at = 0;
    while (valid_ && at < piece.size()) {
        const auto byte = static_cast<unsigned char>(piece[at]);
        if (pending_ > 0) {
            valid_ = byte >= lowest_ && byte <= highest_;
            lowest_ = 0x80;
            highest_ = 0xBF;
            --pending_;
            ++at;
        } else if (piece.size() - at >= worth_simd) {
            const std::string_view rest = piece.substr(at);
            const std::size_t whole = last_boundary(rest);
            valid_ = is_utf8(rest.substr(0, whole));
            at += whole;
        } else if (const std::optional<Owed> owed = after_first_byte(byte)) {
            pending_ = owed->count;
            lowest_ = owed->lowest;
            highest_ = owed->highest;
            ++at;
        } else {
            valid_ = false;
        }
    }
    return valid_;
}

std::string to_utf8(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    while (!text.empty()) {
        std::size_t bad = 0;
        const std::size_t good = first_character(text, bad);
        out += good > 0 ? text.substr(0, good) : replacement;
        text.remove_prefix(good > 0 ? good : bad);
    }
    return out;
}

}  // namespace stentor::base
