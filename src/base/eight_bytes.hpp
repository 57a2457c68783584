#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Questions about the bytes of a text, asked of eight of them at once: most texts are short, and nearly all
/// of them hold nothing special.
namespace stentor::base::eight_bytes {

using Word = std::uint64_t;

constexpr Word every(unsigned char byte) { return 0x0101010101010101U * byte; }

/// Not 0 when a byte is below `limit`, which is at most 0x80.
constexpr Word below(Word word, unsigned char limit) { return (word - every(limit)) & ~word & every(0x80); }
/// Not 0 when a byte is that one.
constexpr Word equal(Word word, unsigned char byte) { return below(word ^ every(byte), 1); }
/// Not 0 when a byte is 0x80 or more.
constexpr Word not_ascii(Word word) { return word & every(0x80); }

template <class Part>
Word load(const char* bytes) {
    Part part;
    std::memcpy(&part, bytes, sizeof part);
    return part;
}

/// Up to seven bytes, at least one, some of them repeated to fill the word.
inline Word load_few(std::string_view text) {
    const char* const bytes = text.data();
    const std::size_t size = text.size();
    if (size >= 4) return load<std::uint32_t>(bytes) | load<std::uint32_t>(bytes + size - 4) << 32;
    const auto at = [bytes](std::size_t i) { return Word{static_cast<unsigned char>(bytes[i])}; };
    return every(static_cast<unsigned char>(bytes[0])) << 24 | at(size - 1) << 16 | at(size / 2) << 8 | at(0);
}

/// Whether it has no byte of 0x80 or more.
inline bool is_ascii(std::string_view text) {
    constexpr std::size_t block = 4 * sizeof(Word);
    Word found = 0;
    for (; text.size() >= block; text.remove_prefix(block))
        for (std::size_t i = 0; i < block; i += sizeof(Word)) found |= load<Word>(text.data() + i);
    for (; text.size() >= sizeof(Word); text.remove_prefix(sizeof(Word))) found |= load<Word>(text.data());
    if (!text.empty()) found |= load_few(text);
    return not_ascii(found) == 0;
}

/// The marks of all of the text's bytes together.
template <class Marks>
Word marks_of(std::string_view text, Marks marks) {
    if (text.empty()) return 0;
    if (text.size() < 8) return marks(load_few(text));
    Word found = 0;
    const char* const last = text.data() + text.size() - 8;
    for (const char* at = text.data(); at < last; at += 8) found |= marks(load<Word>(at));
    return found | marks(load<Word>(last));
}

}  // namespace stentor::base::eight_bytes
