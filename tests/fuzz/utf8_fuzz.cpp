#include "base/utf8.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

/// The slow reference: decodes a character and looks at its number. Gives its size, 0 when it is ill-formed.
std::size_t reference_character(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t size = at(0) < 0x80         ? 1
                             : (at(0) >> 5) == 6  ? 2
                             : (at(0) >> 4) == 14 ? 3
                             : (at(0) >> 3) == 30 ? 4
                                                  : 0;
    if (size == 0 || text.size() < size) return 0;
    std::uint32_t number = size == 1 ? at(0) : at(0) & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xC0) != 0x80) return 0;
        number = number << 6 | (at(i) & 0x3F);
    }
    constexpr std::uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool fits = number >= lowest[size] && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
    return fits ? size : 0;
}

bool reference(std::string_view text) {
    while (!text.empty()) {
        const std::size_t size = reference_character(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

/// The first byte tells the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = 1 + data[0] % 64;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const bool expected = reference(text);
    require(stentor::base::is_utf8(text) == expected);

    stentor::base::Utf8Checker checker;
    stentor::base::Utf8Checker byte_by_byte;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        const std::string_view part = text.substr(at, piece);
        const bool valid = checker.feed(part);
        bool same = false;
        for (std::size_t i = 0; i < part.size(); ++i) same = byte_by_byte.feed(part.substr(i, 1));
        require(valid == same);
    }
    require(checker.complete() == expected);

    const std::string repaired = stentor::base::to_utf8(text);
    require(reference(repaired));
    require(!expected || repaired == text);
    return 0;
}
