#include "messaging/like_pattern.hpp"

namespace stentor::messaging {
namespace {

constexpr std::size_t bits = 64;

std::uint64_t bit(std::size_t state) { return std::uint64_t{1} << (state % bits); }

}  // namespace

/// From the last state on: a byte whose halves lie between those of the two.
void LikePattern::accept(unsigned char from, unsigned char to) {
    Word& word = words_[length_ / bits];
    for (unsigned high = from >> 4U; high <= to >> 4U; ++high) word.high[high] |= bit(length_);
    for (unsigned low = from & 15U; low <= (to & 15U); ++low) word.low[low] |= bit(length_);
}

Result<LikePattern> LikePattern::parse(std::string_view text, std::optional<char> escape) {
    if (text.size() > max_bytes) return Error{Errc::too_large, "a pattern has at most 1024 bytes"};
    LikePattern pattern;
    pattern.words_.resize(text.size() / bits + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == escape;
        if (escaped && ++i == text.size()) return Error{Errc::malformed, "a pattern ends with its escape"};
        if (!escaped && text[i] == '%') {
            pattern.words_[pattern.length_ / bits].gap |= bit(pattern.length_);
            continue;
        }
        if (!escaped && text[i] == '_') {  // a first byte of a character; others are 0x80 to 0xbf
            pattern.accept(0x00, 0x7f);
            pattern.accept(0xc0, 0xff);
            ++pattern.length_;
            pattern.words_[pattern.length_ / bits].character |= bit(pattern.length_);
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        pattern.accept(byte, byte);
        ++pattern.length_;
    }
    pattern.words_.resize(pattern.length_ / bits + 1);
    return pattern;
}

bool LikePattern::matches(std::string_view text) const {
    std::array<std::uint64_t, max_bytes / bits + 1> states{1};
    const std::size_t last = length_ / bits;
    const std::uint64_t found = bit(length_);
    for (const char c : text) {
        if ((states[last] & words_[last].gap & found) != 0) return true;  // the rest is a `%`
        const auto byte = static_cast<unsigned char>(c);
        const bool first = (byte & 0xc0U) != 0x80;
        std::uint64_t carry = 0;
        std::uint64_t any = 0;
        for (std::size_t w = 0; w <= last; ++w) {
            const Word& word = words_[w];
            const std::uint64_t moved = states[w] & word.high[byte >> 4U] & word.low[byte & 15U];
            const std::uint64_t stay = first ? word.gap : word.gap | word.character;
            states[w] = (moved << 1U) | carry | (states[w] & stay);
            carry = moved >> (bits - 1);
            any |= states[w];
        }
        if (any == 0) return false;
    }
    return (states[last] & found) != 0;
}

}  // namespace stentor::messaging
