#pragma once

#include "session/outlet.hpp"
#include "transport/control_frame_budget.hpp"
#include "transport/next_turn.hpp"
#include "transport/site.hpp"
#include "websocket/connection.hpp"
#include "websocket/deflater.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace stentor::transport {

/// A WebSocket connection after its handshake, with or without SockJS framing. Silence is answered by a ping,
/// and by the end when no answer comes. What arrives at once is worked off in turns (TurnLimits), and nothing
/// more is read meanwhile. Shard-local.
class WebSocketProtocol final : public Protocol, public session::Outlet {
public:
    WebSocketProtocol(Site& site, net::Wire& wire, const Endpoint& endpoint, bool sockjs_frames,
                      const std::optional<websocket::DeflateAgreement>& deflate);
    ~WebSocketProtocol() override;

    /// Opens the session; call once, when the 101 is on its way.
    void open(Handshake handshake, const Authentication* known);

    void on_bytes(std::span<char> bytes) override;
    void on_closed() override;
    void on_drained() override;
    void shut_down() override { close({1001, "The server stops"}, DisconnectReason::server_stops); }

    [[nodiscard]] session::Framing framing() const override { return framing_; }
    [[nodiscard]] int deflate_bits() const override { return deflate_bits_; }
    /// Unless each frame is to be compressed for this peer alone.
    [[nodiscard]] bool takes_runs() const override { return deflater_ == nullptr; }
    void send(base::BytesRef frame) override;
    void send_message(base::BytesRef frame) override;
    [[nodiscard]] std::size_t unsent() const override { return wire_.unsent(); }
    [[nodiscard]] session::Origin origin() const override {
        const bool sockjs = framing_ == session::Framing::sockjs_websocket;
        return {sockjs ? "sockjs-websocket" : "websocket", wire_.remote_address(), since_};
    }
    std::size_t write_now() override { return wire_.write_now(); }
    void close(CloseStatus status) override;

private:
    /// The transport's own.
    void close(CloseStatus status, DisconnectReason reason);

    /// The closing handshake that this side began.
    struct Closing {
        CloseStatus status;
        base::TimePoint deadline;  ///< for the peer's answer
        std::size_t received = 0;  ///< bytes since
    };
    static constexpr std::size_t no_pong = static_cast<std::size_t>(-1);

    void take_turn();
    void go_on();
    [[nodiscard]] bool session_has_more() const;
    void handle(const websocket::Text& text);
    void handle(const websocket::Binary& binary);
    void handle(const websocket::Ping& ping);
    void handle(const websocket::Pong& pong);
    void handle(const websocket::Closed& closed);
    void pour(std::string_view text);
    void take_control_frame();
    void heard();
    void draw_silence();
    [[nodiscard]] base::Duration silence() const;
    void ping();
    void write_protocol_bytes();
    void put(base::BytesRef bytes);
    void tell_closed(const CloseStatus& status);
    [[nodiscard]] CloseStatus status_or(CloseStatus other) const;
    void on_time(base::TimePoint now);
    void watch_peer(base::TimePoint now);
    void rearm();
    [[nodiscard]] base::TimePoint deadline() const;
    void send_text(std::string_view payload);

    // What send() needs comes first, for a message to touch little of a connection.
    net::Wire& wire_;
    Site& site_;
    std::unique_ptr<websocket::Deflater> deflater_;  ///< when what is sent depends on what was sent before
    std::size_t sent_after_pong_ = no_pong;          ///< bytes
    const session::Framing framing_;
    const std::uint8_t deflate_bits_;
    std::uint16_t silence_part_ = 0;  ///< of 65,536
    bool pinged_ = false;
    bool pong_waits_ = false;  ///< for the one before it
    bool told_closed_ = false;
    NextTurn next_turn_;
    websocket::Connection connection_;
    const Endpoint& endpoint_;
    std::unique_ptr<session::Inlet> inlet_;
    base::Timer timer_;  ///< for silence, SockJS's beats, the peer's close frame, and what is left of a turn
    base::TimePoint last_received_;
    base::TimePoint last_sent_;  ///< over SockJS
    base::TimePoint since_;
    ControlFrameBudget control_frames_;
    std::array<char, 8> ping_payload_{};
    std::unique_ptr<Closing> closing_;
};

}  // namespace stentor::transport
