#include "sockjs_frames.hpp"

#include "failure.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>

namespace stentor::bench {
namespace {

[[noreturn]] void refuse() { throw Failure("a SockJS frame came that holds no array of JSON strings"); }

std::uint32_t hex4(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 4 || error != std::errc() || end != digits.data() + 4) refuse();
    return value;
}

void append_utf8(std::uint32_t point, std::string& text) {
    const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xc0 | point >> 6);
        tail(0);
    } else if (point < 0x10000) {
        text += static_cast<char>(0xe0 | point >> 12);
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0 | point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

/// What follows `\u`; two of them for what is beyond the first 65,536 characters.
void unescape_unicode(std::string_view& rest, std::string& text) {
    std::uint32_t point = hex4(rest.substr(0, 4));
    rest.remove_prefix(4);
    if (point >= 0xd800 && point < 0xdc00 && rest.starts_with("\\u")) {
        const std::uint32_t low = hex4(rest.substr(2, 4));
        if (low >= 0xdc00 && low < 0xe000) {
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            rest.remove_prefix(6);
        }
    }
    append_utf8(point, text);
}

/// What follows a backslash.
void unescape(std::string_view& rest, std::string& text) {
    if (rest.empty()) refuse();
    const char kind = rest.front();
    rest.remove_prefix(1);
    switch (kind) {
        case 'n': text += '\n'; return;
        case 'r': text += '\r'; return;
        case 't': text += '\t'; return;
        case 'b': text += '\b'; return;
        case 'f': text += '\f'; return;
        case '"':
        case '\\':
        case '/': text += kind; return;
        case 'u': return unescape_unicode(rest, text);
        default: refuse();
    }
}

}  // namespace

std::string sockjs_string(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        if (c == '\n') {
            json += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            json += escape;
        } else {
            if (c == '"' || c == '\\') json += '\\';
            json += c;
        }
    }
    return json + '"';
}

bool next_sockjs_string(std::string_view& array, std::string& text) {
    if (array == "]" || array == "[]") return false;
    if (array.size() < 2 || (array[0] != '[' && array[0] != ',') || array[1] != '"') refuse();
    array.remove_prefix(2);
    while (true) {
        const std::size_t special = array.find_first_of("\"\\");
        if (special == std::string_view::npos) refuse();
        text.append(array.substr(0, special));
        const bool ends = array[special] == '"';
        array.remove_prefix(special + 1);
        if (ends) return true;
        unescape(array, text);
    }
}

}  // namespace stentor::bench
