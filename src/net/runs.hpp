#pragma once

#include "base/shared_bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace stentor::net {

/// The frames that a connection owes since the last flush: those of `before`, then `frame`.
struct Run {
    const Run* before = nullptr;
    base::BytesRef frame = nullptr;
    std::size_t bytes = 0;  ///< of all its frames
    std::uint32_t frames = 0;
    Run* longer = nullptr;  ///< the latest of those that are this one and a frame
    Run* beside = nullptr;  ///< an earlier one of those, seen from this one's `before`
};

/// The runs of one turn, as a tree: connections that are sent the same frames in the same order stand at the
/// same node. So what they owe is kept once, and joined once, and to owe one frame more is one step in the
/// tree. Shard-local.
class Runs {
public:
    /// `run` (null: nothing yet) and then `frame`. Valid until clear().
    const Run& add(const Run* run, base::BytesRef frame);
    /// Forgets all runs and lets go of their frames.
    void clear();
    [[nodiscard]] std::size_t size() const { return used_; }

private:
    static constexpr std::size_t in_block = 128;
    using Block = std::array<Run, in_block>;
    Run& make();

    Run root_;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::size_t used_ = 0;
};

}  // namespace stentor::net
