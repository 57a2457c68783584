#pragma once

#include "base/clock.hpp"
#include "base/roughly.hpp"
#include "stomp/negotiation.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace stentor::stomp {

/// The heart-beats of one connection (STOMP 1.2, "Heart-beating"): when one is due, and when the peer counts
/// as dead. Any bytes count as a beat in either direction; to note them is one store, which moves no timer.
/// Shard-local.
class HeartBeats {
public:
    /// `patience`: how many of its intervals the peer may be silent.
    void start(const Agreement& agreement, base::TimePoint now, unsigned patience) {
        every_ = std::chrono::duration_cast<Interval>(agreement.send);
        silence_ = std::chrono::duration_cast<Interval>(patience * agreement.expect);
        last_sent_ = last_received_ = now;
    }
    void stop() { every_ = silence_ = {}; }
    void sent(base::TimePoint now) { last_sent_ = now; }
    void received(base::TimePoint now) { last_received_ = now; }
    [[nodiscard]] base::TimePoint last_received() const { return last_received_; }

    [[nodiscard]] bool sends() const { return every_.count() != 0; }
    [[nodiscard]] bool due(base::TimePoint now) const { return now >= send_at(); }
    [[nodiscard]] bool dead(base::TimePoint now) const { return now >= dead_at(); }
    [[nodiscard]] base::TimePoint next_deadline() const {
        const base::TimePoint next = std::min(send_at(), dead_at());
        const bool hurried = every_.count() != 0 && every_ < std::chrono::seconds(1);
        return hurried ? next : base::roughly(next);
    }

private:
    /// Small: every connection has two. An Agreement's are 600 s at most.
    using Interval = std::chrono::duration<std::uint32_t, std::milli>;

    /// A tenth early: it must have arrived by the interval.
    [[nodiscard]] base::TimePoint send_at() const {
        return every_.count() == 0 ? base::never : last_sent_ + (every_ - every_ / 10);
    }
    [[nodiscard]] base::TimePoint dead_at() const {
        return silence_.count() == 0 ? base::never : last_received_ + silence_;
    }

    base::TimePoint last_sent_{};  // first: beside what else a session touches when it sends
    base::TimePoint last_received_{};
    Interval every_{};    ///< what is sent at least
    Interval silence_{};  ///< after which the peer is dead
};

}  // namespace stentor::stomp
