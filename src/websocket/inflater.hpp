#pragma once

#include "websocket/zlib_stream.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stentor::websocket {

struct InflaterOptions {
    int window_bits = 15;           ///< the sender's
    bool context_takeover = false;  ///< a message may refer to bytes of those before it (RFC 7692 7.2.3.2)
};

/// Decompresses messages, one after the other and each in pieces (RFC 7692 7.2.2). Between messages it keeps
/// nothing, or with context takeover the last 2^window_bits bytes. Shard-local.
///
/// For each piece call inflate() until it gives an empty text; after the last piece call finish() once.
/// Either gives nothing at all when the data is broken, and from then on always.
class Inflater {
public:
    /// What one call may give.
    static constexpr std::size_t step = std::size_t{16} * 1024;
    using Room = std::span<char, step>;

    explicit Inflater(InflaterOptions options) : options_(options) {}

    /// Takes bytes off the front of `compressed`; what they stand for is written into `room`.
    std::optional<std::string_view> inflate(std::string_view& compressed, Room room);
    /// The message's last bytes, if any. Broken when it does not end where a block ends.
    std::optional<std::string_view> finish(Room room);

private:
    bool begin_message();
    void end_message();
    std::optional<std::string_view> run(std::string_view& compressed, Room room);
    int run_once(std::string_view& compressed);
    [[nodiscard]] bool at_boundary() const;
    std::nullopt_t fail();

    const InflaterOptions options_;
    InflateStream stream_;       ///< while a message is read
    bool at_first_bit_ = false;  ///< nothing was read of the present run of blocks
    bool broken_ = false;
    std::string history_;  ///< the window that the next message begins with
};

}  // namespace stentor::websocket
