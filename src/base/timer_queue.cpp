#include "base/timer_queue.hpp"

#include <algorithm>
#include <bit>

namespace stentor::base {
namespace {

constexpr auto tick_length = static_cast<std::uint64_t>(TimerQueue::tick.count());

/// What comes after it has no tick whose moment could be told, and is as good as never: 292 years.
constexpr TimePoint last_moment = never - TimerQueue::tick;

std::uint64_t nanoseconds(TimePoint moment) {
    return static_cast<std::uint64_t>(moment.time_since_epoch().count());
}

/// The first tick that does not lie before `moment`.
std::uint64_t tick_after(TimePoint moment) { return (nanoseconds(moment) + tick_length - 1) / tick_length; }

}  // namespace

TimePoint TimerQueue::next_deadline() const {
    if (occupied_[levels] != 0) return now_;
    const auto slot = first_slot();
    return slot ? TimePoint(tick * static_cast<Duration::rep>(slot->begin)) : never;
}

void TimerQueue::run_due(TimePoint now) {
    now_ = std::max(now_, now);
    move_all(at_once, due);
    advance(nanoseconds(now_) / tick_length);
    TimerLink& ring = rings_[due];
    while (ring.next != &ring) {
        Timer& timer = static_cast<Timer&>(*ring.next);
        leave(timer);
        if (timer.wanted_ > now_) {
            enter(timer);
            continue;
        }
        timer.wanted_ = never;
        timer.call_(timer.captured_, now_);  // may destroy the timer
    }
}

/// A slot that begins is dealt out to the levels below; one of the lowest level is due.
void TimerQueue::advance(std::uint64_t to) {
    for (auto slot = first_slot(); slot && slot->begin <= to; slot = first_slot()) {
        tick_ = slot->begin;
        if (slot->ring < slots) move_all(slot->ring, due);
        else deal_out(slot->ring);
    }
    tick_ = to;
}

/// A timer stands on the level of the highest digit (of 6 bits) in which its tick differs from the present
/// one, so whatever stands on a lower level is due before it, and no slot before the present one is occupied.
std::optional<TimerQueue::Slot> TimerQueue::first_slot() const {
    for (unsigned level = 0; level < levels; ++level) {
        if (occupied_[level] == 0) continue;
        const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
        const unsigned above = bits * (level + 1);
        return Slot{level * slots + digit, tick_ >> above << above | std::uint64_t{digit} << bits * level};
    }
    return std::nullopt;
}

void TimerQueue::deal_out(std::size_t ring) {
    TimerLink& head = rings_[ring];
    while (head.next != &head) {
        Timer& timer = static_cast<Timer&>(*head.next);
        leave(timer);
        enter(timer);
    }
}

void TimerQueue::enter(Timer& timer) {
    timer.queued_for_ = tick_after(timer.wanted_);
    if (timer.queued_for_ <= tick_) return enter(timer, due);
    const auto highest = static_cast<unsigned>(std::bit_width(timer.queued_for_ ^ tick_)) - 1;
    const unsigned level = highest / bits;
    enter(timer, level * slots + (timer.queued_for_ >> bits * level) % slots);
}

void TimerQueue::enter(Timer& timer, std::size_t ring) {
    TimerLink& head = rings_[ring];
    timer.next = &head;
    timer.previous = head.previous;
    timer.previous->next = head.previous = &timer;
    mark(ring);
    ++size_;
}

void TimerQueue::leave(Timer& timer) {
    TimerLink& next = *timer.next;
    next.previous = timer.previous;
    timer.previous->next = &next;
    timer.next = timer.previous = &timer;
    --size_;
    if (next.next == &next) unmark(static_cast<std::size_t>(&next - rings_.data()));  // a ring's head, alone
}

/// Behind those that are there.
void TimerQueue::move_all(std::size_t from, std::size_t to) {
    TimerLink& source = rings_[from];
    TimerLink& target = rings_[to];
    if (source.next == &source) return;
    target.previous->next = source.next;
    source.next->previous = target.previous;
    source.previous->next = &target;
    target.previous = source.previous;
    source.next = source.previous = &source;
    unmark(from);
    mark(to);
}

void Timer::set(TimePoint when) {
    wanted_ = when <= last_moment ? when : never;
    if (wanted_ == never) {
        if (is_queued()) queue_.leave(*this);
        return;
    }
    const bool at_once = when <= queue_.now_;
    if (is_queued()) {
        if (queued_for_ <= (at_once ? 0 : tick_after(when))) return;
        queue_.leave(*this);
    }
    if (!at_once) return queue_.enter(*this);
    queued_for_ = 0;
    queue_.enter(*this, TimerQueue::at_once);
}

}  // namespace stentor::base
