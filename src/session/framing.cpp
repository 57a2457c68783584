// Tests: tests/unit/session/framing_test.cpp
#include "session/framing.hpp"

#include "sockjs/frame.hpp"
#include "websocket/frame.hpp"

#include <array>
#include <cstring>
#include <string>

namespace stentor::session {
namespace {

websocket::Opcode opcode_of(bool binary) {
    return binary ? websocket::Opcode::binary : websocket::Opcode::text;
}

/// A WebSocket frame whose payload `write` writes.
template <class Write>
base::BytesRef websocket_frame(websocket::Opcode opcode, std::size_t size, Write write) {
    const auto bytes = base::SharedBytes::make(websocket::frame_header_size(size) + size);
    write(websocket::write_frame_header(bytes->data(), opcode, size));
    return bytes;
}

base::BytesRef sockjs_websocket_frame(std::string_view payload) {
    std::string quoted;
    sockjs::append_quoted(quoted, payload);
    std::string frame;
    sockjs::append_message_frame(frame, std::array{std::string_view(quoted)});
    return websocket_frame(websocket::Opcode::text, frame.size(),
                           [&](char* out) { std::memcpy(out, frame.data(), frame.size()); });
}

base::BytesRef quoted(std::string_view payload) {
    std::string bytes;
    sockjs::append_quoted(bytes, payload);
    return base::share(bytes);
}

std::string text_of(const stomp::Encoder& frame) {
    std::string text(frame.size(), '\0');
    frame.write(text.data());
    return text;
}

}  // namespace

base::BytesRef wrap(Framing framing, std::string_view payload, bool binary) {
    switch (framing) {
        case Framing::tcp: break;
        case Framing::websocket:
            return websocket_frame(opcode_of(binary), payload.size(), [&](char* out) {
                if (!payload.empty()) std::memcpy(out, payload.data(), payload.size());
            });
        case Framing::sockjs_websocket: return sockjs_websocket_frame(payload);
        case Framing::sockjs_quoted: return quoted(payload);
    }
    return base::share(payload);
}

base::BytesRef wrap(Framing framing, const stomp::Encoder& frame, bool binary) {
    switch (framing) {
        case Framing::tcp: break;
        case Framing::websocket:
            return websocket_frame(opcode_of(binary), frame.size(), [&](char* out) { frame.write(out); });
        case Framing::sockjs_websocket: return sockjs_websocket_frame(text_of(frame));
        case Framing::sockjs_quoted: return quoted(text_of(frame));
    }
    const auto bytes = base::SharedBytes::make(frame.size());
    frame.write(bytes->data());
    return bytes;
}

}  // namespace stentor::session
