#include "websocket/deflater.hpp"

#include <zlib.h>

#include <cassert>

namespace stentor::websocket {
namespace {

/// A message of no bytes (RFC 7692 7.2.3.6): zlib does not flush twice with nothing in between.
constexpr std::string_view empty_message("\0", 1);

}  // namespace

Deflater::Deflater(DeflaterOptions options)
    : context_takeover_(options.context_takeover),
      stream_(begin_deflate(options.window_bits, options.level)) {}

std::string Deflater::compress(std::string_view message) {
    if (message.empty()) return std::string(empty_message);
    std::string out;
    while (!message.empty()) {
        const unsigned size = zlib_size(message.size());
        stream_->next_in = zlib_bytes(message.data());
        stream_->avail_in = size;
        message.remove_prefix(size);
        run(out, message.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    }
    assert(out.ends_with(flush_tail));
    out.resize(out.size() - flush_tail.size());
    if (!context_takeover_) deflateReset(stream_.get());
    return out;
}

/// zlib::deflate until it has no more to give.
void Deflater::run(std::string& out, int flush) {
    std::array<char, 4096> room;
    do {
        stream_->next_out = zlib_bytes(room.data());
        stream_->avail_out = static_cast<unsigned>(room.size());
        [[maybe_unused]] const int status = deflate(stream_.get(), flush);
        assert(status == Z_OK || status == Z_BUF_ERROR);
        out.append(room.data(), room.size() - stream_->avail_out);
    } while (stream_->avail_out == 0);
}

void append_compressed_frame(std::string& out, Opcode opcode, std::string_view payload, Deflater& deflater) {
    const std::string compressed = deflater.compress(payload);
    if (compressed.size() >= payload.size() && !deflater.context_takeover())
        return append_frame(out, opcode, payload);
    append_compressed_frame_header(out, opcode, compressed.size());
    out += compressed;
}

Deflater& SharedDeflaters::with_window_bits(int window_bits) {
    auto& deflater = deflaters_.at(static_cast<std::size_t>(window_bits - narrowest));
    if (!deflater) deflater = std::make_unique<Deflater>(DeflaterOptions{window_bits, false, level_});
    return *deflater;
}

}  // namespace stentor::websocket
