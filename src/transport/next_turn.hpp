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
    /// `timer` is set to the present moment, so it fires in the next turn; its action calls run().
    void wait(net::Wire& wire, base::Timer& timer, base::TimePoint now);
    [[nodiscard]] bool waits() const { return waits_; }
    /// `go_on` does a turn's work, and has wait() called again while there is more.
    void run(net::Wire& wire, const std::function<void()>& go_on);

private:
    bool waits_ = false;
};

}  // namespace stentor::transport
