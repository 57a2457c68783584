#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace stentor::bench {

/// What a loop watches. Shard-local.
class Watched {
public:
    virtual ~Watched() = default;
    virtual void on_event(std::uint32_t events) = 0;
};

/// What has something to do every now and then. Shard-local.
class Ticking {
public:
    virtual ~Ticking() = default;
    virtual void on_tick(std::uint64_t at) = 0;
};

/// epoll for one thread. Shard-local.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void add(int fd, std::uint32_t events, Watched& watched);
    void change(int fd, std::uint32_t events, Watched& watched);

    /// Waits at most until that time (see now()) for something to happen and handles what has. What is
    /// watched may be closed meanwhile, but not destroyed.
    void turn(std::uint64_t until);

    /// Every 10 ms or more often, from the turns. Nobody ticks: no turn looks at the clock for it.
    void tick(Ticking& ticking) { ticking_.push_back(&ticking); }
    void tick_no_more(Ticking& ticking) { std::erase(ticking_, &ticking); }

    /// Bytes that all connections read into, one after the other.
    [[nodiscard]] std::array<char, 256UL * 1024>& buffer() { return *buffer_; }

private:
    int epoll_;
    std::array<epoll_event, 512> events_{};
    std::vector<Ticking*> ticking_;
    std::unique_ptr<std::array<char, 256UL * 1024>> buffer_;
};

}  // namespace stentor::bench
