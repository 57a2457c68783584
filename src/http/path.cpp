#include "http/path.hpp"

#include "base/utf8.hpp"
#include "http/grammar.hpp"
#include "http/request_parser.hpp"

#include <algorithm>

namespace stentor::http {
namespace {

bool may_stand_in_a_path(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && c != '\\';
}

/// The byte an escape at the front of `text` stands for.
std::optional<char> escaped(std::string_view text) {
    if (text.size() < 3) return std::nullopt;
    const std::optional<unsigned> high = hex_value(text[1]);
    const std::optional<unsigned> low = hex_value(text[2]);
    if (!high || !low) return std::nullopt;
    return static_cast<char>(*high << 4 | *low);
}

}  // namespace

std::optional<std::string> percent_decode_path(std::string_view raw) {
    if (!raw.starts_with('/')) return std::nullopt;
    std::string path;
    path.reserve(raw.size());
    while (!raw.empty()) {
        const std::size_t plain = std::min(raw.find('%'), raw.size());
        path += raw.substr(0, plain);
        raw.remove_prefix(plain);
        if (raw.empty()) break;
        const std::optional<char> byte = escaped(raw);
        if (!byte) return std::nullopt;
        path += *byte;
        raw.remove_prefix(3);
    }
    if (!std::all_of(path.begin(), path.end(), may_stand_in_a_path)) return std::nullopt;
    if (!base::is_utf8(path)) return std::nullopt;
    return path;
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, slash);
        if (segment == "." || segment == "..") return true;
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return false;
}

std::optional<std::string> decode_path(std::string_view raw) {
    std::optional<std::string> path = percent_decode_path(raw);
    if (path && has_dot_segment(*path)) return std::nullopt;
    return path;
}

}  // namespace stentor::http
