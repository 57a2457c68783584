// Tests: tests/unit/transport/websocket_protocol_test.cpp
#include "transport/websocket_protocol.hpp"

#include "base/log.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace stentor::transport {
namespace {

/// What a peer may still send before it answers our close frame: reading on costs the others.
constexpr std::size_t max_after_close = 4 * 1024 * 1024;

int shared_bits(const std::optional<websocket::DeflateAgreement>& deflate) {
    return deflate && deflate->server_no_context_takeover ? deflate->server_window_bits : 0;
}

std::unique_ptr<websocket::Deflater> own_deflater(const std::optional<websocket::DeflateAgreement>& deflate,
                                                  int level) {
    if (!deflate || deflate->server_no_context_takeover) return nullptr;
    return std::make_unique<websocket::Deflater>(
        websocket::DeflaterOptions{deflate->server_window_bits, true, level});
}

}  // namespace

WebSocketProtocol::WebSocketProtocol(Site& site, net::Wire& wire, const Endpoint& endpoint,
                                     bool sockjs_frames,
                                     const std::optional<websocket::DeflateAgreement>& deflate)
    : site_(site),
      wire_(wire),
      endpoint_(endpoint),
      connection_(endpoint.websocket, deflate),
      timer_(site.timers, [this](base::TimePoint now) { on_time(now); }),
      next_turn_(site.timers, wire, [this] { go_on(); }),
      control_frames_(site.control_frames, site.timers.now()),
      deflater_(own_deflater(deflate, endpoint.deflate.level)),
      last_received_(site.timers.now()),
      last_sent_(site.timers.now()),
      deflate_bits_(shared_bits(deflate)),
      framing_(sockjs_frames ? session::Framing::sockjs_websocket : session::Framing::websocket) {}

WebSocketProtocol::~WebSocketProtocol() { tell_closed({1006, "The connection was lost"}); }

void WebSocketProtocol::open(Handshake handshake) {
    inlet_ = endpoint_.open(*this, base::random_id(site_.random), std::move(handshake));
    if (framing_ == session::Framing::sockjs_websocket) send_text(sockjs::open_frame);
    inlet_->opened();
    draw_silence();
    on_time(site_.timers.now());
}

void WebSocketProtocol::on_bytes(std::span<char> bytes) {
    if (connection_.closing()) {
        after_close_ += bytes.size();
        if (after_close_ > max_after_close) return wire_.abort();
    }
    connection_.receive(bytes);
    take_turn();
}

void WebSocketProtocol::on_drained() {
    if (told_closed_) return;
    pong_waits_ = false;
    write_protocol_bytes();
    inlet_->drained();
}

/// Works off what was received, as much as one turn allows.
void WebSocketProtocol::take_turn() {
    left_ = site_.turn;
    pong_waits_ = sent_after_pong_ && wire_.unsent() > *sent_after_pong_;
    bool in_frame = true;
    while (left_.messages > 0 && left_.bytes > 0 && !session_has_more()) {
        const auto event = connection_.next_event();
        if (!event) break;
        in_frame = false;
        --left_.messages;
        std::visit([this](const auto& e) { handle(e); }, *event);
    }
    if (in_frame) heard();
    write_protocol_bytes();
    if (told_closed_ || (!connection_.has_unread() && !session_has_more())) return;
    connection_.keep_unread();
    next_turn_.wait();
}

void WebSocketProtocol::go_on() {
    if (told_closed_) return;
    if (session_has_more()) inlet_->go_on();
    take_turn();
}

bool WebSocketProtocol::session_has_more() const {
    return !close_status_ && !told_closed_ && inlet_->has_more();
}

void WebSocketProtocol::handle(const websocket::Text& text) {
    heard();
    if (framing_ != session::Framing::sockjs_websocket) return pour(text.payload);
    if (close_status_) return;
    const auto messages = sockjs::parse_websocket_messages(text.payload, {endpoint_.sockjs->max_messages});
    if (messages.has_error()) return close({1002, "Broken framing."});
    for (const std::string& message : *messages) {
        while (session_has_more()) inlet_->go_on();  // an array is one message, and no longer
        pour(message);
    }
}

