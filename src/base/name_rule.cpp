#include "base/name_rule.hpp"

#include "base/utf8.hpp"

#include <cstddef>

namespace stentor::base {
namespace {

constexpr std::size_t longest_name = 255;

bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        // C1 controls, U+0080 to U+009F
        if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0)
            return true;
    }
    return false;
}

}  // namespace

std::string fault_of_word(const std::string& what, std::string_view word) {
    if (word.empty()) return what + " is empty";
    if (word.size() > longest_name) return what + " is over 255 bytes";
    if (!base::is_utf8(word)) return what + " is no UTF-8";
    if (has_control(word)) return what + " has a control character in it";
    if (word.find("\xef\xbb\xbf") != std::string_view::npos) return what + " has a byte order mark in it";
    return {};
}

}  // namespace stentor::base
