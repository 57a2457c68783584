#pragma once

#include "base/clock.hpp"
#include "stomp/negotiation.hpp"

#include <algorithm>

namespace stentor::stomp {

/// The heart-beats of one connection (STOMP 1.2, "Heart-beating"): when one is due, and when the peer counts
/// as dead. Any bytes count as a beat in either direction. Shard-local.
class HeartBeats {
public:
    /// `patience`: how many of its intervals a peer may be silent.
    explicit HeartBeats(int patience) : patience_(patience) {}

    void start(const Agreement& agreement, base::TimePoint now) {
        agreement_ = agreement;
        last_sent_ = last_received_ = now;
    }
    void stop() { agreement_ = {}; }
    void sent(base::TimePoint now) { last_sent_ = now; }
    void received(base::TimePoint now) { last_received_ = now; }

    [[nodiscard]] bool due(base::TimePoint now) const { return now >= send_at(); }
    [[nodiscard]] bool dead(base::TimePoint now) const { return now >= dead_at(); }
    [[nodiscard]] base::TimePoint next_deadline() const { return std::min(send_at(), dead_at()); }

private:
    /// A tenth early: it must have arrived by the interval.
    [[nodiscard]] base::TimePoint send_at() const {
        return agreement_.send.count() == 0 ? base::never
                                            : last_sent_ + agreement_.send - agreement_.send / 10;
    }
    [[nodiscard]] base::TimePoint dead_at() const {
        return agreement_.expect.count() == 0 ? base::never : last_received_ + patience_ * agreement_.expect;
    }

    Agreement agreement_;
    base::TimePoint last_sent_{};
    base::TimePoint last_received_{};
    int patience_;
};

}  // namespace stentor::stomp
