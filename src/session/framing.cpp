// Tests: tests/unit/session/framing_test.cpp
#include "session/framing.hpp"

#include "sockjs/frame.hpp"
#include "websocket/frame.hpp"

#include <array>
#include <string>

namespace stentor::session {

base::BytesRef wrap(Framing framing, std::string_view payload, bool binary) {
    std::string bytes;
    switch (framing) {
        case Framing::tcp: bytes = payload; break;
        case Framing::websocket:
            bytes.reserve(payload.size() + 10);
            websocket::append_frame(bytes, binary ? websocket::Opcode::binary : websocket::Opcode::text,
                                    payload);
            break;
        case Framing::sockjs_websocket: {
            std::string quoted;
            sockjs::append_quoted(quoted, payload);
            std::string frame;
            sockjs::append_message_frame(frame, std::array{std::string_view(quoted)});
            websocket::append_frame(bytes, websocket::Opcode::text, frame);
            break;
        }
        case Framing::sockjs_quoted: sockjs::append_quoted(bytes, payload); break;
    }
    return base::share(std::move(bytes));
}

}  // namespace stentor::session
