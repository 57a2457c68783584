#include "base/timer_queue.hpp"

namespace stentor::base {

void TimerQueue::run_due(TimePoint now) {
    now_ = now;
    while (!queued_.empty() && queued_.begin()->first <= now) {
        Timer& timer = *queued_.begin()->second;
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
    enqueue(when);
}

void Timer::enqueue(TimePoint when) {
    place_ = queue_.queued_.emplace(when, this);
    is_queued_ = true;
}

void Timer::dequeue() {
    if (!is_queued_) return;
    queue_.queued_.erase(place_);
    is_queued_ = false;
}

}  // namespace stentor::base
