// Tests: tests/unit/base/memory_budget_test.cpp
#include "base/memory_budget.hpp"

namespace stentor::base {
namespace {

constexpr std::size_t relief = 5;  // percent below its mark where a measure ends
constexpr Duration shortest_pause = std::chrono::milliseconds(5);
constexpr Duration longest_pause = std::chrono::milliseconds(500);

constexpr MemoryMeasure measures[] = {MemoryMeasure::slow_publishers, MemoryMeasure::refuse_connections,
                                      MemoryMeasure::close_consumers};

}  // namespace

std::size_t MemoryGauge::mark(MemoryMeasure measure) const {
    std::size_t percent = 0;
    switch (measure) {
        case MemoryMeasure::none: break;
        case MemoryMeasure::slow_publishers: percent = marks_.slow_publishers; break;
        case MemoryMeasure::refuse_connections: percent = marks_.refuse_connections; break;
        case MemoryMeasure::close_consumers: percent = marks_.close_consumers; break;
    }
    return marks_.budget / 100 * percent;
}

MemoryMeasure MemoryGauge::update(std::size_t used) {
    used_ = used;
    MemoryMeasure now = MemoryMeasure::none;
    for (const MemoryMeasure each : measures) {
        const bool begins = used >= mark(each);
        const bool goes_on = measure_ >= each && excess(each) != 0;
        if (begins || goes_on) now = each;
    }
    return measure_ = now;
}

std::size_t MemoryGauge::excess(MemoryMeasure measure) const {
    const std::size_t left_at = mark(measure) - marks_.budget / 100 * relief;
    return used_ < left_at ? 0 : used_ - left_at + 1;
}

Duration MemoryGauge::pause() const {
    const std::size_t first = mark(MemoryMeasure::slow_publishers);
    if (used_ <= first) return shortest_pause;
    const std::size_t room = marks_.budget - first;
    const std::size_t part = used_ - first >= room ? 100 : (used_ - first) * 100 / room;
    return shortest_pause + (longest_pause - shortest_pause) / 100 * static_cast<Duration::rep>(part);
}

}  // namespace stentor::base
