#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <string_view>

struct z_stream_s;

namespace stentor::websocket {

struct EndInflate {
    void operator()(z_stream_s* stream) const;
};
struct EndDeflate {
    void operator()(z_stream_s* stream) const;
};
using InflateStream = std::unique_ptr<z_stream_s, EndInflate>;
using DeflateStream = std::unique_ptr<z_stream_s, EndDeflate>;

/// Streams of raw DEFLATE data (RFC 1951), their memory taken with operator new. Out of memory is
/// std::bad_alloc, as everywhere.
InflateStream begin_inflate(int window_bits);
DeflateStream begin_deflate(int window_bits, int level);

/// How zlib wants bytes and sizes: it changes no input, and counts in unsigned numbers.
inline unsigned char* zlib_bytes(const char* bytes) {
    return reinterpret_cast<unsigned char*>(const_cast<char*>(bytes));
}
inline unsigned zlib_size(std::size_t size) {
    return static_cast<unsigned>(std::min<std::size_t>(size, std::numeric_limits<unsigned>::max()));
}

/// The end of an empty stored block, which a sender takes off each message and a receiver puts back
/// (RFC 7692 7.2.1 and 7.2.2).
inline constexpr std::string_view flush_tail("\x00\x00\xFF\xFF", 4);

}  // namespace stentor::websocket
