// Tests: tests/unit/net/listener_test.cpp
#include "net/listener.hpp"

#include "base/log.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace stentor::net {
namespace {

constexpr int backlog = 4096;
constexpr int accepts_per_turn = 64;
constexpr base::Duration shortest_pause = std::chrono::milliseconds(10);
constexpr base::Duration longest_pause = std::chrono::seconds(1);
constexpr int user_timeout_ms = 30'000;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses resolve(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0)
        throw std::system_error(std::make_error_code(std::errc::address_not_available),
                                "cannot listen on " + address + ": " + ::gai_strerror(error));
    return {found, &::freeaddrinfo};
}

/// getnameinfo would take longer than all else about a newcomer.
std::string to_text(const sockaddr_storage& peer) {
    char host[INET6_ADDRSTRLEN];
    if (peer.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
        if (::inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host) == nullptr) return "unknown";
        return std::string(host) + ':' + std::to_string(ntohs(v4.sin_port));
    }
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    if (peer.ss_family != AF_INET6 || ::inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host) == nullptr)
        return "unknown";
    const std::string scope = v6.sin6_scope_id == 0 ? "" : '%' + std::to_string(v6.sin6_scope_id);
    return '[' + (host + scope) + "]:" + std::to_string(ntohs(v6.sin6_port));
}

/// What every connection has; Linux gives it to those that are accepted too.
bool set_options(int fd) {
    const int on = 1;
    return ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
           ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms) == 0;
}

std::uint16_t port_of(int fd) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
    return ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(own).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(own).sin_port);
}

int spare_descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

Listener::Listener(Loop& loop, base::TimerQueue& timers, const std::string& address, std::uint16_t port,
                   Accepted accepted)
    : loop_(loop),
      timers_(timers),
      resume_(timers, [this](base::TimePoint) { resume(); }),
      accepted_(std::move(accepted)) {
    const Addresses addresses = resolve(address, port);
    const int family = addresses->ai_family;
    fd_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0 || !set_options(fd_) || ::bind(fd_, addresses->ai_addr, addresses->ai_addrlen) != 0 ||
        ::listen(fd_, backlog) != 0) {
        const std::error_code error(errno, std::generic_category());
        if (fd_ >= 0) ::close(fd_);
        throw std::system_error(error, "cannot listen on " + address + ":" + std::to_string(port));
    }
    port_ = port_of(fd_);
    spare_fd_ = spare_descriptor();
}

Listener::~Listener() {
    stop();
    ::close(fd_);
    if (spare_fd_ >= 0) ::close(spare_fd_);
}

void Listener::start() {
    if (watching_) return;
    loop_.watch(fd_, EPOLLIN, *this);
    watching_ = true;
}

void Listener::resume() {
    try {
        start();
    } catch (const std::system_error& error) { pause(error.what()); }
}

void Listener::stop() {
    resume_.cancel();
    if (std::exchange(watching_, false)) loop_.unwatch(fd_, *this);
}

void Listener::on_ready(std::uint32_t) {
    for (int i = 0; i < accepts_per_turn; ++i) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const int fd =
            ::accept4(fd_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                out_of_descriptors();
            else if (errno != EAGAIN && errno != EWOULDBLOCK)
                continue;  // that one peer's error, not the listener's
            return;
        }
        pause_ = {};
        accepted_(fd, to_text(peer));
    }
}

void Listener::out_of_descriptors() {
    if (spare_fd_ >= 0) {
        ::close(spare_fd_);
        const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) ::close(fd);
    }
    spare_fd_ = spare_descriptor();
    pause("out of file descriptors");
}

void Listener::pause(const char* reason) {
    pause_ = std::clamp(pause_ * 2, shortest_pause, longest_pause);
    log::error(
        "accept_paused",
        {{"reason", reason}, {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(pause_).count()}});
    stop();
    resume_.set(timers_.now() + pause_);
}

}  // namespace stentor::net
