#include "stomp/encoder.hpp"

#include <array>
#include <charconv>

namespace stentor::stomp {

namespace {

/// How a text is written: escaped as a version has it, or as it is.
enum class Writing : std::uint8_t { escaped_1_2, escaped_1_1, plain_name, plain_value };

Writing writing_of(Version version, Writing plain) {
    switch (version) {
        case Version::v1_0: return plain;
        case Version::v1_1: return Writing::escaped_1_1;
        case Version::v1_2: return Writing::escaped_1_2;
    }
    return plain;
}

constexpr std::array<bool, 256> is_special = [] {
    std::array<bool, 256> table{};
    for (const char c : {'\0', '\n', '\r', ':', '\\'}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

/// What stands for a special character; empty when it may stay. No version has a way to write a NUL, and what
/// a version cannot write must not end a line or a frame early, so a blank stands for it.
std::string_view substitute(Writing writing, char special) {
    const bool escapes = writing == Writing::escaped_1_2 || writing == Writing::escaped_1_1;
    switch (special) {
        case '\n': return escapes ? "\\n" : " ";
        case '\r': return writing == Writing::escaped_1_2 ? "\\r" : " ";
        case ':':
            if (escapes) return "\\c";
            return writing == Writing::plain_name ? " " : "";
        case '\\': return escapes ? "\\\\" : "";
        default: return " ";
    }
}

void append(std::string& out, Writing writing, std::string_view text) {
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_special[static_cast<unsigned char>(text[i])]) continue;
        const std::string_view instead = substitute(writing, text[i]);
        if (instead.empty()) continue;
        out.append(text, run, i - run).append(instead);
        run = i + 1;
    }
    out.append(text, run);
}

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), written.ptr);
}

}  // namespace

void encode(std::string& out, Version version, Command command, std::span<const HeaderView> headers,
            std::string_view body) {
    const Version escapes = has_escapes(command) ? version : Version::v1_0;
    const Writing name_writing = writing_of(escapes, Writing::plain_name);
    const Writing value_writing = writing_of(escapes, Writing::plain_value);
    out.append(to_string(command)).push_back('\n');
    for (const auto& [name, value] : headers) {
        // A line without a name would be no header to its reader.
        if (name.empty() || name == "content-length") continue;
        append(out, name_writing, name);
        out.push_back(':');
        append(out, value_writing, value);
        out.push_back('\n');
    }
    if (!body.empty() || may_have_body(command)) {
        out.append("content-length:");
        append_number(out, body.size());
        out.push_back('\n');
    }
    out.append("\n").append(body).push_back('\0');
}

void append_escaped(std::string& out, Version version, std::string_view text) {
    append(out, writing_of(version, Writing::plain_value), text);
}

}  // namespace stentor::stomp
