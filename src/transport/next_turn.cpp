// Tests: tests/unit/transport/next_turn_test.cpp
#include "transport/next_turn.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

namespace stentor::transport {

NextTurn::NextTurn(base::TimerQueue& timers, net::Wire& wire, std::function<void()> go_on)
    : timers_(timers),
      wire_(wire),
      go_on_(std::move(go_on)),
      timer_(timers, [this](base::TimePoint) { run(); }) {}

void NextTurn::wait() {
    if (!std::exchange(waits_, true)) wire_.pause();
    timer_.set(timers_.now());  // due timers come first in a turn
}

/// Out of memory ends this connection, as it does while a wire's bytes are read.
void NextTurn::run() {
    try {
        waits_ = false;
        go_on_();
        if (!waits_) wire_.resume();
    } catch (const std::exception& e) {
        log::error("work_dropped", {{"reason", e.what()}});
        wire_.abort();
    }
}

}  // namespace stentor::transport
