#pragma once

#include "base/clock.hpp"
#include "net/backlog.hpp"
#include "net/connection_quota.hpp"
#include "net/flusher.hpp"
#include "net/loop.hpp"
#include "net/tls_session.hpp"
#include "net/wire.hpp"

#include <memory>
#include <string>
#include <utility>

namespace stentor::net {

/// A TCP connection on one loop, in the clear or by TLS. Reads once per turn into the loop's buffer; what is
/// sent waits for the end of the turn (Flusher). A peer that does not read is aborted when it owes too much
/// or takes too long (SendLimits). Shard-local.
class Connection final : public Wire, private Watcher {
public:
    /// Owns `fd`, a connected non-blocking socket. With TLS, whose handshake is still to come or was finished
    /// on another shard, nothing is told to the user before it is there, and what is sent waits for it.
    Connection(Loop& loop, Flusher& flusher, int fd, std::string remote_address, SendLimits limits,
               std::unique_ptr<TlsSession> tls = nullptr);
    ~Connection() override;

    /// Begins to read. `user` must live until on_closed or set_user. A socket that cannot be watched is
    /// aborted.
    void start(WireUser& user);
    /// Gives the socket away, for another shard to go on with; nothing may be owed. -1 when it has closed
    /// already. on_closed does not follow.
    [[nodiscard]] int release();
    /// The same for its TLS, after that.
    [[nodiscard]] std::unique_ptr<TlsSession> release_tls() { return std::move(tls_); }
    /// What it takes of the quota of connections, until it ends or is released.
    void occupy(ConnectionPlace place) { place_ = std::move(place); }
    [[nodiscard]] ConnectionPlace release_place() { return std::move(place_); }
    [[nodiscard]] const TlsSession* tls() const { return tls_.get(); }

    void send(base::BytesRef bytes) override;
    [[nodiscard]] std::size_t unsent() const override;
    std::size_t write_now() override;
    void finish() override;
    void abort() override;
    void pause() override { watch_for_read(false); }
    void resume() override { watch_for_read(true); }
    void set_user(WireUser& user) override { user_ = &user; }
    [[nodiscard]] bool was_too_slow() const override { return was_too_slow_; }
    [[nodiscard]] bool is_secure() const override { return tls_ != nullptr; }
    void note_too_slow() override { was_too_slow_ = true; }
    [[nodiscard]] const std::string& remote_address() const override { return remote_address_; }

    // For the Flusher.
    void flush();
    void tell_closed();
    /// False when it is no longer blocked (or was aborted just now).
    bool check_progress(base::TimePoint now);
    [[nodiscard]] ListPlaces& places() { return places_; }

private:
    enum class State : std::uint8_t { open, finishing, lingering, closed };

    void on_ready(std::uint32_t events) override;
    void read();
    void arrived(std::span<char> bytes);
    void write_run();
    void write_backlog();
    void block(std::unique_ptr<Backlog> backlog);
    void unblock();
    // With TLS, in connection_tls.cpp.
    void begin_handshake();
    void read_sealed(std::string_view bytes);
    void write_sealed_run(const Run& run);
    void write_sealed_backlog();
    void send_sealed();
    bool send_rest();
    void end_tls();
    void tls_failed(std::string_view reason);
    [[nodiscard]] bool is_handshaking() const {
        return tls_ && tls_->state() == TlsSession::State::handshaking;
    }
    [[nodiscard]] std::size_t rest() const { return tls_ ? tls_->rest.size() : 0; }
    void drop_backlog();
    [[nodiscard]] bool is_blocked() const { return backlog_ != nullptr; }
    void watch_for_read(bool on);
    void watch_changed();
    void end_input();
    void end_output();
    [[nodiscard]] bool owes_too_much() const;
    void bury();

    // First what every delivery touches.
    const Run* run_ = nullptr;          ///< owed since the last flush
    std::unique_ptr<Backlog> backlog_;  ///< while the peer's window is full or TLS begins; then run_ is null
    std::unique_ptr<TlsSession> tls_;
    Flusher& flusher_;
    SendLimits limits_;
    ListPlaces places_;
    State state_ = State::open;
    bool peer_ended_ = false;  ///< it sends no more, but may still read
    bool wants_read_ = true;
    bool was_too_slow_ = false;
    int fd_;
    std::uint32_t dropped_ = 0;  ///< bytes that came after the end
    WireUser* user_ = nullptr;
    Loop& loop_;
    base::TimePoint waiting_since_ = base::never;  ///< since when the first frame has been on its way
    ConnectionPlace place_;
    std::string remote_address_;
};

}  // namespace stentor::net
