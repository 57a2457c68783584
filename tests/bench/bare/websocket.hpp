#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bare {

/// A client's whole request for a WebSocket -> the 101 that answers it; STOMP 1.2 is agreed when it was
/// offered.
std::string handshake(std::string_view request);

/// What stands at the front of a client's bytes. Fragments, reserved bits and limits are nobody's business
/// here.
struct Frame {
    std::size_t size = 0;           ///< bytes in all; 0: not all of it is there
    unsigned char opcode = 0;       ///< 1 text, 2 binary, 8 close, 9 ping
    std::string_view payload = {};  ///< unmasked in place
};
Frame take_frame(char* bytes, std::size_t size);

/// Appends a server's frame header, without mask.
void append_frame_header(std::string& out, unsigned char opcode, std::size_t payload_size);

}  // namespace bare