void WebSocketProtocol::pour(std::string_view text) {
    if (close_status_) return;
    left_.bytes -= std::min(left_.bytes, text.size());
    inlet_->text(text);
}

void WebSocketProtocol::handle(const websocket::Binary& binary) {
    heard();
    if (close_status_) return;
    left_.bytes -= std::min(left_.bytes, binary.payload.size());
    if (framing_ == session::Framing::sockjs_websocket) return close({1003, "SockJS carries text only"});
    inlet_->binary(binary.payload);
}

/// The connection has its pong ready.
void WebSocketProtocol::handle(const websocket::Ping&) {
    heard();
    take_control_frame();
    write_protocol_bytes();
}

/// One that answers no ping of ours means nothing (RFC 6455 5.5.3).
void WebSocketProtocol::handle(const websocket::Pong& pong) {
    if (pinged_ && std::ranges::equal(pong.payload, ping_payload_)) heard();
    take_control_frame();
}

void WebSocketProtocol::take_control_frame() {
    if (close_status_ || control_frames_.take(site_.timers.now())) return;
    log::info("control_frame_flood", {{"peer", wire_.remote_address()}});
    close({1008, "Too many control frames"});
}

/// A sign of life.
void WebSocketProtocol::heard() {
    last_received_ = site_.timers.now();
    if (!std::exchange(pinged_, false)) return;
    draw_silence();
    on_time(last_received_);  // the next ping may be due before the pong was
}

/// 90 to 110 % of the configured time: clients that came together are not pinged together.
void WebSocketProtocol::draw_silence() {
    std::array<std::byte, 2> random{};
    site_.random.fill(random);
    const int of_65536 = std::to_integer<int>(random[0]) << 8 | std::to_integer<int>(random[1]);
    const base::Duration ping = site_.timeouts.ping;
    silence_ = ping - ping / 10 + ping / 5 * of_65536 / 65536;
}

void WebSocketProtocol::ping() {
    pinged_ = true;
    site_.random.fill(std::as_writable_bytes(std::span(ping_payload_)));
    std::string frame;
    websocket::append_frame(frame, websocket::Opcode::ping, {ping_payload_.data(), ping_payload_.size()});
    put(base::share(std::move(frame)));  // no message: SockJS's beat is due all the same
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
    put(std::move(frame));
}

void WebSocketProtocol::send_message(base::BytesRef frame) {
    if (deflater_ == nullptr || close_status_ || connection_.closing()) return send(std::move(frame));
    const websocket::PlainFrame plain = websocket::read_plain_frame(frame->view());
    if (plain.payload.size() < endpoint_.deflate.min_size) return send(std::move(frame));
    std::string compressed;
    websocket::append_compressed_frame(compressed, plain.opcode, plain.payload, *deflater_);
    send(base::share(std::move(compressed)));
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

/// While a pong of an earlier turn is on its way to a peer that does not read, the next one waits, and
/// answers the latest ping then (RFC 6455 5.5.3).
void WebSocketProtocol::write_protocol_bytes() {
    const bool pong = connection_.owes_pong();
    if (pong && pong_waits_ && !connection_.closing()) return;
    std::string bytes = connection_.bytes_to_send();
    if (bytes.empty()) return;
    put(base::share(std::move(bytes)));
    if (pong) sent_after_pong_ = 0;
}

void WebSocketProtocol::put(base::BytesRef bytes) {
    if (sent_after_pong_) *sent_after_pong_ += bytes->size();
    wire_.send(std::move(bytes));
}

void WebSocketProtocol::tell_closed(const CloseStatus& status) {
    timer_.cancel();
    next_turn_.cancel();
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
    const base::TimePoint silent_until = last_received_ + silence_;
    if (now >= silent_until + site_.timeouts.pong) {
        log::info("peer_vanished", {{"peer", wire_.remote_address()}});
        return wire_.abort();
    }
    if (now >= silent_until && !pinged_) ping();
    base::TimePoint next = pinged_ ? silent_until + site_.timeouts.pong : silent_until;
    if (sockjs) {
        if (now >= last_sent_ + endpoint_.sockjs->heartbeat) send_text(sockjs::heartbeat_frame);
        next = std::min(next, last_sent_ + endpoint_.sockjs->heartbeat);
    }
    timer_.set(next);
}

}  // namespace stentor::transport
