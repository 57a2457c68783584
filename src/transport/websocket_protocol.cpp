// Tests: tests/unit/transport/websocket_protocol_test.cpp
#include "transport/websocket_protocol.hpp"

#include "base/log.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"

#include <algorithm>
#include <utility>

namespace stentor::transport {

WebSocketProtocol::WebSocketProtocol(Site& site, net::Wire& wire, const Endpoint& endpoint,
                                     bool sockjs_frames)
    : site_(site),
      wire_(wire),
      endpoint_(endpoint),
      connection_(endpoint.websocket),
      timer_(site.timers, [this](base::TimePoint now) { on_time(now); }),
      last_received_(site.timers.now()),
      last_sent_(site.timers.now()),
      framing_(sockjs_frames ? session::Framing::sockjs_websocket : session::Framing::websocket) {}

WebSocketProtocol::~WebSocketProtocol() { tell_closed({1006, "The connection was lost"}); }

void WebSocketProtocol::open(Handshake handshake) {
    inlet_ = endpoint_.open(*this, base::random_id(site_.random), std::move(handshake));
    if (framing_ == session::Framing::sockjs_websocket) send_text(sockjs::open_frame);
    inlet_->opened();
    on_time(site_.timers.now());
}

void WebSocketProtocol::on_bytes(std::span<char> bytes) {
    last_received_ = site_.timers.now();
    pinged_ = false;
    connection_.receive(bytes);
    while (const auto event = connection_.next_event())
        std::visit([this](const auto& e) { handle(e); }, *event);
    write_protocol_bytes();
}

void WebSocketProtocol::handle(const websocket::Text& text) {
    if (close_status_) return;
    if (framing_ != session::Framing::sockjs_websocket) return inlet_->text(text.payload);
    const auto messages = sockjs::parse_websocket_messages(text.payload);
    if (messages.has_error()) return close({1002, "Broken framing."});
    for (const std::string& message : *messages)
        if (!close_status_) inlet_->text(message);
}

void WebSocketProtocol::handle(const websocket::Binary& binary) {
    if (close_status_) return;
    if (framing_ == session::Framing::sockjs_websocket) return close({1003, "SockJS carries text only"});
    inlet_->binary(binary.payload);
}

void WebSocketProtocol::handle(const websocket::Closed& closed) {
    write_protocol_bytes();
    if (!closed.by_peer)
        log::info(
            "protocol_error",
            {{"peer", wire_.remote_address()}, {"code", unsigned{closed.code}}, {"reason", closed.reason}});
    wire_.finish();
    tell_closed(close_status_.value_or(CloseStatus{closed.code, closed.reason}));
}

void WebSocketProtocol::send(base::BytesRef frame) {
    if (close_status_ || connection_.closing()) return;
    last_sent_ = site_.timers.now();
    wire_.send(std::move(frame));
}

void WebSocketProtocol::send_text(std::string_view payload) {
    std::string frame;
    websocket::append_frame(frame, websocket::Opcode::text, payload);
    send(base::share(std::move(frame)));
}

/// The close frame goes out after what was sent before; the peer's answer ends the connection (RFC
/// 6455 7.1.2).
void WebSocketProtocol::close(CloseStatus status) {
    if (close_status_ || connection_.closing()) return;
    if (framing_ == session::Framing::sockjs_websocket) {
        send_text(sockjs::close_frame(status.code, status.reason));
        connection_.close(1000, {});
    } else {
        connection_.close(status.code, status.reason);
    }
    close_status_ = std::move(status);
    write_protocol_bytes();
    close_deadline_ = site_.timers.now() + site_.timeouts.close;
    timer_.set(close_deadline_);
}

void WebSocketProtocol::write_protocol_bytes() {
    std::string bytes = connection_.bytes_to_send();
    if (!bytes.empty()) wire_.send(base::share(std::move(bytes)));
}

void WebSocketProtocol::tell_closed(const CloseStatus& status) {
    timer_.cancel();
    if (inlet_ == nullptr || std::exchange(told_closed_, true)) return;
    inlet_->closed(status);
}

void WebSocketProtocol::on_closed() {
    tell_closed(close_status_.value_or(CloseStatus{1006, "The connection was lost"}));
}

void WebSocketProtocol::on_time(base::TimePoint now) {
    if (told_closed_) return;
    if (close_status_ || connection_.closing()) {  // the peer does not answer the close frame
        if (now >= close_deadline_) wire_.abort();
        return;
    }
    const bool sockjs = framing_ == session::Framing::sockjs_websocket;
    const base::TimePoint silent_until = last_received_ + site_.timeouts.ping;
    if (now >= silent_until + site_.timeouts.pong) {
        log::info("peer_vanished", {{"peer", wire_.remote_address()}});
        return wire_.abort();
    }
    if (now >= silent_until && !std::exchange(pinged_, true)) {
        std::string frame;
        websocket::append_frame(frame, websocket::Opcode::ping, {});
        wire_.send(base::share(std::move(frame)));  // no message: SockJS's beat is due all the same
    }
    base::TimePoint next = pinged_ ? silent_until + site_.timeouts.pong : silent_until;
    if (sockjs) {
        if (now >= last_sent_ + endpoint_.sockjs->heartbeat) send_text(sockjs::heartbeat_frame);
        next = std::min(next, last_sent_ + endpoint_.sockjs->heartbeat);
    }
    timer_.set(next);
}

}  // namespace stentor::transport
