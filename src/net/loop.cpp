// Tests: tests/unit/net/loop_test.cpp
#include "net/loop.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace stentor::net {
namespace {

constexpr std::size_t read_size = 512 * 1024;  // a burst of one peer, to be worked off in one turn
constexpr int events_per_wait = 512;

thread_local const Loop* running_here = nullptr;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void control(int epoll_fd, int operation, int fd, std::uint32_t events, void* owner) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = owner;
    if (::epoll_ctl(epoll_fd, operation, fd, &event) != 0) fail("epoll_ctl");
}

}  // namespace

Loop::Loop()
    : epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)),
      alarm_fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      read_buffer_(read_size) {
    if (epoll_fd_ < 0) fail("epoll_create1");
    if (alarm_fd_ < 0) fail("timerfd_create");
    control(epoll_fd_, EPOLL_CTL_ADD, mailbox_->wake_fd(), EPOLLIN, nullptr);
    control(epoll_fd_, EPOLL_CTL_ADD, alarm_fd_, EPOLLIN, &alarm_fd_);
}

Loop::~Loop() {
    ::close(alarm_fd_);
    ::close(epoll_fd_);
}

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

/// An alarm that is due too early stands: it costs one turn, and to move it costs a call in each. Setting it
/// also takes back that it rang.
void Loop::set_alarm(base::TimePoint deadline) {
    using namespace std::chrono;
    if (deadline == base::never || deadline >= alarm_) return;
    alarm_ = deadline;
    const base::Duration since = deadline.time_since_epoch();
    itimerspec when{};
    when.it_value = {duration_cast<seconds>(since).count(), (since % 1s).count()};
    if (::timerfd_settime(alarm_fd_, TFD_TIMER_ABSTIME, &when, nullptr) != 0) fail("timerfd_settime");
}

void Loop::alarm_rang() {
    alarm_ = base::never;
    std::uint64_t times = 0;
    [[maybe_unused]] const auto got = ::read(alarm_fd_, &times, sizeof times);
}

void Loop::wait(Turns& turns) {
    std::array<epoll_event, events_per_wait> events;
    const base::TimePoint deadline = turns.next_deadline();
    const bool at_once = deadline <= now_;
    if (!at_once) set_alarm(deadline);
    const int count = ::epoll_wait(epoll_fd_, events.data(), events_per_wait, at_once ? 0 : -1);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    ready_.clear();
    mail_ = false;
    for (int i = 0; i < count; ++i) {
        const epoll_event event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) mail_ = true;
        else if (event.data.ptr == &alarm_fd_) alarm_rang();
        else ready_.emplace_back(static_cast<Watcher*>(event.data.ptr), std::uint32_t{event.events});
    }
}

void Loop::run(Turns& turns) {
    const Loop* const outer = std::exchange(running_here, this);
    while (!stopping_) {
        wait(turns);
        now_ = std::chrono::steady_clock::now();
        turns.begin_turn(now_);
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
