#include "websocket_frames.hpp"

#include "failure.hpp"

#include <cstdint>

namespace stentor::bench {
namespace {

unsigned char byte(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

/// Of the header that begins with the two bytes; masked frames are a client's only.
std::size_t header_size(std::string_view bytes) {
    if ((byte(bytes, 1) & 0x80) != 0) throw Failure("a masked frame came; only clients mask");
    const unsigned length = byte(bytes, 1) & 0x7f;
    return length < 126 ? 2 : length == 126 ? 4 : 10;
}

}  // namespace

std::optional<WebSocketFrame> next_frame(std::string_view& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const std::size_t header = header_size(bytes);
    if (bytes.size() < header) return std::nullopt;
    const std::uint64_t length = header == 2 ? byte(bytes, 1) : big_endian(bytes.substr(2, header - 2));
    if (length > max_frame) throw Failure("a frame of " + std::to_string(length) + " bytes was announced");
    const unsigned first = byte(bytes, 0);
    const unsigned opcode = first & 0x0f;
    if (opcode > 10 || (opcode > 2 && opcode < 8) || (first & 0x30) != 0)
        throw Failure("a frame came that begins with the byte " + std::to_string(first) +
                      ", which is none of RFC 6455");
    if (bytes.size() - header < length) return std::nullopt;
    const WebSocketFrame frame{static_cast<Opcode>(opcode), (first & 0x80) != 0, (first & 0x40) != 0,
                               bytes.substr(header, length)};
    bytes.remove_prefix(header + length);
    return frame;
}

std::string client_frame(Opcode opcode, std::string_view payload) {
    std::string frame{static_cast<char>(0x80 | static_cast<unsigned>(opcode))};
    const std::size_t size = payload.size();
    const int length_bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
    const std::size_t first = length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127;
    frame += static_cast<char>(0x80 | first);
    for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8)
        frame += static_cast<char>(size >> shift);
    return frame.append(4, '\0').append(payload);
}

std::string describe_close(std::string_view payload) {
    if (payload.size() < 2) return "no code";
    return std::to_string(big_endian(payload.substr(0, 2))) + " (" + std::string(payload.substr(2)) + ")";
}

}  // namespace stentor::bench
