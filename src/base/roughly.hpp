#pragma once

#include "base/clock.hpp"

namespace stentor::base {

/// For a deadline that may be met a little late: the first of the moments, 50 ms apart, that does not lie
/// before it. Thousands of heart-beats wake their shard 20 times a second then, not each for itself.
constexpr TimePoint roughly(TimePoint deadline) {
    constexpr Duration apart = std::chrono::milliseconds(50);
    if (deadline > never - apart) return never;
    const Duration over = deadline.time_since_epoch() % apart;
    return over > Duration::zero() ? deadline + (apart - over) : deadline;
}

}  // namespace stentor::base
