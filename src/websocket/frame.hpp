#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::websocket {

/// RFC 6455 5.2
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Close codes of RFC 6455 7.4.1 that this server sends.
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    internal_error = 1011,
    try_again_later = 1013,
};

/// Appends one unmasked, final frame, as a server sends it (RFC 6455 5.1): the same bytes for every receiver.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
/// The same into memory that has room for it: first the header, of that many bytes; gives its end.
std::size_t frame_header_size(std::uint64_t payload_size);
char* write_frame_header(char* out, Opcode opcode, std::uint64_t payload_size);
/// Only its header, for a payload of that size that follows.
void append_frame_header(std::string& out, Opcode opcode, std::uint64_t payload_size);
/// The same with the bit that says that the payload is compressed (RFC 7692 6).
void append_compressed_frame_header(std::string& out, Opcode opcode, std::uint64_t payload_size);
/// A close frame; code 0 writes an empty one. The reason is cut to 123 bytes at a character's boundary.
void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason);

/// A frame that append_frame made, taken apart again.
struct PlainFrame {
    Opcode opcode = Opcode::text;
    std::string_view payload;
};
PlainFrame read_plain_frame(std::string_view frame);

}  // namespace stentor::websocket
