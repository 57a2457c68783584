#pragma once

#include "base/clock.hpp"
#include "base/shared_bytes.hpp"
#include "session/framing.hpp"
#include "stentor/events.hpp"
#include "stentor/websocket_handler.hpp"

#include <string_view>
#include <utility>

namespace stentor::session {

/// Where a session comes from, for who looks in. The texts live as long as what tells them.
struct Origin {
    std::string_view transport = {};
    std::string_view remote_address = {};
    base::TimePoint since = {};
};

/// Where a session's frames leave: one of the two interfaces through which messages come up. A transport
/// implements it. Shard-local.
class Outlet {
public:
    /// How frames for this outlet must be wrapped. Never changes.
    [[nodiscard]] virtual Framing framing() const = 0;
    /// The window, in bits, for which messages to this outlet may come compressed (FrameCompressor), the same
    /// bytes for every receiver; 0: they must not. Never changes.
    [[nodiscard]] virtual int deflate_bits() const { return 0; }
    /// Owes a frame, wrapped already, to the peer. After close() it does nothing.
    virtual void send(base::BytesRef frame) = 0;
    /// The same with a user's message, which may be compressed on its way. What the protocol itself says goes
    /// through send(): secrets may stand in it (CRIME, BREACH).
    virtual void send_message(base::BytesRef frame) { send(std::move(frame)); }
    /// Whether send_message() takes several frames joined into one.
    [[nodiscard]] virtual bool takes_runs() const { return false; }
    /// Bytes sent that the peer's kernel has not taken yet; those of this turn are among them.
    [[nodiscard]] virtual std::size_t unsent() const = 0;
    [[nodiscard]] virtual Origin origin() const { return {}; }
    /// Writes what it can without waiting for the turn's end; what is unsent after that. What it does not
    /// take then is told by Inlet::drained().
    virtual std::size_t write_now() { return unsent(); }
    /// Whether half of what it may keep for its peer waits already, by a limit of its own.
    [[nodiscard]] virtual bool is_crowded() const { return false; }
    /// Ends the connection after what was sent before. The session is told by Inlet::closed, later.
    virtual void close(CloseStatus status) = 0;

protected:
    ~Outlet() = default;
};

/// A session, as its transport sees it: what arrives is poured in here. Calls come from the session's shard
/// and end with closed(). Shard-local.
class Inlet {
public:
    virtual ~Inlet() = default;

    virtual void opened() = 0;
    virtual void text(std::string_view payload) = 0;
    virtual void binary(std::string_view payload) = 0;
    /// Whether it left some of its input for a later turn, so that others are served. Then nothing more may
    /// be poured in before go_on() was called, in a later turn, and this is false again.
    [[nodiscard]] virtual bool has_more() const { return false; }
    virtual void go_on() {}
    /// How long that is to wait before go_on(), where there is more: memory is short.
    [[nodiscard]] virtual base::Duration rest() const { return {}; }
    /// Outlet::unsent() is 0 again. Called only after a wait.
    virtual void drained() {}
    /// Why the transport ends the session, before closed() or Outlet::close(), where it is not that the
    /// connection was lost. The first one counts.
    virtual void ending(DisconnectReason) {}
    /// Exactly once, and last. The outlet is of no use any more.
    virtual void closed(const CloseStatus& status) = 0;
};

}  // namespace stentor::session
