#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>

namespace stentor::base {

class Timer;

/// A timer's neighbours in the ring it stands in. Alone it is its own neighbour.
struct TimerLink {
    TimerLink() = default;
    TimerLink(const TimerLink&) = delete;
    TimerLink& operator=(const TimerLink&) = delete;

    TimerLink* next = this;
    TimerLink* previous = this;
};

/// The deadlines of one shard. Knows no clock: whoever drives the shard sleeps until next_deadline() and then
/// calls run_due(now). Shard-local.
///
/// A hierarchical timing wheel: a timer stands in a ring of those that are due in the same tick, or further
/// away in the same 64, 64 * 64, ... ticks; when these begin, they are dealt out again. So setting, moving
/// and cancelling cost the same however many are set, and take no memory.
class TimerQueue {
public:
    /// A timer fires at the first tick that does not lie before its deadline, in the order of their ticks.
    static constexpr Duration tick = std::chrono::microseconds(125);

    TimerQueue() = default;
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    /// Nothing can be due before; `never` when nothing is set. For a timer far away it may be too early, but
    /// no more than once for each level it passes on its way down: 7 times in its life, 2 for one of 10 s.
    [[nodiscard]] TimePoint next_deadline() const;
    /// Runs what is due, and of that only what was set before this call: one that is set meanwhile, if only
    /// to a moment past, waits for the next turn, and the shard's sockets have theirs.
    void run_due(TimePoint now);
    /// The time as last told by run_due: one and the same for everything that happens in a turn.
    [[nodiscard]] TimePoint now() const { return now_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    friend class Timer;

    static constexpr unsigned bits = 6;  ///< of a tick's number, for each level
    static constexpr std::size_t slots = std::size_t{1} << bits;
    static constexpr std::size_t levels = 8;  ///< more than TimePoint's range has ticks
    // Two more rings, that no tick leads to:
    static constexpr std::size_t due = levels * slots;  ///< run_due has begun with these
    static constexpr std::size_t at_once = due + 1;     ///< were set to a moment that is not in the future

    struct Slot {
        std::size_t ring;
        std::uint64_t begin;  ///< its first tick
    };

    [[nodiscard]] std::optional<Slot> first_slot() const;
    void advance(std::uint64_t to);
    void deal_out(std::size_t ring);
    void enter(Timer& timer);
    void enter(Timer& timer, std::size_t ring);
    void leave(Timer& timer);
    void move_all(std::size_t from, std::size_t to);
    void mark(std::size_t ring) { occupied_[ring / slots] |= std::uint64_t{1} << ring % slots; }
    void unmark(std::size_t ring) { occupied_[ring / slots] &= ~(std::uint64_t{1} << ring % slots); }

    std::array<TimerLink, levels * slots + 2> rings_;
    std::array<std::uint64_t, levels + 1> occupied_{};  ///< a bit for each ring that is not empty
    std::uint64_t tick_ = 0;                            ///< whatever was due up to it has left the wheel
    TimePoint now_{};
    std::size_t size_ = 0;
};

/// One deadline with what to do then. Moving it later is free (it is noticed when the old moment comes), so
/// it may be set on every message. Destroying it cancels; its own action may destroy it. Shard-local.
class Timer : private TimerLink {
public:
    /// `action` is called with the time of the turn, `(TimePoint now)`. There is room for one pointer in it,
    /// as `[this]` is.
    template <class F>
    Timer(TimerQueue& queue, F action)
        : queue_(queue), call_([](Captured captured, TimePoint now) {
              (*std::launder(reinterpret_cast<F*>(captured.bytes.data())))(now);
          }) {
        static_assert(sizeof(F) <= sizeof(Captured) && std::is_trivially_copyable_v<F>,
                      "a timer's action captures one pointer at most");
        std::construct_at(reinterpret_cast<F*>(captured_.bytes.data()), action);
    }
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Fires once, at `when` or soon after; replaces an earlier setting. `never` cancels.
    void set(TimePoint when);
    void cancel() { set(never); }
    [[nodiscard]] TimePoint deadline() const { return wanted_; }

private:
    friend class TimerQueue;
    struct Captured {
        alignas(void*) std::array<std::byte, sizeof(void*)> bytes;
    };

    [[nodiscard]] bool is_queued() const { return next != this; }

    TimerQueue& queue_;
    void (*call_)(Captured captured, TimePoint now);  ///< by value: the timer may die meanwhile
    Captured captured_;
    TimePoint wanted_ = never;
    std::uint64_t queued_for_ = 0;  ///< the tick for which it stands in the queue; 0 for at once
};

}  // namespace stentor::base
