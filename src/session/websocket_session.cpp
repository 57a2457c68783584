// Tests: tests/unit/session/handler_session_test.cpp
#include "session/handler_session.hpp"
#include "session/session_link.hpp"
#include "stentor/websocket_handler.hpp"

#include <algorithm>
#include <string>

namespace stentor {
namespace {

template <class F>
void on_shard(const std::shared_ptr<const session::SessionLink>& link, F act) {
    link->port->run([key = link->key, act = std::move(act)](session::HandlerSessions& sessions) {
        if (session::HandlerSession* found = sessions.find(key)) act(*found);
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

void WebSocketSession::send_text(std::string_view payload) const {
    on_shard(link_, [text = std::string(payload)](session::HandlerSession& s) { s.send(text, false); });
}

void WebSocketSession::send_binary(std::string_view payload) const {
    on_shard(link_, [bytes = std::string(payload)](session::HandlerSession& s) { s.send(bytes, true); });
}

void WebSocketSession::close(CloseStatus status) const {
    on_shard(link_, [status = std::move(status)](session::HandlerSession& s) { s.close(status); });
}

}  // namespace stentor
