#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::test {

/// A whole WebSocket frame as a client sends it: masked (RFC 6455 5.3).
inline std::string masked_frame(unsigned opcode, std::string_view payload) {
    constexpr std::string_view key = "\x37\xFA\x21\x3D";
    std::string frame(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65536) {
        frame += '\xFE';
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size());
    } else {
        frame += '\xFF';
        for (int shift = 56; shift >= 0; shift -= 8)
            frame += static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> shift);
    }
    frame += key;
    for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ key[i % 4]);
    return frame;
}

inline std::string masked_text(std::string_view payload) { return masked_frame(1, payload); }

inline std::string masked_close(unsigned code, std::string_view reason = "") {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    return masked_frame(8, payload.append(reason));
}

struct ServerFrame {
    unsigned opcode = 0;
    std::string payload;

    /// Of a close frame; 1005 when it has none.
    [[nodiscard]] unsigned close_code() const {
        if (payload.size() < 2) return 1005;
        return static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
               static_cast<unsigned char>(payload[1]);
    }
    [[nodiscard]] std::string close_reason() const { return payload.size() < 2 ? "" : payload.substr(2); }
};

/// Takes one whole frame off the front of what a server sent; empty when there is none yet.
inline std::optional<ServerFrame> take_server_frame(std::string& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    std::size_t head = 2;
    std::uint64_t size = byte(1) & 0x7F;
    if (size >= 126) {
        const std::size_t digits = size == 126 ? 2 : 8;
        if (bytes.size() < head + digits) return std::nullopt;
        size = 0;
        for (std::size_t i = 0; i < digits; ++i) size = size << 8 | byte(head++);
    }
    if (bytes.size() - head < size) return std::nullopt;
    ServerFrame frame{byte(0) & 0x0Fu, bytes.substr(head, size)};
    bytes.erase(0, head + size);
    return frame;
}

}  // namespace stentor::test
