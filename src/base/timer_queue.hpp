#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <functional>
#include <map>

namespace stentor::base {

class Timer;

/// The deadlines of one shard, in order. Knows no clock: whoever drives the shard sleeps until
/// next_deadline() and then calls run_due(now). Shard-local.
class TimerQueue {
public:
    TimerQueue() = default;
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    /// The earliest moment anything could be due; `never` when nothing is set.
    [[nodiscard]] TimePoint next_deadline() const { return queued_.empty() ? never : queued_.begin()->first; }
    void run_due(TimePoint now);
    /// The time as last told by run_due: one and the same for everything that happens in a turn.
    [[nodiscard]] TimePoint now() const { return now_; }
    [[nodiscard]] std::size_t size() const { return queued_.size(); }

private:
    friend class Timer;
    std::multimap<TimePoint, Timer*> queued_;
    TimePoint now_{};
    std::uint64_t runs_ = 0;
};

/// One deadline with what to do then. Moving it later is free (it is noticed when the old moment comes), so
/// it may be set on every message. Destroying it cancels; its own action may destroy it. Shard-local.
class Timer {
public:
    using Action = std::function<void(TimePoint now)>;

    Timer(TimerQueue& queue, Action action) : queue_(queue), action_(std::move(action)) {}
    ~Timer() { dequeue(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Fires once, at `when` or soon after; replaces an earlier setting. `never` cancels.
    void set(TimePoint when);
    void cancel() { set(never); }
    [[nodiscard]] TimePoint deadline() const { return wanted_; }

private:
    friend class TimerQueue;
    void enqueue(TimePoint when);
    void dequeue();

    TimerQueue& queue_;
    Action action_;
    TimePoint wanted_ = never;
    std::multimap<TimePoint, Timer*>::iterator place_{};
    std::uint64_t queued_in_ = 0;  ///< the run of the queue
    bool is_queued_ = false;
};

}  // namespace stentor::base
