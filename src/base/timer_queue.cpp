#include "base/timer_queue.hpp"

#include <algorithm>

namespace stentor::base {

/// Only those that are queued now: one that is set meanwhile, if only to a moment past, waits for the next
/// turn, and the shard's sockets have theirs. Such are behind all that were due already.
void TimerQueue::run_due(TimePoint now) {
    now_ = now;
    ++runs_;
    while (!queued_.empty() && queued_.begin()->first <= now) {
        Timer& timer = *queued_.begin()->second;
        if (timer.queued_in_ == runs_) return;
        timer.dequeue();
        if (timer.wanted_ > now) {
            if (timer.wanted_ != never) timer.enqueue(timer.wanted_);
            continue;
        }
        timer.wanted_ = never;
        timer.action_(now);  // may destroy the timer
    }
}

void Timer::set(TimePoint when) {
    wanted_ = when;
    if (when == never) return dequeue();
    if (is_queued_ && place_->first <= when) return;
    dequeue();
    enqueue(std::max(when, queue_.now()));  // behind those that are due already
}

void Timer::enqueue(TimePoint when) {
    place_ = queue_.queued_.emplace(when, this);
    queued_in_ = queue_.runs_;
    is_queued_ = true;
}

void Timer::dequeue() {
    if (!is_queued_) return;
    queue_.queued_.erase(place_);
    is_queued_ = false;
}

}  // namespace stentor::base
