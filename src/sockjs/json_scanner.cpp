#include "sockjs/json_scanner.hpp"

#include <algorithm>

namespace stentor::sockjs {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

bool ends_run(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }
bool is_high_surrogate(std::uint32_t code) { return code >= 0xD800 && code <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t code) { return code >= 0xDC00 && code <= 0xDFFF; }

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

/// The value of a hexadecimal digit of either case.
std::optional<std::uint32_t> hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

}  // namespace

void JsonScanner::skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
}

bool JsonScanner::sees(char structural) {
    skip_blanks();
    return rest_.starts_with(structural);
}

bool JsonScanner::accept(char structural) {
    if (!sees(structural)) return false;
    rest_.remove_prefix(1);
    return true;
}

bool JsonScanner::at_end() {
    skip_blanks();
    return rest_.empty();
}

std::optional<std::string> JsonScanner::string() {
    if (!accept('"')) return std::nullopt;
    std::string out;
    for (;;) {
        const auto run = static_cast<std::size_t>(std::ranges::find_if(rest_, ends_run) - rest_.begin());
        out.append(rest_, 0, run);
        rest_.remove_prefix(run);
        if (rest_.empty()) return std::nullopt;
        const char stop = rest_.front();
        rest_.remove_prefix(1);
        if (stop == '"') return out;
        if (stop != '\\' || !escape(out)) return std::nullopt;
    }
}

bool JsonScanner::escape(std::string& out) {
    if (rest_.empty()) return false;
    const char name = rest_.front();
    rest_.remove_prefix(1);
    switch (name) {
        case '"':
        case '\\':
        case '/': out += name; return true;
        case 'b': out += '\b'; return true;
        case 'f': out += '\f'; return true;
        case 'n': out += '\n'; return true;
        case 'r': out += '\r'; return true;
        case 't': out += '\t'; return true;
        case 'u': return unicode_escape(out);
        default: return false;
    }
}

bool JsonScanner::unicode_escape(std::string& out) {
    const std::optional<std::uint32_t> first = hex4();
    if (!first) return false;
    if (!is_high_surrogate(*first)) {
        append_utf8(out, is_low_surrogate(*first) ? replacement : *first);
        return true;
    }
    const std::string_view after_first = rest_;
    if (rest_.starts_with("\\u")) {
        rest_.remove_prefix(2);
        const std::optional<std::uint32_t> second = hex4();
        if (!second) return false;
        if (is_low_surrogate(*second)) {
            append_utf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
            return true;
        }
    }
    rest_ = after_first;  // what follows is a character of its own
    append_utf8(out, replacement);
    return true;
}

std::optional<std::uint32_t> JsonScanner::hex4() {
    if (rest_.size() < 4) return std::nullopt;
    std::uint32_t code = 0;
    for (const char c : rest_.substr(0, 4)) {
        const std::optional<std::uint32_t> digit = hex_value(c);
        if (!digit) return std::nullopt;
        code = code << 4 | *digit;
    }
    rest_.remove_prefix(4);
    return code;
}

}  // namespace stentor::sockjs
