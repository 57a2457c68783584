#pragma once

#include <csignal>
#include <cstddef>

namespace stentor::net {

/// Waits for SIGTERM, SIGINT, raise() or, if it is wanted, SIGHUP. While it lives, those signals are blocked
/// in the thread that made it and in every thread begun since; the thread that made it must also destroy it.
/// raise(): any thread.
class StopSignal {
public:
    explicit StopSignal(bool hang_up = false);
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// Whether it is time to stop; else it was SIGHUP.
    [[nodiscard]] bool wait();
    void raise();

private:
    sigset_t own_{};
    sigset_t before_{};  ///< what that thread blocked without it
    int signal_fd_;
    int event_fd_;
};

/// Lets the process open as many files as its hard limit allows. Returns how many those are.
std::size_t raise_descriptor_limit();

}  // namespace stentor::net
