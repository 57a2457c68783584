#include "loop.hpp"

#include "failure.hpp"
#include "processes.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace stentor::bench {
namespace {

constexpr std::uint64_t tick_length = 10'000'000;  // ns

}  // namespace

Loop::Loop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), buffer_(std::make_unique<std::array<char, 256UL * 1024>>()) {
    if (epoll_ < 0) throw WrongUse(std::string("epoll: ") + std::strerror(errno));
}

Loop::~Loop() { ::close(epoll_); }

void Loop::add(int fd, std::uint32_t events, Watched& watched) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watched;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
        throw Failure(std::string("epoll: ") + std::strerror(errno));
}

void Loop::change(int fd, std::uint32_t events, Watched& watched) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watched;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Loop::turn(std::uint64_t until) {
    const std::uint64_t at = now();
    std::uint64_t wait = until > at ? until - at : 0;
    if (!ticking_.empty()) wait = std::min(wait, tick_length);
    const timespec timeout{static_cast<time_t>(wait / 1'000'000'000),
                           static_cast<long>(wait % 1'000'000'000)};
    const int count =
        ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events_[static_cast<std::size_t>(i)];
        static_cast<Watched*>(event.data.ptr)->on_event(event.events);
    }
    if (ticking_.empty()) return;
    const std::uint64_t end = now();
    for (Ticking* const one : ticking_) one->on_tick(end);
}

}  // namespace stentor::bench
