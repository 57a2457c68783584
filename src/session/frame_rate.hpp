#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace stentor::session {

struct RateLimit {
    std::optional<std::size_t> per_second = std::nullopt;  ///< none: as fast as they come
    std::size_t burst = 1000;                              ///< at once, after a pause
};

/// How fast a client may send: a bucket of `burst` tokens that is refilled steadily, of which each frame
/// takes one. Kept as the moment at which the bucket is full again. Shard-local.
class FrameRate {
public:
    explicit FrameRate(const RateLimit& limit) : limit_(limit) {}

    /// False when the bucket was empty.
    [[nodiscard]] bool take(base::TimePoint now) {
        if (!limit_.per_second) return true;
        const auto each =
            base::Duration(std::chrono::seconds(1)) / static_cast<std::int64_t>(*limit_.per_second);
        if (each == base::Duration::zero()) return true;
        const base::TimePoint full = std::max(full_at_, now) + each;
        if (std::cmp_greater((full - now) / each, limit_.burst)) return false;
        full_at_ = full;
        return true;
    }

private:
    RateLimit limit_;
    base::TimePoint full_at_{};
};

}  // namespace stentor::session
