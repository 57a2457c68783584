// Tests: tests/unit/transport/websocket_protocol_test.cpp
#include "transport/websocket_protocol.hpp"

#include "base/log.hpp"
#include "base/roughly.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace stentor::transport {
namespace {

/// What a peer may still send before it answers our close frame: reading on costs the others.
constexpr std::size_t max_after_close = 4 * 1024 * 1024;

std::uint8_t shared_bits(const std::optional<websocket::DeflateAgreement>& deflate) {
    const bool shared = deflate && deflate->server_no_context_takeover;
    return shared ? static_cast<std::uint8_t>(deflate->server_window_bits) : std::uint8_t{0};
}

std::unique_ptr<websocket::Deflater> own_deflater(const std::optional<websocket::DeflateAgreement>& deflate,
                                                  int level) {
    if (!deflate || deflate->server_no_context_takeover) return nullptr;
    return std::make_unique<websocket::Deflater>(
        websocket::DeflaterOptions{deflate->server_window_bits, true, level});
}

/// What counts against a turn's share of bytes.
std::size_t data_size(const websocket::Event& event) {
    if (const auto* text = std::get_if<websocket::Text>(&event)) return text->payload.size();
    if (const auto* binary = std::get_if<websocket::Binary>(&event)) return binary->payload.size();
    return 0;
}

}  // namespace

WebSocketProtocol::WebSocketProtocol(Site& site, net::Wire& wire, const Endpoint& endpoint,
                                     bool sockjs_frames,
                                     const std::optional<websocket::DeflateAgreement>& deflate)
    : wire_(wire),
      site_(site),
      deflater_(own_deflater(deflate, endpoint.deflate.level)),
      framing_(sockjs_frames ? session::Framing::sockjs_websocket : session::Framing::websocket),
      deflate_bits_(shared_bits(deflate)),
      connection_(endpoint.websocket, deflate),
      endpoint_(endpoint),
      timer_(site.timers, [this](base::TimePoint now) { on_time(now); }),
      last_received_(site.timers.now()),
      last_sent_(site.timers.now()),
      since_(site.timers.now()),
      control_frames_(site.timers.now()) {}

WebSocketProtocol::~WebSocketProtocol() { tell_closed({1006, "The connection was lost"}); }

void WebSocketProtocol::open(Handshake handshake, const Authentication* known) {
    inlet_ = endpoint_.open(*this, base::random_id(site_.random), std::move(handshake), known);
    if (framing_ == session::Framing::sockjs_websocket) send_text(sockjs::open_frame);
    inlet_->opened();
    draw_silence();
    rearm();
}

