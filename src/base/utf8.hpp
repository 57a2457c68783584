#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::base {

/// Whether all of `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
/// U+10FFFF).
bool is_utf8(std::string_view text);

/// Checks a text that arrives in pieces (WebSocket fragments) and fails as early as the bytes allow.
/// Shard-local.
class Utf8Checker {
public:
    /// False as soon as no continuation could make the text well-formed; stays false.
    bool feed(std::string_view piece);
    /// True when the text so far ends on a character boundary.
    [[nodiscard]] bool complete() const { return valid_ && pending_ == 0; }
    void reset() { *this = {}; }

private:
    bool valid_ = true;
    std::uint8_t pending_ = 0;    ///< continuation bytes still owed
    std::uint8_t lowest_ = 0x80;  ///< bounds of the next continuation byte
    std::uint8_t highest_ = 0xBF;
};

/// `text` with every ill-formed sequence replaced by U+FFFD, for carriers that can hold text only.
std::string to_utf8(std::string_view text);

}  // namespace stentor::base
