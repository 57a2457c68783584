#pragma once

#include "app/memory_ledger.hpp"
#include "base/memory_budget.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace stentor::app {

/// What one shard knows of all shards' memory, and has them know of its own. The first shard says in the log
/// when a measure begins and ends. Shard-local.
class MemoryGuard final : public base::MemoryWatch {
public:
    /// `own`: what this shard uses now.
    MemoryGuard(const base::MemoryMarks& marks, std::shared_ptr<MemoryLedger> ledger, unsigned self,
                std::function<std::size_t()> own)
        : gauge_(marks), ledger_(std::move(ledger)), self_(self), own_(std::move(own)) {}

    base::MemoryMeasure look();
    bool slows_publishers() override { return look() >= base::MemoryMeasure::slow_publishers; }
    bool refuses_connections() override { return look() >= base::MemoryMeasure::refuse_connections; }
    [[nodiscard]] base::Duration pause() const override { return gauge_.pause(); }
    [[nodiscard]] bool is_full() const { return gauge_.is_full(); }
    /// So much waits here for the slowest client, 0 when nothing need be closed: whether it is the one.
    [[nodiscard]] bool is_slowest(std::size_t unsent);
    /// When to look again although nothing happens.
    [[nodiscard]] base::Duration interval() const;

private:
    void say(base::MemoryMeasure before, base::MemoryMeasure now) const;

    base::MemoryGauge gauge_;
    std::shared_ptr<MemoryLedger> ledger_;
    unsigned self_;
    std::function<std::size_t()> own_;
    std::size_t largest_ = 0;
};

}  // namespace stentor::app
