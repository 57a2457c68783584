// Tests: tests/unit/net/refusal_test.cpp
#include "net/refusal.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace stentor::net {

void refuse(int fd, std::string_view words) {
    if (!words.empty()) {
        // What is unread when a socket closes makes its end a reset, which may overtake the words.
        std::array<char, 16 * 1024> request;
        [[maybe_unused]] const auto got = ::recv(fd, request.data(), request.size(), MSG_DONTWAIT);
        [[maybe_unused]] const auto sent =
            ::send(fd, words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        ::shutdown(fd, SHUT_WR);
    }
    ::close(fd);
}

}  // namespace stentor::net
