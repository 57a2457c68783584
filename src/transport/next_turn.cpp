// Tests: tests/unit/transport/next_turn_test.cpp
#include "transport/next_turn.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

namespace stentor::transport {

void NextTurn::wait(net::Wire& wire, base::Timer& timer, base::TimePoint due) {
    if (!std::exchange(waits_, true)) wire.pause();
    due_ = due;
    timer.set(due);  // due timers come first in a turn
}

/// Out of memory ends this connection, as it does while a wire's bytes are read.
void NextTurn::run(net::Wire& wire, const std::function<void()>& go_on) {
    if (!waits_) return;
    try {
        waits_ = false;
        go_on();
        if (!waits_) wire.resume();
    } catch (const std::exception& e) {
        log::error("work_dropped", {{"reason", e.what()}});
        wire.abort();
    }
}

}  // namespace stentor::transport
