// Tests: tests/flow/server_flow_test.cpp
#include "net/stop_signal.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <system_error>
#include <utility>

namespace stentor::net {
namespace {

constexpr std::size_t fewest_descriptors = 1024;  // what every system lets a process have

}  // namespace

StopSignal::StopSignal(bool hang_up) {
    sigemptyset(&own_);
    sigaddset(&own_, SIGTERM);
    sigaddset(&own_, SIGINT);
    if (hang_up) sigaddset(&own_, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &own_, &before_);
    signal_fd_ = ::signalfd(-1, &own_, SFD_CLOEXEC);
    event_fd_ = ::eventfd(0, EFD_CLOEXEC);
    if (signal_fd_ < 0 || event_fd_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

StopSignal::~StopSignal() {
    ::close(signal_fd_);
    ::close(event_fd_);
    // Another one that came meanwhile asked for what has been done; let out, it would end the process.
    constexpr timespec at_once{};
    while (::sigtimedwait(&own_, nullptr, &at_once) > 0) {}
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        if (sigismember(&before_, signal) == 1) sigdelset(&own_, signal);
    pthread_sigmask(SIG_UNBLOCK, &own_, nullptr);
}

bool StopSignal::wait() {
    std::array<pollfd, 2> either{{{signal_fd_, POLLIN, 0}, {event_fd_, POLLIN, 0}}};
    while (::poll(either.data(), either.size(), -1) < 0 && errno == EINTR) {}
    signalfd_siginfo taken{};
    if (either[0].revents == 0) return true;
    const bool got = ::read(signal_fd_, &taken, sizeof taken) == sizeof taken;
    return !got || taken.ssi_signo != SIGHUP;
}

void StopSignal::raise() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_fd_, &one, sizeof one);
}

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return fewest_descriptors;
    const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
    return before == limit.rlim_max || ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

}  // namespace stentor::net
