#include "kafka/settled_offsets.hpp"

namespace stentor::kafka {

bool SettledOffsets::settle(std::int64_t offset) {
    const auto found = open_.find(offset);
    if (found == open_.end()) return false;
    found->second = true;
    const bool moves = found == open_.begin();
    while (!open_.empty() && open_.begin()->second) {
        committable_ = open_.begin()->first + 1;
        open_.erase(open_.begin());
    }
    return moves;
}

}  // namespace stentor::kafka
