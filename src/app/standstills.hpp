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
    /// And one that follows another sooner is how this thread always is: else its limits would never end.
    static constexpr base::Duration apart = std::chrono::seconds(10);

    /// A turn begins at `now` that had to at `due`. By how much that is a standstill, zero if it is none.
    base::Duration look(base::TimePoint now, base::TimePoint due) {
        const base::TimePoint last = std::exchange(last_, now);
        const bool is_first = last == base::TimePoint{};  // before it nothing could be done
        const base::TimePoint since = std::max(due, last);
        const base::Duration late = now - since;
        if (is_first || late < shortest || since - last_one_ < apart) return {};
        last_one_ = now;
        sum_ += late;
        return late;
    }
    [[nodiscard]] base::Duration sum() const { return sum_; }

private:
    base::TimePoint last_{};
    base::TimePoint last_one_{};
    base::Duration sum_{};
};

}  // namespace stentor::app
