#pragma once

#include "base/shared_bytes.hpp"
#include "session/frame_compressor.hpp"
#include "session/framing.hpp"
#include "stentor/message.hpp"
#include "stomp/frame.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <map>
#include <span>
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

    /// The MESSAGE frame of this message for this combination. The frames of a turn's latest messages are
    /// kept.
    const base::BytesRef& frame(Encoding encoding, const MessagePtr& message);

    /// Those of several messages, as one piece. No more than max_joined of them.
    const base::BytesRef& joined(Encoding encoding, std::span<const MessagePtr> messages);
    static constexpr std::size_t max_joined = 32;

    /// For MESSAGE frames that are one subscriber's own.
    [[nodiscard]] FrameCompressor& compressor() { return compressor_; }

    /// Lets go of the messages and their frames. Call at the end of a turn.
    void clear();
    [[nodiscard]] std::size_t size() const { return numbers_.size(); }
    /// How many frames were encoded so far.
    [[nodiscard]] std::uint64_t encoded() const { return encoded_count_; }

private:
    using Combination = std::tuple<std::string, stomp::Version, Framing, int>;
    struct Frame {
        MessagePtr message;  ///< held, so that its address stays its own
        base::BytesRef bytes;
    };
    struct Entry {
        const Combination* combination = nullptr;  ///< null: the number is free
        std::uint32_t users = 0;
        std::uint32_t last = 0;  ///< of the frames, the one that was asked for last
        boost::container::small_vector<Frame, 1> frames = {};
        base::BytesRef joined = nullptr;  ///< those up to joined_last
        std::uint32_t joined_last = 0;
        std::uint32_t joined_count = 0;

        void forget_frames() {
            frames.clear();
            joined.reset();
            last = 0;
        }
    };
    static constexpr std::size_t max_kept = 2 * max_joined;  ///< frames of one combination

    [[nodiscard]] static std::size_t place_of(Entry& entry, const MessagePtr& message);
    const base::BytesRef& add(Encoding encoding, const MessagePtr& message);

    FrameCompressor compressor_;
    std::map<Combination, Encoding> numbers_;
    std::vector<Entry> entries_;
    std::vector<Encoding> free_;
    std::vector<Encoding> filled_;
    std::uint64_t encoded_count_ = 0;
};

}  // namespace stentor::session
