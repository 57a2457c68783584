#pragma once

#include "base/timer_queue.hpp"
#include "net/wire.hpp"

#include <cstddef>
#include <functional>

namespace stentor::transport {

/// What one connection may do in one turn of its shard, for the others to have theirs.
struct TurnLimits {
    std::size_t messages = 64;
    std::size_t bytes = 256 * 1024;  ///< of their payloads
};

/// The rest of a connection's work, left for the shard's next turn; until it is done nothing more is read.
/// Shard-local.
class NextTurn {
public:
    /// `go_on` does a turn's work, and calls wait() again while there is more.
    NextTurn(base::TimerQueue& timers, net::Wire& wire, std::function<void()> go_on);

    void wait();
    void cancel() { timer_.cancel(); }

private:
    void run();

    base::TimerQueue& timers_;
    net::Wire& wire_;
    std::function<void()> go_on_;
    base::Timer timer_;
    bool waits_ = false;
};

}  // namespace stentor::transport
