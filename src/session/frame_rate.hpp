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
/// takes one. Kept as the moment at which the bucket is full again; the limit, which many share, is not kept.
/// Shard-local.
class FrameRate {
public:
    /// False when the bucket was empty.
    [[nodiscard]] bool take(const RateLimit& limit, base::TimePoint now) {
        if (!limit.per_second) return true;
        const auto each =
            base::Duration(std::chrono::seconds(1)) / static_cast<std::int64_t>(*limit.per_second);
        if (each == base::Duration::zero()) return true;
        const base::TimePoint full = std::max(full_at_, now) + each;
        if (std::cmp_greater((full - now) / each, limit.burst)) return false;
        full_at_ = full;
        return true;
    }

private:
    base::TimePoint full_at_{};
};

}  // namespace stentor::session
