#pragma once

#include "stentor/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stentor::messaging {

/// SQL's LIKE: `%` stands for any text, `_` for one character (of UTF-8), anything else for itself. All ways
/// through the pattern are followed at once, one bit each, so that a text costs the same per byte whatever
/// the pattern: there is no backtracking. Immutable.
class LikePattern {
public:
    static constexpr std::size_t max_bytes = 1024;

    /// What follows `escape` stands for itself.
    static Result<LikePattern> parse(std::string_view text, std::optional<char> escape);
    /// Allocates nothing.
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    /// 64 states. State i: the first i of the pattern's bytes and `_` stand for what was read so far. A byte
    /// leads from i to i + 1 when both its halves may stand there (which is how a set of bytes, too, is
    /// said).
    struct Word {
        std::array<std::uint64_t, 16> high = {};
        std::array<std::uint64_t, 16> low = {};
        std::uint64_t gap = 0;        ///< a `%` stands here: any byte stays
        std::uint64_t character = 0;  ///< an `_` ends here: the rest of its character stays
    };
    LikePattern() = default;
    void accept(unsigned char from, unsigned char to);

    std::vector<Word> words_;
    std::size_t length_ = 0;  ///< the last state: all of the pattern was found
};

}  // namespace stentor::messaging
