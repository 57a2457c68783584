#pragma once

#include "base/timer_queue.hpp"
#include "net/wire.hpp"

#include <cstddef>
#include <functional>

namespace stentor::transport {

/// What one connection may do in one turn of its shard, for the others to have theirs.
struct TurnLimits {
    std::size_t messages = 64;
    std::size_t bytes = 512 * 1024;  ///< of their payloads
};

/// The rest of a connection's work, left for the shard's next turn; until it is done nothing more is read.
/// It has no timer of its own but uses its connection's. Shard-local.
class NextTurn {
public:
    /// `timer` is set to `due`, as a rule the present moment, so it fires in the next turn; then its action
    /// calls run().
    void wait(net::Wire& wire, base::Timer& timer, base::TimePoint due);
    [[nodiscard]] bool waits() const { return waits_; }
    /// For when; `never` while nothing waits.
    [[nodiscard]] base::TimePoint due() const { return waits_ ? due_ : base::never; }
    /// `go_on` does a turn's work, and has wait() called again while there is more.
    void run(net::Wire& wire, const std::function<void()>& go_on);

private:
    bool waits_ = false;
    base::TimePoint due_{};
};

}  // namespace stentor::transport
