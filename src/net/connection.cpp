// Tests: tests/unit/net/connection_test.cpp
#include "net/connection.hpp"

#include "base/log.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace stentor::net {
namespace {

constexpr std::size_t pieces_per_write = 1024;  // Linux's IOV_MAX
constexpr std::size_t frame_cost = 64;          // what a frame that waits takes besides its bytes
constexpr base::Duration linger_time = std::chrono::seconds(5);
constexpr std::size_t max_dropped = 4 * 1024 * 1024;  // after the end: reading on costs the others

bool try_again(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS;
}

}  // namespace

Connection::Connection(Loop& loop, Flusher& flusher, int fd, std::string remote_address, SendLimits limits)
    : loop_(loop), flusher_(flusher), limits_(limits), remote_address_(std::move(remote_address)), fd_(fd) {}

Connection::~Connection() {
    flusher_.forget(*this);
    if (fd_ < 0) return;
    loop_.unwatch(fd_, *this);
    ::close(fd_);
}

void Connection::start(WireUser& user) {
    user_ = &user;
    try {
        loop_.watch(fd_, EPOLLIN, *this);
    } catch (const std::system_error& error) {
        log::error("connection_not_watched", {{"peer", remote_address_}, {"reason", error.what()}});
        abort();
    }
}

int Connection::release() {
    loop_.unwatch(fd_, *this);
    flusher_.forget(*this);
    state_ = State::closed;
    return std::exchange(fd_, -1);
}

void Connection::send(base::BytesRef bytes) {
    if (state_ != State::open || bytes->size() == 0) return;
    unsent_ += bytes->size();
    queue_.push_back(std::move(bytes));
    flusher_.owe(*this);
    if (!owes_too_much()) return;
    if (!wants_write_)
        write();  // a burst within one turn: only what the peer does not take counts against it
    if (state_ != State::open || !owes_too_much()) return;
    log::warning("slow_consumer_closed",
                 {{"peer", remote_address_}, {"unsent", unsent_}, {"limit", limits_.buffer}});
    abort();
}

bool Connection::owes_too_much() const {
    return unsent_ + frame_cost * (queue_.size() - first_) > limits_.buffer;
}

void Connection::flush() {
    if (state_ == State::closed) return;
    if (!wants_write_) write();
    if (state_ == State::finishing && unsent_ == 0) end_output();
}

void Connection::write() {
    while (unsent_ != 0) {
        const std::span<const base::BytesRef> frames(queue_.data() + first_, queue_.size() - first_);
        ssize_t sent = 0;
        std::size_t wanted = unsent_;
        if (frames.size() == 1) {
            const std::string& bytes = frames[0]->view();
            sent = ::send(fd_, bytes.data() + offset_, bytes.size() - offset_, MSG_NOSIGNAL);
        } else if (const auto joined = flusher_.join(frames, offset_, unsent_); !joined.empty()) {
            sent = ::send(fd_, joined.data(), joined.size(), MSG_NOSIGNAL);
        } else {
            std::array<iovec, pieces_per_write> pieces;
            const std::size_t count = std::min(frames.size(), pieces.size());
            wanted = 0;
            for (std::size_t i = 0, skip = offset_; i < count; ++i, skip = 0) {
                const std::string& bytes = frames[i]->view();
                pieces[i] = {const_cast<char*>(bytes.data()) + skip, bytes.size() - skip};
                wanted += pieces[i].iov_len;
            }
            msghdr message{};
            message.msg_iov = pieces.data();
            message.msg_iovlen = count;
            sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
        }
        if (sent < 0 && !try_again(errno)) return bury();
        if (sent > 0) written(static_cast<std::size_t>(sent));
        if (sent < 0 || static_cast<std::size_t>(sent) < wanted) {  // the peer's window is full
            watch_for_write(true);
            return;
        }
    }
    if (wants_write_) watch_for_write(false);
}

