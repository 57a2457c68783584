#pragma once

#include "app/connection_gate.hpp"
#include "net/connector.hpp"
#include "net/flusher.hpp"
#include "net/wire.hpp"
#include "stentor/app.hpp"

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

    /// Listens and runs. Throws std::system_error. The application's own thread, as stop() and listening().
    virtual void start() = 0;
    /// Closes sessions with 1001, waits for them up to the shutdown timeout, and ends every thread.
    virtual void stop() = 0;
    /// Reads certificates anew. The application's own thread.
    virtual void reload() {}
    [[nodiscard]] virtual Listening listening() const = 0;
    /// The shard whose thread the caller is on, if it is one's. Any thread.
    [[nodiscard]] virtual std::optional<unsigned> here() const = 0;

    /// The caller is about to wait for something that shards do. Any thread that is no shard's.
    virtual void before_waiting() {}
    /// Runs `task` later on that shard (also on the caller's own). Any thread.
    virtual void post_to(unsigned shard, std::function<void(Shard&)> task) = 0;
    /// Any thread.
    virtual void run_on_workers(const std::string& session_id, std::function<void()> task) = 0;
    /// An executor for coroutines of that shard.
    virtual std::any asio_executor(unsigned shard) = 0;
    /// Begins to read from a wire.
    virtual void start_wire(net::Wire& wire, net::WireUser& user) = 0;
    /// Who is at the other end, where the wire itself tells: no socket does.
    [[nodiscard]] virtual std::optional<Authentication> authentication_of(const net::Wire&) const {
        return std::nullopt;
    }
    /// Moves a wire to another shard and goes on with `arrived` there. What is left of it here is kept by the
    /// caller until the end of the turn.
    virtual void move_wire(net::Wire& wire, unsigned shard,
                           std::function<void(Shard&, std::unique_ptr<net::Wire>)> arrived) = 0;
    /// Makes a connection to somewhere else, for start_wire on that shard. `done` is called once, maybe
    /// before this returns, unless the shard ends first.
    using Connected = std::function<void(Result<std::unique_ptr<net::Wire>>)>;
    virtual void connect(unsigned shard, const net::Remote& remote, net::SendLimits limits, Connected done) {
        (void)shard, (void)remote, (void)limits;
        done(Error{Errc::unavailable, "no connections can be made from here"});
    }
    /// Bytes that the peers of that shard's wires have not taken.
    [[nodiscard]] virtual std::size_t unsent(unsigned shard) const {
        (void)shard;
        return 0;
    }
    /// How many of that shard's wires were closed because their peers are too slow.
    [[nodiscard]] virtual std::uint64_t slow_closed(unsigned shard) const {
        (void)shard;
        return 0;
    }
    /// Connections that were not taken, of all shards. The first shard asks.
    [[nodiscard]] virtual RefusedConnections refused_connections() const { return {}; }
    /// Writes what that shard's wires owe, and tells those that closed.
    virtual void flush(unsigned shard) = 0;
    /// The way to that shard for handles in users' hands.
    virtual std::shared_ptr<const session::Port> port(unsigned shard) = 0;
};

}  // namespace stentor::app
