#pragma once

#include "base/clock.hpp"
#include "net/ip_address.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace stentor::net {

class ConnectionQuota;

/// One connection's part of the quota, for as long as it lives. The quota outlives it. Shard-local.
class ConnectionPlace {
public:
    ConnectionPlace() = default;
    ConnectionPlace(ConnectionPlace&& other) noexcept
        : quota_(std::exchange(other.quota_, nullptr)), slots_(other.slots_) {}
    ConnectionPlace& operator=(ConnectionPlace&& other) noexcept {
        std::swap(quota_, other.quota_);
        std::swap(slots_, other.slots_);
        return *this;
    }
    ~ConnectionPlace();

private:
    friend class ConnectionQuota;
    static constexpr std::uint16_t not_counted = 0xffff;

    ConnectionQuota* quota_ = nullptr;
    std::array<std::uint16_t, 2> slots_{not_counted, not_counted};
};

/// How many connections there may be, how many of one address, and how fast an address may open them. take()
/// is the listener's thread's own; places are given back on any, without a lock. Addresses share a fixed
/// number of slots, so that no number of them takes memory. Each address has two, of which it would have to
/// share both with one that has used up its own to be refused for it.
class ConnectionQuota {
public:
    struct Limits {
        std::size_t connections = 65'536;
        std::size_t per_address = 256;
        std::size_t rate = 50;    ///< a second, of one address
        std::size_t burst = 100;  ///< of those at once
    };
    enum class Answer : std::uint8_t { granted, too_many, too_many_of_address, too_fast };

    /// `seed` keeps clients from knowing with which other addresses they share a slot.
    explicit ConnectionQuota(Limits limits, std::uint64_t seed = 0) : limits_(limits), seed_(seed) {}

    /// Asks for one more connection. Without an address only the number of all counts.
    [[nodiscard]] Answer take(const std::optional<IpAddress>& address, base::TimePoint now,
                              ConnectionPlace& place);
    [[nodiscard]] std::size_t connections() const { return connections_.load(std::memory_order_relaxed); }

private:
    friend class ConnectionPlace;
    static constexpr std::size_t slots = 16'384;
    struct Row {
        std::array<std::atomic<std::uint32_t>, slots> open{};
        std::array<base::Duration::rep, slots> made_up{};  ///< when each slot's rate will have been, in ticks
    };

    [[nodiscard]] std::array<std::uint16_t, 2> slots_of(const IpAddress& address) const;
    [[nodiscard]] bool keeps_to_rate(const std::array<std::uint16_t, 2>& at, base::TimePoint now);
    void give_back(const std::array<std::uint16_t, 2>& at);

    const Limits limits_;
    const std::uint64_t seed_;
    std::atomic<std::size_t> connections_ = 0;
    std::array<Row, 2> rows_;
};

}  // namespace stentor::net
