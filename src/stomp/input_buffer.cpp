#include "stomp/input_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace stentor::stomp {

namespace {
constexpr std::size_t first_capacity = 512;
}

void InputBuffer::append(std::string_view bytes) {
    if (bytes.empty()) return;
    if (bytes.size() > capacity_ - end_) make_room(bytes.size());
    std::memcpy(storage_.get() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

void InputBuffer::consume(std::size_t count) {
    assert(count <= size());
    begin_ += count;
    if (begin_ != end_) return;
    begin_ = end_ = 0;
    if (capacity_ > kept_when_empty) {
        storage_.reset();
        capacity_ = 0;
    }
}

// Moving pays only when it moves no more than was consumed since the last move, and growing leaves as much
// free as it copies: either way the cost is carried by bytes that went through.
void InputBuffer::make_room(std::size_t count) {
    const std::size_t unread = size();
    if (begin_ >= unread && count <= capacity_ - unread) {
        if (unread != 0) std::memmove(storage_.get(), data(), unread);
    } else {
        const std::size_t capacity = std::max({first_capacity, unread + count, 2 * unread});
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (unread != 0) std::memcpy(larger.get(), data(), unread);
        storage_ = std::move(larger);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = unread;
}

}  // namespace stentor::stomp
