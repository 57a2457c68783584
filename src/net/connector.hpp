#pragma once

#include "base/timer_queue.hpp"
#include "net/loop.hpp"
#include "net/tls_context.hpp"
#include "stentor/result.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::net {

/// Where to connect to.
struct Remote {
    std::string host;  ///< a name or an address
    std::uint16_t port = 0;
    base::Duration time_limit = std::chrono::seconds(5);  ///< names and all addresses of the host together
    std::shared_ptr<const TlsContext> tls{};              ///< null: in the clear
};

/// A connection made: a non-blocking socket, whose owner is whoever gets it.
struct Connected {
    int fd = -1;
    std::string remote_address;
};

/// Makes outgoing TCP connections without blocking the loop; names are looked up in Asio's thread.
/// Shard-local, but for the constructor.
class Connector {
public:
    using Done = std::function<void(Result<Connected>)>;

    Connector(Loop& loop, base::TimerQueue& timers, boost::asio::io_context& lookups);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    /// `done` is called once, on the loop's thread, maybe before this returns; never when the connector died
    /// before.
    void connect(const Remote& remote, Done done);

private:
    class Attempt;
    void forget(const Attempt& attempt);

    Loop& loop_;
    base::TimerQueue& timers_;
    boost::asio::io_context& lookups_;
    std::vector<std::shared_ptr<Attempt>> attempts_;
};

}  // namespace stentor::net
