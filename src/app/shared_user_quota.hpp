#pragma once

#include "session/user_quota.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace stentor::app {

/// The sessions of each user, counted over all shards. The lock is taken when a session begins or ends.
class SharedUserQuota final : public session::UserQuota,
                              public std::enable_shared_from_this<SharedUserQuota> {
public:
    explicit SharedUserQuota(std::size_t most) : most_(most) {}

    [[nodiscard]] Place take(const std::string& user) override;
    /// How often somebody had as many as there may be.
    [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

private:
    void give_back(const std::string& user);

    const std::size_t most_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> sessions_;  ///< of those that have any
    std::atomic<std::uint64_t> refused_ = 0;
};

}  // namespace stentor::app
