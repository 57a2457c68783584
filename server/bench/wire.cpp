#include "wire.hpp"

#include "failure.hpp"

#include <netdb.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace stentor::bench {

Address resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) throw Failure("there is no host " + host + ": " + ::gai_strerror(error));
    Address address;
    std::memcpy(&address.bytes, found->ai_addr, found->ai_addrlen);
    address.size = found->ai_addrlen;
    ::freeaddrinfo(found);
    return address;
}

void Wire::open(const Address& address) {
    fd_ = ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return end(std::string("no socket: ") + std::strerror(errno));
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const linger reset{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    opening_ = true;
    const bool done = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) == 0;
    if (!done && errno != EINPROGRESS) return end(std::string("cannot connect: ") + std::strerror(errno));
    loop_.add(fd_, EPOLLIN | EPOLLOUT,
              *this);  // also when done: on_open comes from the loop, never from here
}

void Wire::opened() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return end(std::string("cannot connect: ") + std::strerror(error));
    opening_ = false;
    loop_.change(fd_, EPOLLIN, *this);
    owner_.on_open(*this);
}

void Wire::on_event(std::uint32_t events) {
    if (fd_ < 0) return;
    if (opening_) return opened();
    if ((events & EPOLLOUT) != 0) {
        blocked_ = false;
        loop_.change(fd_, EPOLLIN, *this);
        flush();
    }
    if ((events & ~std::uint32_t{EPOLLOUT}) != 0 && fd_ >= 0) read();
}

void Wire::read() {
    auto& buffer = loop_.buffer();
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got > 0) return owner_.on_bytes(*this, {buffer.data(), static_cast<std::size_t>(got)});
    if (got == 0) return end("the server closed the connection");
    if (errno != EAGAIN && errno != EINTR) end(std::string("the connection broke: ") + std::strerror(errno));
}

void Wire::flush() {
    if (out_.empty() || blocked_ || fd_ < 0) return;
    const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        // What the server said before is more than that it is gone: read() comes to the end itself.
        if (errno == EPIPE || errno == ECONNRESET) return out_.clear();
        return end(std::string("the connection broke: ") + std::strerror(errno));
    }
    out_.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    if (out_.empty()) return;
    blocked_ = true;
    loop_.change(fd_, EPOLLIN | EPOLLOUT, *this);
}

void Wire::acknowledge_at_once() {
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void Wire::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void Wire::end(const std::string& why) {
    close();
    owner_.on_end(*this, why);
}

}  // namespace stentor::bench
