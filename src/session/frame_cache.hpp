#pragma once

#include "base/shared_bytes.hpp"
#include "session/frame_compressor.hpp"
#include "session/framing.hpp"
#include "stentor/message.hpp"
#include "stomp/frame.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace stentor::session {

/// Encode once: subscribers with the same subscription id, STOMP version, framing and window of compression
/// get byte-identical MESSAGE frames, so each such combination has a number, and a message is encoded at most
/// once for each number. Shard-local.
class FrameCache {
public:
    using Encoding = std::uint32_t;

    explicit FrameCache(const websocket::DeflateSettings& deflate = {}) : compressor_(deflate) {}

    /// The number of a combination, counted: release it once for each acquire. `deflate_bits` as the
    /// Outlet's.
    Encoding acquire(std::string_view subscription_id, stomp::Version version, Framing framing,
                     int deflate_bits = 0);
    void release(Encoding encoding);

    /// The MESSAGE frame of this message for this combination.
    const base::BytesRef& frame(Encoding encoding, const MessagePtr& message);

    /// For MESSAGE frames that are one subscriber's own.
    [[nodiscard]] FrameCompressor& compressor() { return compressor_; }

    /// Lets go of the last message's frames. Call at the end of a turn.
    void clear();
    [[nodiscard]] std::size_t size() const { return numbers_.size(); }
    /// How many frames were encoded so far.
    [[nodiscard]] std::uint64_t encoded() const { return encoded_count_; }

private:
    using Combination = std::tuple<std::string, stomp::Version, Framing, int>;
    struct Entry {
        const Combination* combination = nullptr;  ///< null: the number is free
        std::uint32_t users = 0;
        std::uint64_t made_for = 0;  ///< the message whose frame it is
        base::BytesRef frame;
    };

    FrameCompressor compressor_;
    std::map<Combination, Encoding> numbers_;
    std::vector<Entry> entries_;
    std::vector<Encoding> free_;
    std::vector<Encoding> filled_;
    MessagePtr current_;  ///< held, so that its address stays its own
    std::uint64_t current_number_ = 0;
    std::uint64_t encoded_count_ = 0;
};

}  // namespace stentor::session
