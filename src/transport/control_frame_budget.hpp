#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace stentor::transport {

/// How many control frames one peer may send (pings and pongs: RFC 6455 5.5 sets no limit).
struct ControlFrameLimits {
    std::size_t per_second = 20;  ///< in the long run
    std::size_t burst = 60;       ///< at once, after a quiet time
};

/// Counts one peer's control frames: there are `burst` to begin with, and one more comes back every
/// 1/per_second. Shard-local.
class ControlFrameBudget {
public:
    explicit ControlFrameBudget(base::TimePoint now) : used_up_until_(now) {}

    /// One frame; false when it is one too many.
    [[nodiscard]] bool take(const ControlFrameLimits& limits, base::TimePoint now) {
        const auto one =
            base::Duration(std::chrono::seconds(1)) / static_cast<base::Duration::rep>(limits.per_second);
        const auto all = one * static_cast<base::Duration::rep>(limits.burst);
        const base::TimePoint next = std::max(used_up_until_, now) + one;
        if (next > now + all) return false;
        used_up_until_ = next;
        return true;
    }

private:
    base::TimePoint used_up_until_;  ///< by the frames so far
};

}  // namespace stentor::transport
