#pragma once

#include "base/clock.hpp"
#include "net/connection_list.hpp"
#include "net/runs.hpp"
#include "net/tls_session.hpp"

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace stentor::net {

/// When an outgoing buffer is too full, and a write too old.
struct SendLimits {
    std::size_t buffer = 512 * 1024;                 ///< bytes owed to one peer, and some for each frame
    base::Duration time = std::chrono::seconds(10);  ///< one frame's time on its way out
};

/// One write per socket per turn. Deliveries only note which connections owe something; flush() then writes
/// to each. Where many owe the same run of frames - the usual fan-out - the run is joined once and the same
/// bytes go to all; a long one that only one socket owes is gathered by the kernel instead. Shard-local.
class Flusher {
public:
    void owe(Connection& connection);
    void closed(Connection& connection);
    void blocked(Connection& connection);
    void forget(Connection& connection);
    /// Bytes that peers have not taken, of all connections.
    void count_backlog(std::size_t bytes) { backlog_bytes_ += bytes; }
    void uncount_backlog(std::size_t bytes) { backlog_bytes_ -= bytes; }
    [[nodiscard]] std::size_t backlog_bytes() const { return backlog_bytes_; }
    /// One is closed because its peer is too slow.
    void count_slow() { ++slow_closed_; }
    [[nodiscard]] std::uint64_t slow_closed() const { return slow_closed_; }

    /// Writes what is owed; then tells those that closed. Repeats until nothing new is owed.
    void flush();
    /// Aborts connections that could not write for too long. Call about once a second.
    void check_blocked(base::TimePoint now);
    void set_now(base::TimePoint now) { now_ = now; }
    [[nodiscard]] base::TimePoint now() const { return now_; }

    [[nodiscard]] Runs& runs() { return runs_; }
    /// Writes a run to a socket; as write(2).
    [[nodiscard]] ssize_t write(int fd, const Run& run);
    /// A run's bytes in one piece, until the next write or join.
    [[nodiscard]] std::string_view joined(const Run& run);
    /// For those connections that have TLS.
    [[nodiscard]] TlsScratch& tls() { return tls_; }

private:
    void join(const Run& run);
    void gather(const Run& run);

    ConnectionList dirty_{&ListPlaces::dirty};
    ConnectionList buried_{&ListPlaces::buried};
    ConnectionList blocked_{&ListPlaces::blocked};
    Runs runs_;
    const Run* prepared_ = nullptr;  ///< the last run written: it is in joined_ or pieces_
    bool is_joined_ = false;         ///< it is in joined_
    std::vector<char> joined_;
    std::vector<iovec> pieces_;
    TlsScratch tls_;
    base::TimePoint now_{};
    std::uint64_t slow_closed_ = 0;
    std::size_t backlog_bytes_ = 0;
};

}  // namespace stentor::net
