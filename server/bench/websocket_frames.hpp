#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stentor::bench {

enum class Opcode : unsigned char { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A frame of a server (RFC 6455, 5.2), a view into the bytes it was found in.
struct WebSocketFrame {
    Opcode opcode = Opcode::text;
    bool final = true;
    bool compressed = false;  ///< RSV1, as permessage-deflate uses it (RFC 7692, 6)
    std::string_view payload = {};
};

/// Takes the frame at the front of `bytes`; nothing when it is not all there. Throws Failure at what no
/// server may send.
std::optional<WebSocketFrame> next_frame(std::string_view& bytes);

/// A client's frame. Its mask is zeros, so that the payload can be changed in place.
std::string client_frame(Opcode opcode, std::string_view payload);

/// "1002 (protocol error)": code and reason of a close frame's payload.
std::string describe_close(std::string_view payload);

}  // namespace stentor::bench
