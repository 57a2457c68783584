#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

namespace stentor::app {

/// What each shard uses, for all of them to see. Any thread, without a lock: each writes its own line only.
class MemoryLedger {
public:
    explicit MemoryLedger(unsigned shards) : accounts_(shards) {}

    /// `largest`: the most that waits for one client of that shard; 0 while nobody asks.
    void note(unsigned shard, std::size_t used, std::size_t largest);
    /// By all.
    [[nodiscard]] std::size_t used() const;
    /// Whether no other shard has noted more for one client.
    [[nodiscard]] bool has_largest(unsigned shard, std::size_t largest) const;

private:
    struct alignas(64) Account {
        std::atomic<std::size_t> used = 0;
        std::atomic<std::size_t> largest = 0;
    };
    std::vector<Account> accounts_;
};

}  // namespace stentor::app
