// Tests: tests/unit/app/memory_ledger_test.cpp
#include "app/memory_ledger.hpp"

namespace stentor::app {

void MemoryLedger::note(unsigned shard, std::size_t used, std::size_t largest) {
    accounts_[shard].used.store(used, std::memory_order_relaxed);
    accounts_[shard].largest.store(largest, std::memory_order_relaxed);
}

std::size_t MemoryLedger::used() const {
    std::size_t sum = 0;
    for (const Account& account : accounts_) sum += account.used.load(std::memory_order_relaxed);
    return sum;
}

bool MemoryLedger::has_largest(unsigned shard, std::size_t largest) const {
    for (std::size_t other = 0; other < accounts_.size(); ++other) {
        const std::size_t theirs = accounts_[other].largest.load(std::memory_order_relaxed);
        if (other != shard && (theirs > largest || (theirs == largest && other < shard))) return false;
    }
    return true;
}

}  // namespace stentor::app
