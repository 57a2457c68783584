#pragma once

#include "base/clock.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace stentor::transport {

/// How many SockJS sessions there may be over HTTP, and how fast one address may open them: over all shards,
/// since a client's choice of ids decides to which shards its sessions go. Addresses share a fixed number of
/// slots, so that no number of them takes memory. Any thread, without a lock.
class SockjsQuota {
public:
    struct Limits {
        std::size_t sessions = 65'536;
        std::size_t rate = 20;    ///< a second
        std::size_t burst = 100;  ///< at once
    };
    enum class Answer : std::uint8_t { granted, too_many, too_fast };

    /// `seed` keeps clients from knowing with which other addresses they share a slot.
    explicit SockjsQuota(Limits limits, std::uint64_t seed = 0) : limits_(limits), seed_(seed) {}

    /// Asks for one more session; give_back() when it has ended, if granted. `address` has no port.
    [[nodiscard]] Answer take(std::string_view address, base::TimePoint now);
    void give_back() { sessions_.fetch_sub(1, std::memory_order_relaxed); }
    [[nodiscard]] std::size_t sessions() const { return sessions_.load(std::memory_order_relaxed); }

private:
    [[nodiscard]] bool keeps_to_rate(std::string_view address, base::TimePoint now);

    const Limits limits_;
    const std::uint64_t seed_;
    std::atomic<std::size_t> sessions_ = 0;
    /// When each slot's rate will have been made up for: ticks of the steady clock.
    std::array<std::atomic<base::Duration::rep>, 4096> made_up_{};
};

/// One session's part of the quota, for as long as it lives. Shard-local.
class SockjsPlace {
public:
    /// Takes over what take() granted.
    explicit SockjsPlace(std::shared_ptr<SockjsQuota> quota) : quota_(std::move(quota)) {}
    SockjsPlace(SockjsPlace&&) noexcept = default;
    ~SockjsPlace() {
        if (quota_ != nullptr) quota_->give_back();
    }
    SockjsPlace& operator=(SockjsPlace&&) = delete;

private:
    std::shared_ptr<SockjsQuota> quota_;
};

}  // namespace stentor::transport
