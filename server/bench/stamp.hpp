#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::bench {

/// Who published a message and which of theirs it is: 16 hexadecimal digits in its body.
struct Stamp {
    static constexpr std::size_t size = 16;
    static constexpr std::uint64_t probe =
        (1ULL << 40) - 1;  ///< the sequence of messages that are not counted

    std::uint32_t publisher = 0;  ///< below 2^24
    std::uint64_t sequence = 0;   ///< below 2^40

    friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// Writes `size` digits.
void write_stamp(char* to, Stamp stamp);

/// Of the digits that `text` begins with.
std::optional<Stamp> read_stamp(std::string_view text);

/// Of the first digits anywhere in the text, for answers that carry them somewhere.
std::optional<Stamp> find_stamp(std::string_view text);

/// A body of that many bytes: a stamp of zeros where there is room for one, then text that compresses as JSON
/// does.
std::string stamped_body(std::size_t size);

}  // namespace stentor::bench
