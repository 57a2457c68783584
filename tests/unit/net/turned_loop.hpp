#pragma once

#include "base/timer_queue.hpp"
#include "net/connection.hpp"
#include "net/flusher.hpp"
#include "net/loop.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace stentor::net::test {

/// A loop on the test's own thread, turned by hand: what is due is done in turn(), and not before. The
/// Flusher's time is the test's; timers live in real time.
class TurnedLoop final : public Turns {
public:
    /// One turn, without waiting.
    void turn() {
        loop.stop();
        loop.run(*this);
    }
    /// Turns, asleep while nothing happens, until it holds at a turn's end; false after 20 seconds.
    [[nodiscard]] bool turn_until(std::function<bool()> holds) {
        give_up_ = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        holds_ = std::move(holds);
        if (!holds_()) loop.run(*this);
        give_up_ = base::never;
        stopped_ = false;
        return std::exchange(holds_, nullptr)();
    }

    void begin_turn(base::TimePoint real_now) override {
        ++turns;
        flusher.set_now(now);
        timers.run_due(real_now);
    }
    void end_turn() override {
        flusher.flush();
        if (!holds_ || stopped_) return;
        stopped_ = holds_() || std::chrono::steady_clock::now() >= give_up_;
        if (stopped_) loop.stop();
    }
    [[nodiscard]] base::TimePoint next_deadline() const override {
        return std::min(timers.next_deadline(), give_up_);
    }

    /// Passes time for what waits to be written.
    void pass(base::Duration time) {
        now += time;
        flusher.set_now(now);
        flusher.check_blocked(now);
        flusher.flush();
    }

    Loop loop;
    Flusher flusher;
    base::TimerQueue timers;
    base::TimePoint now{std::chrono::hours(1)};
    int turns = 0;

private:
    std::function<bool()> holds_;
    base::TimePoint give_up_ = base::never;
    bool stopped_ = false;
};

}  // namespace stentor::net::test
