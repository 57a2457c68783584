#pragma once

#include "base/shared_bytes.hpp"
#include "net/runs.hpp"

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <vector>

namespace stentor::net {

/// What a connection could not write because its peer's window was full. Only such a connection has one.
/// Shard-local.
class Backlog {
public:
    Backlog() = default;
    /// What is left of `run` after its first `written` bytes.
    Backlog(const Run& run, std::size_t written);

    void add(base::BytesRef frame);
    /// Points `pieces` at the next bytes to write, and says how many of them it used.
    [[nodiscard]] std::size_t gather(std::span<iovec> pieces) const;
    /// Forgets the first bytes, which have been written. Whether a frame was completed.
    bool written(std::size_t bytes);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t frames() const { return frames_.size() - first_; }

private:
    std::vector<base::BytesRef> frames_;
    std::size_t first_ = 0;   ///< frames_[first_] is the next to be written
    std::size_t offset_ = 0;  ///< of its bytes already written
    std::size_t bytes_ = 0;
};

}  // namespace stentor::net
