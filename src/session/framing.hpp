#pragma once

#include "base/shared_bytes.hpp"
#include "stomp/encoder.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stentor::session {

/// How a session's messages are wrapped on their way out. The same message for the same framing is the same
/// bytes.
enum class Framing : std::uint8_t {
    tcp,               ///< as they are: STOMP over TCP
    websocket,         ///< one WebSocket frame each
    sockjs_websocket,  ///< one SockJS a["..."] frame in one WebSocket text frame
    sockjs_quoted,     ///< one JSON string each: the SockJS HTTP transports put them into a[...] frames
};
inline constexpr std::size_t framings = 4;

/// A message, wrapped. `binary` matters to WebSocket only; the SockJS framings carry text, in which
/// ill-formed UTF-8 becomes U+FFFD.
base::BytesRef wrap(Framing framing, std::string_view payload, bool binary);
/// The same of a STOMP frame, which where the framing leaves it as it is is written nowhere else before.
base::BytesRef wrap(Framing framing, const stomp::Encoder& frame, bool binary);

}  // namespace stentor::session
