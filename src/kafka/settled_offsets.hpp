#pragma once

#include <cstdint>
#include <map>

namespace stentor::kafka {

/// One partition of a queue's topic, as far as this server has it: what was taken, in order, and which of it
/// is settled, in any order. What may be committed is the lowest offset that is not settled. Belongs to one
/// thread.
class SettledOffsets {
public:
    /// That record is here from now on. Offsets ascend; there may be gaps.
    void take(std::int64_t offset) { open_.emplace_hint(open_.end(), offset, false); }
    /// True when what may be committed moved. One that was not taken, or twice, is ignored.
    bool settle(std::int64_t offset);
    /// Where who comes next has to begin; negative: nothing was settled yet.
    [[nodiscard]] std::int64_t committable() const { return committable_; }
    [[nodiscard]] std::size_t open() const { return open_.size(); }

private:
    std::map<std::int64_t, bool> open_;  ///< from the lowest that is not settled; true: it is settled
    std::int64_t committable_ = -1;
};

}  // namespace stentor::kafka
