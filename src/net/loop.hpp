#pragma once

#include "base/clock.hpp"
#include "net/mailbox.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace stentor::net {

/// Something with a file descriptor that the loop watches.
class Watcher {
public:
    /// `events` as epoll's. It must stay alive until the end of the turn in which it unwatches itself.
    virtual void on_ready(std::uint32_t events) = 0;

protected:
    ~Watcher() = default;
};

/// What a shard does around the loop's turns.
class Turns {
public:
    /// A turn begins: the time, read once for the whole turn. Due timers run here.
    virtual void begin_turn(base::TimePoint now) = 0;
    /// Everything that arrived was handled: write what is owed, bury what has closed.
    virtual void end_turn() = 0;
    /// When the next turn must begin although nothing arrived.
    [[nodiscard]] virtual base::TimePoint next_deadline() const = 0;

protected:
    ~Turns() = default;
};

/// One thread's event loop: level-triggered epoll, a mailbox for other threads, and turns. `stop` and
/// `mailbox()->post` may be called from any thread, everything else from the loop's own.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Turns until stop(). It may run again after that.
    void run(Turns& turns);
    void stop();

    /// Both throw std::system_error.
    void watch(int fd, std::uint32_t events, Watcher& watcher);
    void change(int fd, std::uint32_t events, Watcher& watcher);
    void unwatch(int fd, Watcher& watcher);

    /// Shared, so that what is posted after the loop's end is dropped, not a crash.
    [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
    /// Whether the caller is on this loop's thread (while it runs).
    [[nodiscard]] bool is_here() const { return is_running_here(this); }
    /// The same for a loop that may have ended.
    [[nodiscard]] static bool is_running_here(const Loop* loop);
    /// Where all sockets of this loop are read into.
    [[nodiscard]] std::span<char> read_buffer() { return read_buffer_; }
    /// No connection reads as long as this holds. For moments: each turn begins at once while something has
    /// arrived.
    void hold_input(bool held) { holds_input_ = held; }
    [[nodiscard]] bool holds_input() const { return holds_input_; }

private:
    void wait(Turns& turns);
    void set_alarm(base::TimePoint deadline);
    void alarm_rang();

    int epoll_fd_;
    int alarm_fd_;                         ///< wakes the loop for its deadlines
    base::TimePoint alarm_ = base::never;  ///< for which it is set
    base::TimePoint now_{};                ///< when the turn began
    std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
    bool stopping_ = false;
    bool mail_ = false;
    bool holds_input_ = false;
    std::vector<char> read_buffer_;
    std::vector<std::pair<Watcher*, std::uint32_t>> ready_;
};

}  // namespace stentor::net