void Connection::written(std::size_t bytes) {
    unsent_ -= bytes;
    if (unsent_ == 0) {
        queue_.clear();
        if (queue_.capacity() > 16) queue_.shrink_to_fit();
        first_ = offset_ = 0;
        waiting_since_ = base::never;
        return;
    }
    bytes += std::exchange(offset_, 0);
    while (bytes >= queue_[first_]->size()) {
        bytes -= queue_[first_]->size();
        queue_[first_++].reset();
        waiting_since_ = flusher_.now();
    }
    offset_ = bytes;
    if (first_ > 64 && first_ * 2 > queue_.size()) {
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
}

/// What comes behind finish() is read all the same, to be dropped.
void Connection::watch_for_read(bool on) {
    if (state_ != State::open || wants_read_ == on) return;
    wants_read_ = on;
    watch_changed();
}

void Connection::watch_for_write(bool on) {
    if (wants_write_ == on) return;
    wants_write_ = on;
    watch_changed();
    if (!on || state_ == State::closed) return;
    if (waiting_since_ == base::never) waiting_since_ = flusher_.now();
    flusher_.blocked(*this);
}

void Connection::watch_changed() {
    const bool reads = wants_read_ && !peer_ended_;
    const std::uint32_t in = reads ? static_cast<std::uint32_t>(EPOLLIN) : 0U;
    const std::uint32_t out = wants_write_ ? static_cast<std::uint32_t>(EPOLLOUT) : 0U;
    try {
        loop_.change(fd_, in | out, *this);
    } catch (const std::system_error& error) {
        log::error("connection_not_watched", {{"peer", remote_address_}, {"reason", error.what()}});
        bury();
    }
}

bool Connection::check_progress(base::TimePoint now) {
    if (state_ == State::closed || (!wants_write_ && state_ != State::lingering)) return false;
    const bool lingering = state_ == State::lingering;
    if (now - waiting_since_ < (lingering ? linger_time : limits_.time)) return true;
    if (!lingering)
        log::warning("slow_consumer_closed",
                     {{"peer", remote_address_}, {"unsent", unsent_}, {"reason", "no progress"}});
    bury();
    return false;
}

void Connection::on_ready(std::uint32_t events) {
    if (state_ == State::closed) return;
    if ((events & EPOLLOUT) != 0) {
        write();
        if (state_ == State::finishing && unsent_ == 0) end_output();
        if (state_ == State::open && unsent_ == 0) user_->on_drained();
    }
    if (state_ == State::closed) return;
    if (wants_read_ && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) return read();
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) bury();  // they come unasked, and would come in every turn
}

void Connection::read() {
    if (peer_ended_) return bury();  // the end was read: this is a reset
    const std::span<char> buffer = loop_.read_buffer();
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got < 0 && try_again(errno)) return;
    if (got == 0 && unsent_ != 0) return end_input();
    if (got <= 0) return bury();
    const auto bytes = static_cast<std::size_t>(got);
    if (state_ == State::open) return user_->on_bytes(buffer.first(bytes));
    dropped_ += bytes;
    if (dropped_ > max_dropped) bury();
}

void Connection::finish() {
    if (state_ != State::open) return;
    resume();
    if (state_ != State::open) return;
    state_ = State::finishing;
    flusher_.owe(*this);
}

/// A peer that has sent all it had (`nc`, a client that closes its half) still gets what it is owed.
void Connection::end_input() {
    peer_ended_ = true;
    state_ = State::finishing;
    watch_changed();
}

void Connection::end_output() {
    if (peer_ended_) return bury();
    ::shutdown(fd_, SHUT_WR);
    state_ = State::lingering;
    waiting_since_ = flusher_.now();
    flusher_.blocked(*this);
}

void Connection::abort() {
    if (state_ == State::closed) return;
    const linger reset{1, 0};  // nothing owed is worth waiting for
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    bury();
}

void Connection::bury() {
    if (std::exchange(state_, State::closed) == State::closed) return;
    queue_.clear();
    queue_.shrink_to_fit();
    first_ = offset_ = unsent_ = 0;
    loop_.unwatch(fd_, *this);
    ::close(std::exchange(fd_, -1));
    flusher_.closed(*this);
}

void Connection::tell_closed() {
    if (user_ != nullptr) user_->on_closed();
}

}  // namespace stentor::net
