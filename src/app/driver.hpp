#pragma once

#include "net/wire.hpp"

#include <any>
#include <functional>
#include <memory>
#include <string>

namespace stentor::session {
class Port;
}

namespace stentor::app {

class Shard;

/// What moves a shard: event loops and sockets, or a test's own hand. Called on the shard's thread unless
/// said otherwise.
class Driver {
public:
    virtual ~Driver() = default;
    /// Runs `task` later on that shard (also on the caller's own). Any thread.
    virtual void post_to(unsigned shard, std::function<void(Shard&)> task) = 0;
    /// Any thread.
    virtual void run_on_workers(const std::string& session_id, std::function<void()> task) = 0;
    /// An executor for coroutines of that shard.
    virtual std::any asio_executor(unsigned shard) = 0;
    /// Begins to read from a wire.
    virtual void start_wire(net::Wire& wire, net::WireUser& user) = 0;
    /// Moves a wire to another shard and goes on with `arrived` there. What is left of it here is kept by the
    /// caller until the end of the turn.
    virtual void move_wire(net::Wire& wire, unsigned shard,
                           std::function<void(Shard&, std::unique_ptr<net::Wire>)> arrived) = 0;
    /// Writes what that shard's wires owe, and tells those that closed.
    virtual void flush(unsigned shard) = 0;
    /// The way to that shard for handles in users' hands.
    virtual std::shared_ptr<const session::Port> port(unsigned shard) = 0;
};

}  // namespace stentor::app
