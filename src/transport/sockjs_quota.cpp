// Tests: tests/unit/transport/sockjs_quota_test.cpp
#include "transport/sockjs_quota.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>

namespace stentor::transport {
namespace {

/// What one client holds: an IPv4 address, or the 64 bits of an IPv6 address that name its network.
std::string holding_of(std::string_view address) {
    if (!address.starts_with('[') || !address.ends_with(']')) return std::string(address);
    const std::string text(address.substr(1, address.size() - 2));
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::string(address);
    const std::size_t size = IN6_IS_ADDR_V4MAPPED(&parsed) ? 16 : 8;
    return {reinterpret_cast<const char*>(&parsed), size};
}

}  // namespace

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
    const std::uint64_t hash =
        (std::hash<std::string>{}(holding_of(address)) ^ seed_) * 0x9E3779B97F4A7C15U;  // Fibonacci hashing
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
