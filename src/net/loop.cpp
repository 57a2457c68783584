// Tests: tests/unit/net/loop_test.cpp
#include "net/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace stentor::net {
namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t events_per_wait = 512;

thread_local const Loop* running_here = nullptr;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void control(int epoll_fd, int operation, int fd, std::uint32_t events, void* owner) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = owner;
    if (::epoll_ctl(epoll_fd, operation, fd, &event) != 0) fail("epoll_ctl");
}

/// epoll_wait, but to the microsecond where the kernel can (Linux 5.11): what waits for a millisecond would
/// else wait for two.
int wait_until(base::TimePoint deadline, int epoll_fd, std::span<epoll_event> events) {
    using namespace std::chrono;
    const auto room = static_cast<int>(events.size());
    if (deadline == base::never) return ::epoll_wait(epoll_fd, events.data(), room, -1);
    const base::Duration left = std::clamp<base::Duration>(deadline - steady_clock::now(), 0ns, 60s);
    if (left == 0ns) return ::epoll_wait(epoll_fd, events.data(), room, 0);
    const timespec timeout{duration_cast<seconds>(left).count(), (left % 1s).count()};
    const int count = ::epoll_pwait2(epoll_fd, events.data(), room, &timeout, nullptr);
    if (count >= 0 || errno != ENOSYS) return count;
    // Rounded up, so that a deadline is not met by spinning.
    return ::epoll_wait(epoll_fd, events.data(), room, static_cast<int>(ceil<milliseconds>(left).count()));
}

}  // namespace

Loop::Loop() : epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)), read_buffer_(read_size) {
    if (epoll_fd_ < 0) fail("epoll_create1");
    control(epoll_fd_, EPOLL_CTL_ADD, mailbox_->wake_fd(), EPOLLIN, nullptr);
}

Loop::~Loop() { ::close(epoll_fd_); }

void Loop::watch(int fd, std::uint32_t events, Watcher& watcher) {
    control(epoll_fd_, EPOLL_CTL_ADD, fd, events, &watcher);
}

void Loop::change(int fd, std::uint32_t events, Watcher& watcher) {
    control(epoll_fd_, EPOLL_CTL_MOD, fd, events, &watcher);
}

void Loop::unwatch(int fd, Watcher& watcher) {
    ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
    for (auto& [waiting, events] : ready_)  // it may be due later in this very turn
        if (waiting == &watcher) waiting = nullptr;
}

bool Loop::is_running_here(const Loop* loop) { return running_here == loop; }

void Loop::stop() {
    mailbox_->post([this] { stopping_ = true; });
}

void Loop::wait(Turns& turns) {
    std::array<epoll_event, events_per_wait> events;
    const int count = wait_until(turns.next_deadline(), epoll_fd_, events);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    ready_.clear();
    mail_ = false;
    for (int i = 0; i < count; ++i) {
        const epoll_event event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) mail_ = true;
        else ready_.emplace_back(static_cast<Watcher*>(event.data.ptr), std::uint32_t{event.events});
    }
}

void Loop::run(Turns& turns) {
    const Loop* const outer = std::exchange(running_here, this);
    while (!stopping_) {
        wait(turns);
        turns.begin_turn(std::chrono::steady_clock::now());
        for (std::size_t i = 0; i < ready_.size(); ++i)  // NOLINT: unwatch may null entries meanwhile
            if (ready_[i].first != nullptr) ready_[i].first->on_ready(ready_[i].second);
        ready_.clear();
        if (mail_) mailbox_->open_all();
        turns.end_turn();
    }
    stopping_ = false;
    running_here = outer;
}

}  // namespace stentor::net
