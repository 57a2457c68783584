#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace stentor::stomp {

/// Bytes received and not yet read, in one piece. A byte is moved a bounded number of times on average,
/// however the bytes come and go; no memory is asked for while a connection's frames keep their size.
/// Shard-local.
class InputBuffer {
public:
    /// What an empty buffer may keep; a larger one gives its memory back.
    static constexpr std::size_t kept_when_empty = 16 * 1024;

    void append(std::string_view bytes);
    /// Drops the first `count` bytes, which must be there.
    void consume(std::size_t count);

    /// The bytes may be changed in place. Valid until `append` or `consume`.
    [[nodiscard]] char* data() const { return storage_.get() + begin_; }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

private:
    void make_room(std::size_t count);

    std::unique_ptr<char[]> storage_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace stentor::stomp
