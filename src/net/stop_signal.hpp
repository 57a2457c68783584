#pragma once

#include <csignal>

namespace stentor::net {

/// Waits for SIGTERM, SIGINT or raise(). While it lives, those signals are blocked in the thread that made it
/// and in every thread begun since; the thread that made it must also destroy it. raise(): any thread.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void wait();
    void raise();

private:
    sigset_t before_{};  ///< what that thread blocked without it
    int signal_fd_;
    int event_fd_;
};

/// Lets the process open as many files as its hard limit allows.
void raise_descriptor_limit();

}  // namespace stentor::net
