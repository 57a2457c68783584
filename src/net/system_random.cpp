#include "net/system_random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace stentor::net {

namespace {

void ask_kernel(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

/// What a thread has of them for its next few numbers: a session's id is not worth a system call.
class Supply {
public:
    void take(std::span<std::byte> bytes) {
        if (bytes.size() > left_) {
            ask_kernel(bytes_);
            left_ = bytes_.size();
        }
        const auto given = std::span(bytes_).subspan(left_ - bytes.size(), bytes.size());
        std::ranges::copy(given, bytes.begin());
        std::ranges::fill(given, std::byte{});  // nobody is given them twice, nor finds them here
        left_ -= bytes.size();
    }
    static constexpr std::size_t size = 256;  ///< so many the kernel gives whole, and at once

private:
    std::array<std::byte, size> bytes_;
    std::size_t left_ = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
    thread_local Supply supply;
    if (bytes.size() <= Supply::size / 4) supply.take(bytes);
    else ask_kernel(bytes);
}

}  // namespace stentor::net
