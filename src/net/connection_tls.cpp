// Tests: tests/unit/net/connection_tls_test.cpp
#include "base/log.hpp"
#include "net/connection.hpp"
#include "net/try_again.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace stentor::net {
namespace {

constexpr std::size_t sealed_at_once = 64 * 1024;  // of what waited: four records

}  // namespace

/// Until it is done nothing can be written: what is sent waits as for a peer whose window is full.
void Connection::begin_handshake() {
    block(std::make_unique<Backlog>());
    tls_->start(flusher_.tls());
    send_sealed();
}

void Connection::read_sealed(std::string_view bytes) {
    if (tls_->state() == TlsSession::State::failed) return;  // nothing more can be made of it
    const bool was_handshaking = is_handshaking();
    const std::span<char> plain = tls_->read(bytes, flusher_.tls());
    send_sealed();
    if (state_ == State::closed) return;
    if (tls_->state() == TlsSession::State::failed) return tls_failed(tls_->why());
    if (was_handshaking && !is_handshaking()) {
        if (state_ == State::open) user_->on_secured();
        const bool waited = backlog_->frames() != 0;
        waiting_since_ = flusher_.now();
        write_sealed_backlog();
        if (is_blocked()) watch_changed();  // from now on for writing
        if (state_ == State::finishing && !is_blocked()) end_output();
        if (state_ == State::open && !is_blocked() && waited) user_->on_drained();
    }
    if (!plain.empty() && state_ != State::closed) arrived(plain);
    if (state_ == State::closed || tls_->state() != TlsSession::State::ended) return;  // closed: or moved
    if (unsent() != 0) return end_input();
    end_tls();
    bury();
}

/// An alert, or an answer in the clear, is on its way to the peer: it gets the time to read it.
void Connection::tls_failed(std::string_view reason) {
    log::info("tls_failed", {{"peer", remote_address_}, {"reason", reason}});
    drop_backlog();
    run_ = nullptr;
    if (state_ == State::lingering) return;
    wants_read_ = true;
    state_ = State::finishing;
    watch_changed();
    if (state_ != State::closed) end_output();
}

void Connection::write_sealed_run(const Run& run) {
    tls_->write(flusher_.joined(run), flusher_.tls());
    send_sealed();
    if (state_ != State::closed && tls_->state() == TlsSession::State::failed) tls_failed(tls_->why());
}

/// What TLS made for the peer goes, behind what waits already.
void Connection::send_sealed() {
    std::vector<char>& sealed = flusher_.tls().sealed;
    if (sealed.empty()) return;
    std::size_t done = 0;
    if (rest() == 0) {
        const ssize_t sent = ::send(fd_, sealed.data(), sealed.size(), MSG_NOSIGNAL);
        if (sent < 0 && !try_again(errno)) {
            sealed.clear();
            return bury();
        }
        done = sent < 0 ? 0U : static_cast<std::size_t>(sent);
    }
    const std::size_t left = sealed.size() - done;
    if (left != 0) tls_->rest.append(sealed.data() + done, left);
    sealed.clear();
    if (left == 0) return;
    if (!is_blocked()) block(std::make_unique<Backlog>());
    flusher_.count_backlog(left);
    watch_changed();
    if (state_ != State::closed && owes_too_much()) abort();  // it makes us answer, and does not read
}

/// Whether all of it is gone.
bool Connection::send_rest() {
    std::string& waiting = tls_->rest;
    if (waiting.empty()) return true;
    const ssize_t sent = ::send(fd_, waiting.data(), waiting.size(), MSG_NOSIGNAL);
    if (sent < 0 && !try_again(errno)) {
        bury();
        return false;
    }
    if (sent > 0) {
        flusher_.uncount_backlog(static_cast<std::size_t>(sent));
        waiting.erase(0, static_cast<std::size_t>(sent));
        if (!is_handshaking()) waiting_since_ = flusher_.now();
    }
    if (waiting.empty()) std::string().swap(waiting);
    return waiting.empty();
}

void Connection::write_sealed_backlog() {
    std::vector<char>& gathered = flusher_.tls().gathered;
    while (send_rest()) {
        if (is_handshaking()) return watch_changed();
        if (backlog_->frames() == 0) return unblock();
        gathered.clear();
        std::array<iovec, 256> pieces;
        const std::size_t count = backlog_->gather(pieces);
        for (std::size_t i = 0; i < count && gathered.size() < sealed_at_once; ++i) {
            const auto* const from = static_cast<const char*>(pieces[i].iov_base);
            const std::size_t size = std::min(pieces[i].iov_len, sealed_at_once - gathered.size());
            gathered.insert(gathered.end(), from, from + size);
        }
        backlog_->written(gathered.size());
        flusher_.uncount_backlog(gathered.size());
        tls_->write({gathered.data(), gathered.size()}, flusher_.tls());
        if (tls_->state() == TlsSession::State::failed) return bury();
        std::vector<char>& sealed = flusher_.tls().sealed;
        tls_->rest.assign(sealed.data(), sealed.size());
        flusher_.count_backlog(sealed.size());
        sealed.clear();
    }
}

/// The peer can tell that nothing was cut off.
void Connection::end_tls() {
    tls_->close_notify(flusher_.tls());
    std::vector<char>& sealed = flusher_.tls().sealed;
    if (!sealed.empty()) (void)::send(fd_, sealed.data(), sealed.size(), MSG_NOSIGNAL);
    sealed.clear();
}

}  // namespace stentor::net
