#pragma once

#include <string_view>
#include <vector>

namespace stentor::messaging::test {

/// The rules of LikePattern as plainly as they can be said, for a pattern that was accepted: every place of
/// the pattern is tried at every place of the text.
inline bool naive_like(std::string_view pattern, char escape, std::string_view text) {
    enum class Kind { any, character, byte };
    std::vector<std::pair<Kind, char>> parts;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == escape) parts.emplace_back(Kind::byte, pattern[++i]);
        else if (pattern[i] == '%') parts.emplace_back(Kind::any, '%');
        else if (pattern[i] == '_') parts.emplace_back(Kind::character, '_');
        else parts.emplace_back(Kind::byte, pattern[i]);
    }
    const std::size_t end = text.size();
    const auto continues = [&](std::size_t t) {
        return (static_cast<unsigned char>(text[t]) & 0xc0U) == 0x80;
    };
    std::vector<char> rest(end + 1, 0);  // whether what follows in the pattern stands for text from there on
    rest[end] = 1;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        std::vector<char> from(end + 1, 0);
        for (std::size_t t = end + 1; t-- > 0;) {
            if (part->first == Kind::any) {
                from[t] = rest[t] != 0 || (t < end && from[t + 1] != 0);
            } else if (part->first == Kind::byte) {
                from[t] = t < end && text[t] == part->second && rest[t + 1] != 0;
            } else if (t < end && !continues(t)) {
                std::size_t after = t + 1;
                while (rest[after] == 0 && after < end && continues(after)) ++after;
                from[t] = rest[after];
            }
        }
        rest = from;
    }
    return rest[0] != 0;
}

}  // namespace stentor::messaging::test
