#pragma once

#include "base/shared_bytes.hpp"
#include "session/framing.hpp"
#include "stentor/message.hpp"
#include "stomp/frame.hpp"

#include <span>
#include <string_view>

namespace stentor::session {

/// A MESSAGE frame, wrapped. Text where the carrier has a choice and the bytes allow it. Over SockJS, which
/// carries only text, an ill-formed body has U+FFFD in it. `more`: headers of this delivery alone.
base::BytesRef message_frame(Framing framing, stomp::Version version, std::string_view subscription_id,
                             const Message& message, std::span<const stomp::HeaderView> more = {});

/// Any other frame, wrapped.
base::BytesRef control_frame(Framing framing, stomp::Version version, stomp::Command command,
                             std::span<const stomp::HeaderView> headers, std::string_view body = {});

/// A heart-beat: one end of line.
base::BytesRef heart_beat(Framing framing);

/// A header that only the server may set on what it publishes: dropped from what clients SEND.
bool is_server_header(std::string_view name);

}  // namespace stentor::session
