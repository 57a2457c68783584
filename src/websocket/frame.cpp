#include "websocket/frame.hpp"

#include "base/utf8.hpp"
#include "websocket/close_code.hpp"

#include <array>

namespace stentor::websocket {
namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned compressed_bit = 0x40;
constexpr std::uint64_t longest_short = 125;
constexpr std::size_t longest_reason = 123;  // a control frame's payload less the code (RFC 6455 5.5)

void append_big_endian(std::string& out, std::uint64_t number, unsigned bytes) {
    while (bytes-- > 0) out += static_cast<char>(number >> (8 * bytes) & 0xFF);
}

char* write_header(char* out, unsigned first_byte, std::uint64_t payload_size) {
    *out++ = static_cast<char>(first_byte);
    const std::size_t size = frame_header_size(payload_size);
    if (size == 2) {
        *out++ = static_cast<char>(payload_size);
        return out;
    }
    *out++ = size == 4 ? '\x7E' : '\x7F';
    for (std::size_t left = size - 2; left-- > 0;)
        *out++ = static_cast<char>(payload_size >> (8 * left) & 0xFF);
    return out;
}

void append_header(std::string& out, unsigned first_byte, std::uint64_t payload_size) {
    std::array<char, 10> header;
    out.append(header.data(), write_header(header.data(), first_byte, payload_size));
}

/// `reason` cut where no character is split.
std::string_view fitting(std::string_view reason) {
    if (reason.size() <= longest_reason) return reason;
    std::size_t end = longest_reason;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0) == 0x80) --end;
    return reason.substr(0, end);
}

}  // namespace

std::size_t frame_header_size(std::uint64_t payload_size) {
    if (payload_size <= longest_short) return 2;
    return payload_size <= 0xFFFF ? 4 : 10;
}

char* write_frame_header(char* out, Opcode opcode, std::uint64_t payload_size) {
    return write_header(out, final_bit | static_cast<unsigned>(opcode), payload_size);
}

void append_frame_header(std::string& out, Opcode opcode, std::uint64_t payload_size) {
    append_header(out, final_bit | static_cast<unsigned>(opcode), payload_size);
}

void append_compressed_frame_header(std::string& out, Opcode opcode, std::uint64_t payload_size) {
    append_header(out, final_bit | compressed_bit | static_cast<unsigned>(opcode), payload_size);
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_frame_header(out, opcode, payload.size());
    out += payload;
}

void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason) {
    if (!may_be_sent(code)) return append_frame_header(out, Opcode::close, 0);
    const std::string text = base::to_utf8(reason);  // the peer would answer ill-formed text with 1007
    const std::string_view cut = fitting(text);
    append_frame_header(out, Opcode::close, 2 + cut.size());
    append_big_endian(out, code, 2);
    out += cut;
}

PlainFrame read_plain_frame(std::string_view frame) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(frame[at]); };
    const std::size_t header = byte(1) <= longest_short ? 2 : byte(1) == 0x7E ? 4 : 10;
    return {static_cast<Opcode>(byte(0) & 0x0F), frame.substr(header)};
}

}  // namespace stentor::websocket
