// Tests: tests/unit/app/memory_guard_test.cpp
#include "app/memory_guard.hpp"

#include "base/log.hpp"

namespace stentor::app {

using base::MemoryMeasure;

base::MemoryMeasure MemoryGuard::look() {
    ledger_->note(self_, own_(), largest_);
    const MemoryMeasure before = gauge_.measure();
    const MemoryMeasure now = gauge_.update(ledger_->used());
    if (now != before && self_ == 0) say(before, now);
    return now;
}

bool MemoryGuard::is_slowest(std::size_t unsent) {
    largest_ = unsent;
    ledger_->note(self_, own_(), largest_);
    return unsent != 0 && ledger_->has_largest(self_, unsent);
}

base::Duration MemoryGuard::interval() const {
    return gauge_.measure() == MemoryMeasure::none ? std::chrono::milliseconds(100)
                                                   : std::chrono::milliseconds(10);
}

void MemoryGuard::say(MemoryMeasure before, MemoryMeasure now) const {
    const bool rises = now > before;
    const MemoryMeasure mark = rises ? now : before;
    const char* measure = "slow_publishers";
    if (mark == MemoryMeasure::refuse_connections) measure = "refuse_connections";
    if (mark == MemoryMeasure::close_consumers) measure = "close_consumers";
    log::warning(rises ? "memory_mark_passed" : "memory_mark_left",
                 {{"measure", measure}, {"used", gauge_.used()}});
}

}  // namespace stentor::app
