// Tests: tests/unit/session/frame_compressor_test.cpp
#include "session/frame_compressor.hpp"

#include "websocket/frame.hpp"

#include <string>
#include <utility>

namespace stentor::session {

base::BytesRef FrameCompressor::compress(base::BytesRef frame, int bits) {
    if (bits == 0) return frame;
    const websocket::PlainFrame plain = websocket::read_plain_frame(frame->view());
    if (plain.payload.size() < min_size_) return frame;
    std::string bytes;
    websocket::append_compressed_frame(bytes, plain.opcode, plain.payload, deflaters_.with_window_bits(bits));
    return base::share(std::move(bytes));
}

}  // namespace stentor::session
