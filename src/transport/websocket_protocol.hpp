#pragma once

#include "session/outlet.hpp"
#include "transport/control_frame_budget.hpp"
#include "transport/next_turn.hpp"
#include "transport/site.hpp"
#include "websocket/connection.hpp"
#include "websocket/deflater.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>

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
    void open(Handshake handshake);

    void on_bytes(std::span<char> bytes) override;
    void on_closed() override;
    void on_drained() override;
    void shut_down() override { close({1001, "The server stops"}); }

    [[nodiscard]] session::Framing framing() const override { return framing_; }
    [[nodiscard]] int deflate_bits() const override { return deflate_bits_; }
    void send(base::BytesRef frame) override;
    void send_message(base::BytesRef frame) override;
    [[nodiscard]] std::size_t unsent() const override { return wire_.unsent(); }
    void close(CloseStatus status) override;

private:
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
    void ping();
    void write_protocol_bytes();
    void put(base::BytesRef bytes);
    void tell_closed(const CloseStatus& status);
    void on_time(base::TimePoint now);
    void send_text(std::string_view payload);

    Site& site_;
    net::Wire& wire_;
    const Endpoint& endpoint_;
    websocket::Connection connection_;
    std::unique_ptr<session::Inlet> inlet_;
    base::Timer timer_;
    NextTurn next_turn_;
    TurnLimits left_;  ///< of the present turn's share
    ControlFrameBudget control_frames_;
    std::unique_ptr<websocket::Deflater> deflater_;  ///< when what is sent depends on what was sent before
    base::TimePoint last_received_;
    base::TimePoint last_sent_;
    base::TimePoint close_deadline_ = base::never;
    base::Duration silence_{};  ///< before the next ping
    std::array<char, 8> ping_payload_{};
    std::size_t after_close_ = 0;                 ///< bytes that came since our close frame
    std::optional<std::size_t> sent_after_pong_;  ///< bytes; empty before the first
    std::optional<CloseStatus> close_status_;
    int deflate_bits_;
    session::Framing framing_;
    bool pinged_ = false;
    bool pong_waits_ = false;  ///< for the one before it
    bool told_closed_ = false;
};

}  // namespace stentor::transport
