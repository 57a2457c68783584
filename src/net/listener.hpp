#pragma once

#include "base/timer_queue.hpp"
#include "net/loop.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace stentor::net {

/// Accepts TCP connections on one address and hands each to `accepted` (which owns the socket from then on).
/// Out of file descriptors it drops the newcomer with a spare one, and pauses a little longer each time
/// instead of spinning. Shard-local.
class Listener final : private Watcher {
public:
    using Accepted = std::function<void(int fd, std::string remote_address)>;

    /// Binds and listens at once. Throws std::system_error naming the address.
    Listener(Loop& loop, base::TimerQueue& timers, const std::string& address, std::uint16_t port,
             Accepted accepted);
    ~Listener();

    /// The port, also when the system chose it.
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Begins to accept; on the loop's thread, or before it runs. Throws std::system_error.
    void start();
    void stop();

private:
    void on_ready(std::uint32_t events) override;
    void out_of_descriptors();
    void pause(const char* reason);
    void resume();

    Loop& loop_;
    base::TimerQueue& timers_;
    base::Timer resume_;
    Accepted accepted_;
    int fd_ = -1;
    int spare_fd_ = -1;
    std::uint16_t port_ = 0;
    base::Duration pause_{};
    bool watching_ = false;
};

}  // namespace stentor::net
