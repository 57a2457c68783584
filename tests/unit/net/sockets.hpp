#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::net::test {

/// A file descriptor of the test's.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd() { close(); }

    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] int give() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

/// The peer's end of a connection: it does not wait, and notes how the stream ended.
class Peer {
public:
    Peer() = default;
    explicit Peer(Fd fd) : fd_(std::move(fd)) {
        ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) | O_NONBLOCK);
    }

    /// What is there now, up to `most` bytes.
    std::string read(std::size_t most = static_cast<std::size_t>(-1)) {
        std::string all;
        std::string piece(64 * 1024, '\0');
        while (all.size() < most) {
            const ssize_t got = ::recv(fd_.get(), piece.data(), std::min(piece.size(), most - all.size()), 0);
            if (got <= 0) {
                ended = ended || got == 0;
                reset = reset || (got < 0 && errno == ECONNRESET);
                break;
            }
            all.append(piece, 0, static_cast<std::size_t>(got));
        }
        return all;
    }
    void write(std::string_view bytes) {
        ASSERT_EQ(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    void end_output() { ::shutdown(fd_.get(), SHUT_WR); }
    void close() { fd_.close(); }
    /// Closes with a reset instead of an end (TCP).
    void reset_stream() {
        const linger at_once{1, 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        fd_.close();
    }
    [[nodiscard]] int fd() const { return fd_.get(); }

    bool ended = false;
    bool reset = false;

private:
    Fd fd_;
};

/// Two connected sockets, the first non-blocking.
inline std::pair<Fd, Fd> socket_pair(int type = SOCK_STREAM) {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    return {Fd(fds[0]), Fd(fds[1])};
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// "127.0.0.1:4711", as the other side sees this socket.
inline std::string own_address(int fd) {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
    return "127.0.0.1:" + std::to_string(ntohs(own.sin_port));
}

inline Fd connect_to(std::uint16_t port) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
}

/// The same over TCP.
inline std::pair<Fd, Fd> tcp_pair() {
    const Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening.get(), 1), 0);
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
    Fd client = connect_to(ntohs(address.sin_port));
    Fd server(::accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    return {std::move(server), std::move(client)};
}

}  // namespace stentor::net::test