void WebSocketProtocol::on_bytes(std::span<char> bytes) {
    if (closing_) {
        closing_->received += bytes.size();
        if (closing_->received > max_after_close) return wire_.abort();
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
    TurnLimits left = site_.turn;
    pong_waits_ = sent_after_pong_ != no_pong && wire_.unsent() > sent_after_pong_;
    bool in_frame = true;
    while (left.messages > 0 && left.bytes > 0 && !session_has_more()) {
        const auto event = connection_.next_event();
        if (!event) break;
        in_frame = false;
        --left.messages;
        left.bytes -= std::min(left.bytes, data_size(*event));
        std::visit([this](const auto& e) { handle(e); }, *event);
    }
    if (in_frame) heard();
    write_protocol_bytes();
    if (told_closed_ || (!connection_.has_unread() && !session_has_more())) return;
    connection_.keep_unread();
    const base::Duration rest = session_has_more() ? inlet_->rest() : base::Duration{};
    next_turn_.wait(wire_, timer_, site_.timers.now() + rest);
}

void WebSocketProtocol::go_on() {
    if (told_closed_) return;
    if (session_has_more()) {
        heard();  // what came before the rest
        inlet_->go_on();
    }
    take_turn();
}

bool WebSocketProtocol::session_has_more() const { return !closing_ && !told_closed_ && inlet_->has_more(); }

void WebSocketProtocol::handle(const websocket::Text& text) {
    heard();
    if (framing_ != session::Framing::sockjs_websocket) return pour(text.payload);
    if (closing_) return;
    const auto messages = sockjs::parse_websocket_messages(text.payload, {endpoint_.sockjs->max_messages});
    if (messages.has_error()) return close({1002, "Broken framing."}, DisconnectReason::protocol_error);
    for (const std::string& message : *messages) {
        while (session_has_more()) inlet_->go_on();  // an array is one message, and no longer
        pour(message);
    }
}

void WebSocketProtocol::pour(std::string_view text) {
    if (!closing_) inlet_->text(text);
}

void WebSocketProtocol::handle(const websocket::Binary& binary) {
    heard();
    if (closing_) return;
    if (framing_ == session::Framing::sockjs_websocket)
        return close({1003, "SockJS carries text only"}, DisconnectReason::protocol_error);
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
    if (closing_ || control_frames_.take(site_.control_frames, site_.timers.now())) return;
    log::info("control_frame_flood", {{"peer", wire_.remote_address()}});
    close({1008, "Too many control frames"}, DisconnectReason::protocol_error);
}

/// A sign of life.
void WebSocketProtocol::heard() {
    last_received_ = site_.timers.now();
    if (!std::exchange(pinged_, false)) return;
    draw_silence();
    rearm();  // the next ping may be due before the pong was
}

/// 90 to 110 % of the configured time: clients that came together are not pinged together.
void WebSocketProtocol::draw_silence() {
    std::array<std::byte, 2> random{};
    site_.random.fill(random);
    silence_part_ = std::bit_cast<std::uint16_t>(random);
}

/// Before the next ping.
base::Duration WebSocketProtocol::silence() const {
    const base::Duration ping = site_.timeouts.ping;
    return ping - ping / 10 + ping / 5 * silence_part_ / 65536;
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
    if (!closing_)
        inlet_->ending(closed.by_peer ? DisconnectReason::by_client : DisconnectReason::protocol_error);
    tell_closed(status_or({closed.code, closed.reason}));
}

void WebSocketProtocol::send(base::BytesRef frame) {
    if (connection_.closing()) return;
    if (framing_ == session::Framing::sockjs_websocket) last_sent_ = site_.timers.now();
    put(std::move(frame));
}

void WebSocketProtocol::send_message(base::BytesRef frame) {
    if (deflater_ == nullptr || connection_.closing()) return send(std::move(frame));
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

void WebSocketProtocol::close(CloseStatus status, DisconnectReason reason) {
    if (inlet_ != nullptr) inlet_->ending(reason);
    close(std::move(status));
}

/// The close frame goes out after what was sent before; the peer's answer ends the connection (RFC
/// 6455 7.1.2).
void WebSocketProtocol::close(CloseStatus status) {
    if (connection_.closing()) return;
    if (framing_ == session::Framing::sockjs_websocket) {
        send_text(sockjs::close_frame(status.code, status.reason));
        connection_.close(1000, {});
    } else {
        connection_.close(status.code, status.reason);
    }
    const base::TimePoint deadline = site_.timers.now() + site_.timeouts.close;
    closing_ = std::make_unique<Closing>(Closing{std::move(status), deadline});
    write_protocol_bytes();
    rearm();
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
    if (sent_after_pong_ != no_pong) sent_after_pong_ += bytes->size();
    wire_.send(std::move(bytes));
}

void WebSocketProtocol::tell_closed(const CloseStatus& status) {
    timer_.cancel();
    if (inlet_ == nullptr || std::exchange(told_closed_, true)) return;
    inlet_->closed(status);
}

void WebSocketProtocol::on_closed() {
    if (wire_.was_too_slow() && inlet_ != nullptr) inlet_->ending(DisconnectReason::slow_consumer);
    tell_closed(status_or({1006, "The connection was lost"}));
}

/// A close that began here is why the session ends, whatever comes of it.
CloseStatus WebSocketProtocol::status_or(CloseStatus other) const {
    return closing_ ? closing_->status : std::move(other);
}

void WebSocketProtocol::on_time(base::TimePoint now) {
    if (next_turn_.due() <= now) next_turn_.run(wire_, [this] { go_on(); });
    if (told_closed_) return;
    watch_peer(now);
    rearm();
}

void WebSocketProtocol::watch_peer(base::TimePoint now) {
    if (connection_.closing()) {
        if (now >= deadline()) wire_.abort();  // the peer does not answer the close frame
        return;
    }
    const base::TimePoint silent_until = last_received_ + silence();
    if (now >= silent_until + site_.timeouts.pong) {
        log::info("peer_vanished", {{"peer", wire_.remote_address()}});
        inlet_->ending(DisconnectReason::heart_beats_lost);
        return wire_.abort();
    }
    if (now >= silent_until && !pinged_) ping();
    const bool beats = framing_ == session::Framing::sockjs_websocket;
    if (beats && now >= last_sent_ + endpoint_.sockjs->heartbeat) send_text(sockjs::heartbeat_frame);
}

void WebSocketProtocol::rearm() {
    if (told_closed_) return;
    timer_.set(std::min(next_turn_.due(), deadline()));
}

base::TimePoint WebSocketProtocol::deadline() const {
    if (closing_) return closing_->deadline;
    if (connection_.closing()) return base::never;
    base::TimePoint next = last_received_ + silence();
    if (pinged_) next += site_.timeouts.pong;
    if (framing_ == session::Framing::sockjs_websocket)
        next = std::min(next, last_sent_ + endpoint_.sockjs->heartbeat);
    return base::roughly(next);
}

}  // namespace stentor::transport
