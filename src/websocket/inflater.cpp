#include "websocket/inflater.hpp"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <new>

namespace stentor::websocket {
namespace {

/// zlib looks for bytes past its window in the output of the same call, so what it refuses would depend on
/// how the data was cut. The widest window, held only while a message is read, leaves nothing past it.
constexpr int widest_window = 15;

constexpr int between_blocks = 128;  // in z_stream::data_type, after inflate()

}  // namespace

std::optional<std::string_view> Inflater::inflate(std::string_view& compressed, Room room) {
    if (!begin_message()) return std::nullopt;
    return run(compressed, room);
}

std::optional<std::string_view> Inflater::finish(Room room) {
    if (!begin_message()) return std::nullopt;
    std::optional<std::string_view> rest = std::string_view();
    // A message that ends between blocks already, as one of no bytes does, is whole without the tail.
    if (!at_boundary()) {
        std::string_view tail = flush_tail;
        rest = run(tail, room);
        if (!rest || !at_boundary()) return fail();
    }
    end_message();
    return rest;
}

/// False once the data was broken.
bool Inflater::begin_message() {
    if (stream_ || broken_) return !broken_;
    stream_ = begin_inflate(widest_window);
    at_first_bit_ = true;
    if (!history_.empty()) {
        inflateSetDictionary(stream_.get(), zlib_bytes(history_.data()), zlib_size(history_.size()));
    }
    return true;
}

void Inflater::end_message() {
    if (options_.context_takeover) {
        std::string window(std::size_t{1} << widest_window, '\0');
        unsigned size = 0;
        inflateGetDictionary(stream_.get(), zlib_bytes(window.data()), &size);
        const std::size_t kept = std::min(std::size_t{size}, std::size_t{1} << options_.window_bits);
        history_.assign(window, size - kept, kept);
    }
    stream_.reset();
}

std::optional<std::string_view> Inflater::run(std::string_view& compressed, Room room) {
    if (compressed.empty() && at_boundary()) return std::string_view();  // zlib would forget where it is
    stream_->next_out = zlib_bytes(room.data());
    stream_->avail_out = static_cast<unsigned>(room.size());
    int status = Z_OK;
    do {
        status = run_once(compressed);
    } while ((status == Z_OK || status == Z_STREAM_END) && stream_->avail_out > 0 && !compressed.empty());
    const std::string_view made(room.data(), room.size() - stream_->avail_out);
    // What came before the fault is given first: zlib will say it again.
    if (status == Z_DATA_ERROR && made.empty()) return fail();
    return made;
}

int Inflater::run_once(std::string_view& compressed) {
    z_stream& zlib = *stream_;
    const unsigned offered = zlib_size(compressed.size());
    zlib.next_in = zlib_bytes(compressed.data());
    zlib.avail_in = offered;
    const int status = ::inflate(&zlib, Z_NO_FLUSH);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    assert(status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR || status == Z_DATA_ERROR);
    compressed.remove_prefix(offered - zlib.avail_in);
    // RFC 7692 7.2.3.4: blocks may follow one that is marked as the last; the window stays.
    at_first_bit_ = status == Z_STREAM_END;
    if (at_first_bit_) inflateResetKeep(&zlib);
    return status;
}

bool Inflater::at_boundary() const { return at_first_bit_ || (stream_->data_type & between_blocks) != 0; }

std::nullopt_t Inflater::fail() {
    broken_ = true;
    stream_.reset();
    std::string().swap(history_);
    return std::nullopt;
}

}  // namespace stentor::websocket
