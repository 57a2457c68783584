#pragma once

#include "base/shared_bytes.hpp"
#include "session/framing.hpp"
#include "stentor/websocket_handler.hpp"

#include <string_view>

namespace stentor::session {

/// Where a session's frames leave: one of the two interfaces through which messages come up. A transport
/// implements it. Shard-local.
class Outlet {
public:
    /// How frames for this outlet must be wrapped. Never changes.
    [[nodiscard]] virtual Framing framing() const = 0;
    /// Owes a frame, wrapped already, to the peer. After close() it does nothing.
    virtual void send(base::BytesRef frame) = 0;
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
    /// Exactly once, and last. The outlet is of no use any more.
    virtual void closed(const CloseStatus& status) = 0;
};

}  // namespace stentor::session
