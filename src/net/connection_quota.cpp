// Tests: tests/unit/net/connection_quota_test.cpp
#include "net/connection_quota.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace stentor::net {
namespace {

/// The finish of splitmix64: every bit of the result depends on every bit of `value`.
std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31);
}

}  // namespace

ConnectionPlace::~ConnectionPlace() {
    if (quota_ != nullptr) quota_->give_back(slots_);
}

std::array<std::uint16_t, 2> ConnectionQuota::slots_of(const IpAddress& address) const {
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), address.holding().bytes().data(), sizeof halves);
    const std::uint64_t hash = mixed(mixed(halves[0] ^ seed_) ^ halves[1]);
    return {static_cast<std::uint16_t>(hash % slots), static_cast<std::uint16_t>((hash >> 32) % slots)};
}

ConnectionQuota::Answer ConnectionQuota::take(const std::optional<IpAddress>& address, base::TimePoint now,
                                              ConnectionPlace& place) {
    if (connections() >= limits_.connections) return Answer::too_many;
    ConnectionPlace made;
    if (address) {
        const auto at = slots_of(*address);
        if (std::min(rows_[0].open[at[0]].load(std::memory_order_relaxed),
                     rows_[1].open[at[1]].load(std::memory_order_relaxed)) >= limits_.per_address)
            return Answer::too_many_of_address;
        if (!keeps_to_rate(at, now)) return Answer::too_fast;
        for (std::size_t row = 0; row < rows_.size(); ++row)
            rows_[row].open[at[row]].fetch_add(1, std::memory_order_relaxed);
        made.slots_ = at;
    }
    connections_.fetch_add(1, std::memory_order_relaxed);
    made.quota_ = this;
    place = std::move(made);
    return Answer::granted;
}

/// The generic cell rate algorithm: each connection moves its slots' times on by 1/rate, and the earlier of
/// them may run ahead of the clock by what a burst makes of it.
bool ConnectionQuota::keeps_to_rate(const std::array<std::uint16_t, 2>& at, base::TimePoint now) {
    const base::Duration one =
        base::Duration(std::chrono::seconds(1)) / std::max<std::size_t>(limits_.rate, 1);
    const base::Duration::rep clock = now.time_since_epoch().count();
    const base::Duration::rep ahead =
        clock + one.count() * static_cast<base::Duration::rep>(std::max<std::size_t>(limits_.burst, 1) - 1);
    base::Duration::rep& first = rows_[0].made_up[at[0]];
    base::Duration::rep& second = rows_[1].made_up[at[1]];
    if (std::max(std::min(first, second), clock) > ahead) return false;
    first = std::max(first, clock) + one.count();
    second = std::max(second, clock) + one.count();
    return true;
}

void ConnectionQuota::give_back(const std::array<std::uint16_t, 2>& at) {
    connections_.fetch_sub(1, std::memory_order_relaxed);
    if (at[0] == ConnectionPlace::not_counted) return;
    for (std::size_t row = 0; row < rows_.size(); ++row)
        rows_[row].open[at[row]].fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace stentor::net
