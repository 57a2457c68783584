#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace stentor::app {

/// How long a thread did not come to what was due: the process was stopped, or a user's function took long.
/// Its peers have sent their heart-beats meanwhile, and are not to pay for it. Pure, and of one thread.
class Standstills {
public:
    /// A turn that begins as late as this is not just one on a busy machine.
    static constexpr base::Duration shortest = std::chrono::seconds(1);

    /// A turn begins at `now` that had to at `due`. By how much that is a standstill, zero if it is none.
    base::Duration look(base::TimePoint now, base::TimePoint due) {
        const base::TimePoint last = std::exchange(last_, now);
        const bool is_first = last == base::TimePoint{};  // before it nothing could be done
        const base::Duration late = now - std::max(due, last);
        if (is_first || late < shortest) return {};
        sum_ += late;
        return late;
    }
    [[nodiscard]] base::Duration sum() const { return sum_; }

private:
    base::TimePoint last_{};
    base::Duration sum_{};
};

}  // namespace stentor::app
