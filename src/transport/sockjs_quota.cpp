// Tests: tests/unit/transport/sockjs_quota_test.cpp
#include "transport/sockjs_quota.hpp"

#include "base/client_network.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>

namespace stentor::transport {

SockjsQuota::Answer SockjsQuota::take(std::string_view address, base::TimePoint now) {
    if (sessions_.fetch_add(1, std::memory_order_relaxed) >= limits_.sessions) {
        give_back();
        return Answer::too_many;
    }
    if (keeps_to_rate(address, now)) return Answer::granted;
    give_back();
    return Answer::too_fast;
}

/// The generic cell rate algorithm: each session moves its slot's time on by 1/rate, and the time may run
/// ahead of the clock by what a burst makes of it.
bool SockjsQuota::keeps_to_rate(std::string_view address, base::TimePoint now) {
    const std::uint64_t hash = (std::hash<std::string>{}(base::client_network(address)) ^ seed_) *
                               0x9E3779B97F4A7C15U;  // Fibonacci hashing
    std::atomic<base::Duration::rep>& slot = made_up_[hash >> 52];
    const base::Duration one =
        base::Duration(std::chrono::seconds(1)) / std::max<std::size_t>(limits_.rate, 1);
    const base::Duration::rep clock = now.time_since_epoch().count();
    const base::Duration::rep ahead =
        clock + one.count() * static_cast<base::Duration::rep>(std::max<std::size_t>(limits_.burst, 1) - 1);
    base::Duration::rep before = slot.load(std::memory_order_relaxed);
    base::Duration::rep from = 0;
    do {
        from = std::max(before, clock);
        if (from > ahead) return false;
    } while (!slot.compare_exchange_weak(before, from + one.count(), std::memory_order_relaxed));
    return true;
}

}  // namespace stentor::transport
