#pragma once

#include "base/shared_bytes.hpp"
#include "websocket/deflate_offer.hpp"
#include "websocket/deflater.hpp"

#include <cstddef>

namespace stentor::session {

/// Compresses whole WebSocket frames for any number of receivers: what comes of one depends on it and on the
/// agreed window alone (server_no_context_takeover). Shard-local.
class FrameCompressor {
public:
    explicit FrameCompressor(const websocket::DeflateSettings& settings = {})
        : min_size_(settings.min_size), deflaters_(settings.level) {}

    /// The frame, or its like with the message compressed where that is worth it. `bits` as
    /// Outlet::deflate_bits().
    base::BytesRef compress(base::BytesRef frame, int bits);

private:
    std::size_t min_size_;  ///< bytes of the smallest message worth it
    websocket::SharedDeflaters deflaters_;
};

}  // namespace stentor::session
