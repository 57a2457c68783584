// Tests: tests/unit/session/handler_session_test.cpp
#include "session/handler_session.hpp"
#include "session/session_link.hpp"
#include "stentor/websocket_handler.hpp"

#include <algorithm>
#include <string>

namespace stentor {
namespace {

void send(const session::SessionLink& link, std::string_view payload, bool binary) {
    const auto send_at = [key = link.key, binary](session::HandlerSessions& sessions,
                                                  std::string_view bytes) {
        if (session::HandlerSession* const found = sessions.find(key)) found->send(bytes, binary);
    };
    if (session::HandlerSessions* const here = link.port->here()) return send_at(*here, payload);
    link.port->post([send_at, bytes = std::string(payload)](session::HandlerSessions& sessions) {
        send_at(sessions, bytes);
    });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string_view> Handshake::header(std::string_view name) const {
    for (const auto& [own, value] : headers)
        if (std::ranges::equal(own, name, {}, lower, lower)) return value;
    return std::nullopt;
}

const std::string& WebSocketSession::id() const { return link_->id; }
const Handshake& WebSocketSession::handshake() const { return link_->handshake; }
Attributes& WebSocketSession::attributes() const { return *link_->attributes; }

void WebSocketSession::send_text(std::string_view payload) const { send(*link_, payload, false); }
void WebSocketSession::send_binary(std::string_view payload) const { send(*link_, payload, true); }

void WebSocketSession::close(CloseStatus status) const {
    link_->port->run([key = link_->key, status = std::move(status)](session::HandlerSessions& sessions) {
        if (session::HandlerSession* const found = sessions.find(key)) found->close(status);
    });
}

}  // namespace stentor
