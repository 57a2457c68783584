#pragma once

#include "base/shared_bytes.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace stentor::net {

/// Who reads from a Wire. Calls come from the wire's shard, never from inside Wire::send.
class WireUser {
public:
    /// Bytes as they arrived; they may be changed in place and die with the call.
    virtual void on_bytes(std::span<char> bytes) = 0;
    /// The peer is gone, or the wire was aborted or found too slow. Called exactly once, and last.
    virtual void on_closed() = 0;
    /// It is known who the peer is, where TLS tells that: once, before any bytes. Only if is_secure().
    virtual void on_secured() {}
    /// Everything sent so far is with the peer's kernel. Called only after a wait.
    virtual void on_drained() {}

protected:
    ~WireUser() = default;
};

/// A byte stream to one peer: a TCP connection, or one end of a pipe in memory. Shard-local.
class Wire {
public:
    virtual ~Wire() = default;

    /// Owes these bytes to the peer; they leave at the end of the loop's turn, in order, in as few writes as
    /// can be.
    virtual void send(base::BytesRef bytes) = 0;
    /// Bytes owed and not yet written.
    [[nodiscard]] virtual std::size_t unsent() const = 0;
    /// Writes what it can without waiting for the turn's end; what is unsent after that.
    virtual std::size_t write_now() { return unsent(); }
    /// Writes what is owed, then ends this direction and waits a little for the peer's end (so that the last
    /// bytes are not destroyed by a reset); what still arrives is dropped.
    virtual void finish() = 0;
    /// Drops everything. on_closed follows at the end of the turn.
    virtual void abort() = 0;
    /// Reads no more until resume(): the peer's bytes wait in the kernel, and the peer in the end. A peer
    /// that is gone is noticed with the next bytes read, a broken connection at once. Nothing after finish().
    virtual void pause() = 0;
    virtual void resume() = 0;
    /// Hands the reading to another user: an upgrade from HTTP to WebSocket.
    virtual void set_user(WireUser& user) = 0;
    /// Whether it was given up because its peer did not take what was sent.
    [[nodiscard]] virtual bool was_too_slow() const { return false; }
    /// Whether TLS is between here and the peer.
    [[nodiscard]] virtual bool is_secure() const { return false; }
    /// It is aborted next, because its peer is the slowest.
    virtual void note_too_slow() {}
    /// "127.0.0.1:54321"
    [[nodiscard]] virtual const std::string& remote_address() const = 0;
};

}  // namespace stentor::net
