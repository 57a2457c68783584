#pragma once

namespace stentor::net {

/// Waits for SIGTERM, SIGINT or raise(). While it lives, those signals are blocked in the thread that made it
/// and in every thread begun since. raise(): any thread.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void wait();
    void raise();

private:
    int signal_fd_;
    int event_fd_;
};

/// Lets the process open as many files as its hard limit allows.
void raise_descriptor_limit();

}  // namespace stentor::net
