#include "net/connector.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace stentor::net {
namespace {

using boost::asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

constexpr int user_timeout_ms = 30'000;

std::string to_text(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

/// On one machine the system may give a connecting socket the very port it connects to: it is then connected
/// to itself, and keeps the port from the server that is to come back.
bool is_connected_to_itself(int fd) {
    sockaddr_storage own{};
    sockaddr_storage peer{};
    socklen_t own_size = sizeof own;
    socklen_t peer_size = sizeof peer;
    return ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 &&
           ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 && own_size == peer_size &&
           std::memcmp(&own, &peer, own_size) == 0;
}

int pending_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error == 0 && is_connected_to_itself(fd) ? ECONNREFUSED : error;
}

}  // namespace

/// One connection on its way: the addresses of a host, one after the other.
class Connector::Attempt final : public std::enable_shared_from_this<Attempt>, private Watcher {
public:
    Attempt(Connector& connector, Done done)
        : connector_(connector), done_(std::move(done)), timer_(connector.timers_, [this](base::TimePoint) {
              finish(Error{Errc::unavailable, "no answer in time"});
          }) {}
    ~Attempt() { close(); }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    void start(const Remote& remote) {
        timer_.set(connector_.timers_.now() + remote.time_limit);
        boost::system::error_code not_an_address;
        const auto address = boost::asio::ip::make_address(remote.host, not_an_address);
        if (not_an_address) return look_up(remote);
        endpoints_.emplace_back(address, remote.port);
        try_next();
    }

private:
    /// The answer comes from another thread and may find the attempt, the connector and the loop gone.
    void look_up(const Remote& remote) {
        auto resolver = std::make_shared<tcp::resolver>(connector_.lookups_);
        resolver->async_resolve(
            remote.host, std::to_string(remote.port), tcp::resolver::numeric_service,
            [resolver, attempt = weak_from_this(), mailbox = connector_.loop_.mailbox()](
                const boost::system::error_code& error, const tcp::resolver::results_type& found) {
                Endpoints endpoints;
                if (!error)
                    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
                mailbox->post([attempt, endpoints = std::move(endpoints)]() mutable {
                    if (const auto alive = attempt.lock()) alive->looked_up(std::move(endpoints));
                });
            });
    }

    void looked_up(Endpoints endpoints) {
        if (!done_) return;
        endpoints_ = std::move(endpoints);
        if (endpoints_.empty()) last_error_ = "the host is not known";
        try_next();
    }

    void try_next() {
        while (next_ < endpoints_.size())
            if (try_one(endpoints_[next_++])) return;
        finish(Error{Errc::unavailable, last_error_});
    }

    bool try_one(const tcp::endpoint& to) {
        fd_ = ::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd_ < 0) return failed(errno);
        if (::connect(fd_, to.data(), static_cast<socklen_t>(to.size())) != 0 && errno != EINPROGRESS)
            return failed(errno);
        connector_.loop_.watch(fd_, EPOLLOUT, *this);
        watching_ = true;
        return true;
    }

    bool failed(int error) {
        last_error_ = std::generic_category().message(error);
        close();
        return false;
    }

    void on_ready(std::uint32_t) override {
        const auto alive = shared_from_this();
        if (const int error = pending_error(fd_); error != 0) {
            failed(error);
            return try_next();
        }
        unwatch();
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
        finish(Connected{std::exchange(fd_, -1), to_text(endpoints_[next_ - 1])});
    }

    void finish(Result<Connected> result) {
        const auto alive = shared_from_this();
        close();
        timer_.cancel();
        connector_.forget(*this);
        std::exchange(done_, nullptr)(std::move(result));
    }

    void unwatch() {
        if (std::exchange(watching_, false)) connector_.loop_.unwatch(fd_, *this);
    }
    void close() {
        unwatch();
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

    Connector& connector_;
    Done done_;
    Endpoints endpoints_;
    std::size_t next_ = 0;
    std::string last_error_;
    int fd_ = -1;
    bool watching_ = false;
    base::Timer timer_;
};

Connector::Connector(Loop& loop, base::TimerQueue& timers, boost::asio::io_context& lookups)
    : loop_(loop), timers_(timers), lookups_(lookups) {}

Connector::~Connector() = default;

void Connector::connect(const Remote& remote, Done done) {
    attempts_.push_back(std::make_shared<Attempt>(*this, std::move(done)));
    const std::shared_ptr<Attempt> attempt = attempts_.back();
    attempt->start(remote);
}

void Connector::forget(const Attempt& attempt) {
    std::erase_if(attempts_, [&](const auto& own) { return own.get() == &attempt; });
}

}  // namespace stentor::net
