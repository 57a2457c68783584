#include "stentor/detail/json_write.hpp"

#include "base/eight_bytes.hpp"
#include "base/utf8.hpp"

#include <charconv>
#include <cmath>

namespace stentor::json::detail {
namespace {

constexpr double largest_exact = 9007199254740992.0;  // 2^53

void write_escape(std::string& out, unsigned char c) {
    static constexpr char digits[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    out += "\\u00";
    out += digits[c >> 4];
    out += digits[c & 15];
}

/// Whether it is ASCII and nothing in it needs an escape.
bool is_plain(std::string_view text) {
    using namespace base::eight_bytes;
    return marks_of(text, [](Word word) {
               return below(word, 0x20) | equal(word, '"') | equal(word, '\\') | not_ascii(word);
           }) == 0;
}

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

template <class Number>
void write_finite(std::string& out, Number number) {
    char digits[32];
    const auto [end, problem] = std::to_chars(digits, digits + sizeof digits, number);
    const std::string_view written(digits, end);
    out += written;
    // Without a fraction it reads back as an integer, which a double no longer is up there.
    const bool is_whole = written.find_first_of(".e") == written.npos;
    if (is_whole && std::fabs(number) > static_cast<Number>(largest_exact)) out += ".0";
}

void write_object(std::string& out, const boost::json::object& object) {
    out += '{';
    bool first = true;
    for (const auto& entry : object) {
        if (!std::exchange(first, false)) out += ',';
        write_text(out, std::string_view(entry.key()));
        out += ':';
        write_value(out, entry.value());
    }
    out += '}';
}

void write_array(std::string& out, const boost::json::array& array) {
    out += '[';
    bool first = true;
    for (const auto& element : array) {
        if (!std::exchange(first, false)) out += ',';
        write_value(out, element);
    }
    out += ']';
}

}  // namespace

void write_text(std::string& out, std::string_view text) {
    if (is_plain(text)) {
        out.append(1, '"').append(text).append(1, '"');
        return;
    }
    // JSON is UTF-8 (RFC 8259, 8.1); what is not becomes U+FFFD.
    if (!base::is_utf8(text)) return write_text(out, base::to_utf8(text));
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape(static_cast<unsigned char>(text[i]))) continue;
        out += text.substr(written, i - written);
        write_escape(out, static_cast<unsigned char>(text[i]));
        written = i + 1;
    }
    out += text.substr(written);
    out += '"';
}

void write_number(std::string& out, double number) {
    std::isfinite(number) ? write_finite(out, number) : void(out += "null");
}

void write_number(std::string& out, float number) {
    std::isfinite(number) ? write_finite(out, number) : void(out += "null");
}

void write_value(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null: out += "null"; return;
        case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
        case boost::json::kind::int64: out += std::to_string(value.get_int64()); return;
        case boost::json::kind::uint64: out += std::to_string(value.get_uint64()); return;
        case boost::json::kind::double_: return write_number(out, value.get_double());
        case boost::json::kind::string: return write_text(out, std::string_view(value.get_string()));
        case boost::json::kind::array: return write_array(out, value.get_array());
        case boost::json::kind::object: return write_object(out, value.get_object());
    }
}

}  // namespace stentor::json::detail
