#include "websocket/zlib_stream.hpp"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <new>

namespace stentor::websocket {
namespace {

/// zlib is C: it is told of a failure by null.
void* allocate(void*, unsigned count, unsigned size) {
    return ::operator new(std::size_t{count} * size, std::nothrow);
}
void release(void*, void* memory) { ::operator delete(memory); }

std::unique_ptr<z_stream_s> new_stream() {
    auto stream = std::make_unique<z_stream>();
    stream->zalloc = allocate;
    stream->zfree = release;
    return stream;
}

/// A compressor's tables grow with its window; larger ones would take memory and time for nothing.
int memory_level(int window_bits) { return std::clamp(window_bits - 7, 4, 8); }

void require(int status) {
    assert(status == Z_OK || status == Z_MEM_ERROR);
    if (status != Z_OK) throw std::bad_alloc();
}

}  // namespace

void EndInflate::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

void EndDeflate::operator()(z_stream_s* stream) const {
    deflateEnd(stream);
    delete stream;
}

InflateStream begin_inflate(int window_bits) {
    auto stream = new_stream();
    require(inflateInit2(stream.get(), -window_bits));
    return InflateStream(stream.release());
}

DeflateStream begin_deflate(int window_bits, int level) {
    auto stream = new_stream();
    require(deflateInit2(stream.get(), level, Z_DEFLATED, -window_bits, memory_level(window_bits),
                         Z_DEFAULT_STRATEGY));
    return DeflateStream(stream.release());
}

}  // namespace stentor::websocket
