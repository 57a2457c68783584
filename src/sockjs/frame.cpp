#include "sockjs/frame.hpp"

#include "base/utf8.hpp"

#include <array>
#include <cstddef>

namespace stentor::sockjs {
namespace {

/// Bytes at which a run of plain text may end.
using RunEnds = std::array<bool, 256>;

/// In well-formed UTF-8 every multi-byte character that must be escaped begins with E2 (U+2000-2FFF) or EF
/// (U+F000-FFFF); all others are copied with the run.
constexpr RunEnds json_run_ends = [] {
    RunEnds ends{};
    for (std::size_t byte = 0; byte < 0x20; ++byte) ends[byte] = true;
    for (const std::size_t byte : {0x22, 0x5C, 0x7F, 0xE2, 0xEF}) ends[byte] = true;
    return ends;
}();

constexpr RunEnds script_run_ends = [] {
    RunEnds ends = json_run_ends;
    ends['<'] = true;
    return ends;
}();

constexpr bool must_escape(std::uint32_t code) {
    return (code >= 0x200C && code <= 0x200F) || (code >= 0x2028 && code <= 0x202F) ||
           (code >= 0x2060 && code <= 0x206F) || code >= 0xFFF0;
}

void append_escape(std::string& out, std::uint32_t code) {
    constexpr std::string_view digits = "0123456789abcdef";
    const char escape[] = {'\\',
                           'u',
                           digits[code >> 12 & 15],
                           digits[code >> 8 & 15],
                           digits[code >> 4 & 15],
                           digits[code & 15]};
    out.append(escape, sizeof escape);
}

void append_escaped_ascii(std::string& out, unsigned char byte) {
    switch (byte) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\t': out += "\\t"; return;
        case '\n': out += "\\n"; return;
        case '\f': out += "\\f"; return;
        case '\r': out += "\\r"; return;
        default: append_escape(out, byte);
    }
}

/// The code point of the three-byte character at the front of well-formed `text`.
std::uint32_t three_byte_code(std::string_view text) {
    const auto bits = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
    };
    return (bits(0) & 0x0F) << 12 | (bits(1) & 0x3F) << 6 | (bits(2) & 0x3F);
}

void append_escaped(std::string& out, std::string_view text, const RunEnds& ends_run) {
    std::size_t run = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (!ends_run[byte]) {
            ++at;
            continue;
        }
        const std::size_t length = byte < 0x80 ? 1 : 3;
        const std::uint32_t code = length == 1 ? byte : three_byte_code(text.substr(at));
        if (length == 1 || must_escape(code)) {
            out.append(text, run, at - run);
            if (length == 1) append_escaped_ascii(out, byte);
            else append_escape(out, code);
            run = at + length;
        }
        at += length;
    }
    out.append(text, run);
}

void append_string(std::string& out, std::string_view text, const RunEnds& ends_run) {
    out += '"';
    if (base::is_utf8(text)) append_escaped(out, text, ends_run);
    else append_escaped(out, base::to_utf8(text), ends_run);
    out += '"';
}

}  // namespace

std::string close_frame(std::uint16_t code, std::string_view reason) {
    std::string frame = "c[" + std::to_string(code) + ",";
    append_quoted(frame, reason);
    frame += ']';
    return frame;
}

void append_quoted(std::string& out, std::string_view text) { append_string(out, text, json_run_ends); }

void append_script_quoted(std::string& out, std::string_view text) {
    append_string(out, text, script_run_ends);
}

void append_message_frame(std::string& out, std::span<const std::string_view> quoted) {
    out += "a[";
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        if (i > 0) out += ',';
        out += quoted[i];
    }
    out += ']';
}

}  // namespace stentor::sockjs
