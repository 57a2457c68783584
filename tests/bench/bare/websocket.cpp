#include "websocket.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace bare {
namespace {

std::uint64_t big_endian(const unsigned char* at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | at[i];
    return value;
}

/// Eight bytes at a time, which the compiler makes wider.
void unmask(char* bytes, std::size_t size, std::uint32_t mask) {
    if (mask == 0) return;
    const std::uint64_t wide = std::uint64_t{mask} << 32 | mask;
    std::size_t i = 0;
    for (; i + sizeof wide <= size; i += sizeof wide) {
        std::uint64_t part = 0;
        std::memcpy(&part, bytes + i, sizeof part);
        part ^= wide;
        std::memcpy(bytes + i, &part, sizeof part);
    }
    std::array<char, sizeof mask> tail;
    std::memcpy(tail.data(), &mask, sizeof mask);
    for (std::size_t j = 0; i < size; ++i, ++j)
        bytes[i] = static_cast<char>(bytes[i] ^ tail[j % sizeof mask]);
}

}  // namespace

std::string handshake(std::string_view request) {
    static constexpr std::string_view name = "Sec-WebSocket-Key: ";
    static constexpr std::size_t key_size = 24;
    const std::size_t at = std::min(request.find(name) + name.size(), request.size());
    const std::string text =
        std::string(request.substr(at, key_size)) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
    ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 29> accept;
    ::EVP_EncodeBlock(accept.data(), digest.data(), static_cast<int>(digest.size()));
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    answer.append(reinterpret_cast<const char*>(accept.data()), accept.size() - 1);
    if (request.find("v12.stomp") != request.npos) answer += "\r\nSec-WebSocket-Protocol: v12.stomp";
    return answer + "\r\n\r\n";
}

Frame take_frame(char* bytes, std::size_t size) {
    if (size < 2) return {};
    const auto* const head = reinterpret_cast<const unsigned char*>(bytes);
    const std::size_t length_bytes = (head[1] & 0x7f) == 126 ? 2 : (head[1] & 0x7f) == 127 ? 8 : 0;
    const std::size_t mask_bytes = (head[1] & 0x80) != 0 ? 4 : 0;
    const std::size_t head_size = 2 + length_bytes + mask_bytes;
    if (size < head_size) return {};
    const std::size_t length = length_bytes == 0 ? head[1] & 0x7f : big_endian(head + 2, length_bytes);
    if (length > size - head_size) return {};
    std::uint32_t mask = 0;
    std::memcpy(&mask, bytes + 2 + length_bytes, mask_bytes);
    unmask(bytes + head_size, length, mask);
    return {head_size + length, static_cast<unsigned char>(head[0] & 0x0f), {bytes + head_size, length}};
}

void append_frame_header(std::string& out, unsigned char opcode, std::size_t payload_size) {
    out += static_cast<char>(0x80 | opcode);
    const std::size_t length_bytes = payload_size < 126 ? 0 : payload_size < 65536 ? 2 : 8;
    out += static_cast<char>(length_bytes == 0 ? payload_size : length_bytes == 2 ? 126 : 127);
    for (std::size_t i = length_bytes; i-- > 0;) out += static_cast<char>(payload_size >> (8 * i) & 0xff);
}

}  // namespace bare
