#include "stomp/encoder.hpp"

#include "base/eight_bytes.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cstring>

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

/// Whether nothing in it is special; some texts are called special that are not.
bool looks_plain(std::string_view text) {
    using namespace base::eight_bytes;
    return marks_of(text,
                    [](Word word) { return below(word, 0x20) | equal(word, ':') | equal(word, '\\'); }) == 0;
}

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

/// Gives `text` piece by piece, as it is to be written.
template <class Take>
void take_apart(Writing writing, std::string_view text, Take take) {
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_special[static_cast<unsigned char>(text[i])]) continue;
        const std::string_view instead = substitute(writing, text[i]);
        if (instead.empty()) continue;
        take(text.substr(run, i - run));
        take(instead);
        run = i + 1;
    }
    take(text.substr(run));
}

std::size_t written_size(Writing writing, std::string_view text) {
    std::size_t size = 0;
    take_apart(writing, text, [&](std::string_view piece) { size += piece.size(); });
    return size;
}

char* put(char* out, std::string_view text) {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

char* put(char* out, char c) {
    *out = c;
    return out + 1;
}

char* put(char* out, Writing writing, std::string_view text) {
    take_apart(writing, text, [&](std::string_view piece) { out = put(out, piece); });
    return out;
}

constexpr std::string_view content_length = "content-length";

std::size_t digits_of(std::size_t number) {
    std::size_t digits = 1;
    for (; number >= 10; number /= 10) ++digits;
    return digits;
}

/// A line without a name would be no header to its reader.
bool is_written(const HeaderView& header) { return !header.name.empty() && header.name != content_length; }

bool has_length(Command command, std::string_view body) { return !body.empty() || may_have_body(command); }

}  // namespace

Encoder::Encoder(Version version, Command command, std::span<const HeaderView> headers, std::string_view body)
    : escapes_(has_escapes(command) ? version : Version::v1_0),
      command_(command),
      headers_(headers),
      body_(body),
      size_(to_string(command).size() + 3 + body.size()) {  // two ends of line, a NUL
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto& [name, value] = headers[i];
        if (!is_written(headers[i])) continue;
        const bool plain = i < 64 && looks_plain(name) && looks_plain(value);
        if (plain) plain_ |= std::uint64_t{1} << i;
        size_ += 2 + (plain ? name.size() + value.size()
                            : written_size(writing_of(escapes_, Writing::plain_name), name) +
                                  written_size(writing_of(escapes_, Writing::plain_value), value));
    }
    if (has_length(command, body)) size_ += content_length.size() + 2 + digits_of(body.size());
}

void Encoder::write(char* out) const {
    const char* const end = out + size_;
    out = put(put(out, to_string(command_)), '\n');
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        const auto& [name, value] = headers_[i];
        if (!is_written(headers_[i])) continue;
        if (is_plain(i)) {
            out = put(put(put(out, name), ':'), value);
        } else {
            out = put(put(out, writing_of(escapes_, Writing::plain_name), name), ':');
            out = put(out, writing_of(escapes_, Writing::plain_value), value);
        }
        out = put(out, '\n');
    }
    if (has_length(command_, body_)) {
        out = put(put(out, content_length), ':');
        out = std::to_chars(out, out + digits_of(body_.size()), body_.size()).ptr;
        out = put(out, '\n');
    }
    out = put(put(put(out, '\n'), body_), '\0');
    assert(out == end);
    (void)end;
}

void encode(std::string& out, Version version, Command command, std::span<const HeaderView> headers,
            std::string_view body) {
    const Encoder frame(version, command, headers, body);
    const std::size_t before = out.size();
    out.resize(before + frame.size());
    frame.write(out.data() + before);
}

void append_escaped(std::string& out, Version version, std::string_view text) {
    take_apart(writing_of(version, Writing::plain_value), text,
               [&](std::string_view piece) { out.append(piece); });
}

}  // namespace stentor::stomp
