// Tests: tests/unit/net/connection_test.cpp
#include "net/connection.hpp"

#include "base/log.hpp"
#include "net/try_again.hpp"

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

constexpr std::size_t pieces_per_write = 256;
constexpr std::size_t frame_cost = 64;  // what a frame that waits takes besides its bytes
constexpr base::Duration linger_time = std::chrono::seconds(5);
constexpr base::Duration handshake_time = std::chrono::seconds(5);
constexpr std::uint32_t max_dropped = 4 * 1024 * 1024;  // after the end: reading on costs the others

}  // namespace

Connection::Connection(Loop& loop, Flusher& flusher, int fd, std::string remote_address, SendLimits limits,
                       std::unique_ptr<TlsSession> tls)
    : tls_(std::move(tls)),
      flusher_(flusher),
      limits_(limits),
      fd_(fd),
      loop_(loop),
      remote_address_(std::move(remote_address)) {}

Connection::~Connection() {
    flusher_.forget(*this);
    drop_backlog();
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
        return abort();
    }
    if (is_handshaking()) begin_handshake();
}

int Connection::release() {
    loop_.unwatch(fd_, *this);
    flusher_.forget(*this);
    state_ = State::closed;
    return std::exchange(fd_, -1);
}

void Connection::send(base::BytesRef bytes) {
    if (state_ != State::open || bytes->size() == 0) return;
    if (is_blocked()) {
        flusher_.count_backlog(bytes->size());
        backlog_->add(std::move(bytes));
    } else {
        run_ = &flusher_.runs().add(run_, std::move(bytes));
        flusher_.owe(*this);
        if (!owes_too_much()) return;
        write_run();  // a burst within one turn: only what the peer does not take counts against it
    }
    if (state_ != State::open || !owes_too_much()) return;
    log::warning("slow_consumer_closed",
                 {{"peer", remote_address_}, {"unsent", unsent()}, {"limit", limits_.buffer}});
    was_too_slow_ = true;
    flusher_.count_slow();
    abort();
}

std::size_t Connection::unsent() const {
    if (run_ != nullptr) return run_->bytes;
    return backlog_ ? backlog_->bytes() + rest() : 0;
}

std::size_t Connection::write_now() {
    if (state_ == State::open && run_ != nullptr) write_run();
    return unsent();
}

bool Connection::owes_too_much() const {
    if (run_ != nullptr) return run_->bytes + frame_cost * run_->frames > limits_.buffer;
    return backlog_ && backlog_->bytes() + rest() + frame_cost * backlog_->frames() > limits_.buffer;
}

void Connection::flush() {
    if (state_ == State::closed) return;
    if (run_ != nullptr) write_run();
    if (state_ == State::finishing && !is_blocked()) end_output();
}

void Connection::write_run() {
    const Run& run = *std::exchange(run_, nullptr);
    if (tls_) return write_sealed_run(run);
    const ssize_t sent = flusher_.write(fd_, run);
    if (sent == static_cast<ssize_t>(run.bytes)) return;
    if (sent < 0 && !try_again(errno)) return bury();
    block(std::make_unique<Backlog>(run, sent < 0 ? 0U : static_cast<std::size_t>(sent)));
}

void Connection::block(std::unique_ptr<Backlog> backlog) {
    backlog_ = std::move(backlog);
    flusher_.count_backlog(backlog_->bytes());
    waiting_since_ = flusher_.now();
    watch_changed();
    flusher_.blocked(*this);
}

void Connection::unblock() {
    backlog_.reset();
    waiting_since_ = base::never;
    watch_changed();
}

void Connection::write_backlog() {
    if (tls_) return write_sealed_backlog();
    while (backlog_->frames() != 0) {
        std::array<iovec, pieces_per_write> pieces;
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = backlog_->gather(pieces);
        std::size_t wanted = 0;
        for (std::size_t i = 0; i < message.msg_iovlen; ++i) wanted += pieces[i].iov_len;
        const ssize_t sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
        if (sent < 0 && !try_again(errno)) return bury();
        if (sent > 0) flusher_.uncount_backlog(static_cast<std::size_t>(sent));
        if (sent > 0 && backlog_->written(static_cast<std::size_t>(sent))) waiting_since_ = flusher_.now();
        if (sent < 0 || static_cast<std::size_t>(sent) < wanted) return;  // the peer's window is full again
    }
    unblock();
}

void Connection::drop_backlog() {
    if (backlog_) flusher_.uncount_backlog(backlog_->bytes() + rest());
    backlog_.reset();
    if (tls_) tls_->rest.clear();
}

/// What comes behind finish() is read all the same, to be dropped.
void Connection::watch_for_read(bool on) {
    if (state_ != State::open || wants_read_ == on) return;
    wants_read_ = on;
    watch_changed();
}

void Connection::watch_changed() {
    const bool reads = wants_read_ && !peer_ended_;
    const std::uint32_t in = reads ? static_cast<std::uint32_t>(EPOLLIN) : 0U;
    const std::uint32_t out =
        is_blocked() && !(is_handshaking() && rest() == 0) ? static_cast<std::uint32_t>(EPOLLOUT) : 0U;
    try {
        loop_.change(fd_, in | out, *this);
    } catch (const std::system_error& error) {
        log::error("connection_not_watched", {{"peer", remote_address_}, {"reason", error.what()}});
        bury();
    }
}

bool Connection::check_progress(base::TimePoint now) {
    if (state_ == State::closed || (!is_blocked() && state_ != State::lingering)) return false;
    const bool lingering = state_ == State::lingering;
    const base::Duration limit = lingering ? linger_time : is_handshaking() ? handshake_time : limits_.time;
    if (now - waiting_since_ < limit) return true;
    if (is_handshaking()) {
        log::info("tls_failed", {{"peer", remote_address_}, {"reason", "no handshake in time"}});
    } else if (!lingering) {
        log::warning("slow_consumer_closed",
                     {{"peer", remote_address_}, {"unsent", unsent()}, {"reason", "no progress"}});
        was_too_slow_ = true;
        flusher_.count_slow();
    }
    bury();
    return false;
}

void Connection::on_ready(std::uint32_t events) {
    if (state_ == State::closed) return;
    if ((events & EPOLLOUT) != 0 && is_blocked()) {
        write_backlog();
        if (state_ == State::finishing && !is_blocked()) end_output();
        if (state_ == State::open && !is_blocked()) user_->on_drained();
    }
    if (state_ == State::closed) return;
    if (loop_.holds_input()) return;
    if (wants_read_ && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) return read();
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) bury();  // they come unasked, and would come in every turn
}

void Connection::read() {
    if (peer_ended_) return bury();  // the end was read: this is a reset
    const std::span<char> buffer = loop_.read_buffer();
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got < 0 && try_again(errno)) return;
    if (got == 0 && unsent() != 0 && !tls_) return end_input();
    if (got <= 0) return bury();
    if (tls_) return read_sealed({buffer.data(), static_cast<std::size_t>(got)});
    arrived(buffer.first(static_cast<std::size_t>(got)));
}

void Connection::arrived(std::span<char> bytes) {
    if (state_ == State::open) return user_->on_bytes(bytes);
    dropped_ += static_cast<std::uint32_t>(bytes.size());
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
    if (tls_) end_tls();
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
    run_ = nullptr;
    drop_backlog();
    loop_.unwatch(fd_, *this);  // closing is not enough while a forked child has the socket too
    ::close(std::exchange(fd_, -1));
    flusher_.closed(*this);
}

void Connection::tell_closed() {
    if (user_ != nullptr) user_->on_closed();
}

}  // namespace stentor::net
