#pragma once

#include "base/clock.hpp"
#include "stomp/negotiation.hpp"

#include <algorithm>

namespace stentor::relay {

/// The heart-beats with the broker (STOMP 1.2, "Heart-beating"): when one is due, and when the broker counts
/// as dead. A session gives its client two intervals; here many wait for one, so a broker gets three.
/// Shard-local.
class Liveness {
public:
    void start(const stomp::Agreement& agreement, base::TimePoint now) {
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
        return agreement_.expect.count() == 0 ? base::never : last_received_ + 3 * agreement_.expect;
    }

    stomp::Agreement agreement_;
    base::TimePoint last_sent_{};
    base::TimePoint last_received_{};
};

}  // namespace stentor::relay
