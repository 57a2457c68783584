#pragma once

#include "session/outlet.hpp"
#include "transport/site.hpp"
#include "websocket/connection.hpp"

#include <memory>
#include <optional>
#include <string>

namespace stentor::transport {

/// A WebSocket connection after its handshake, with or without SockJS framing. Silence is answered by a ping,
/// and by the end when no answer comes. Shard-local.
class WebSocketProtocol final : public Protocol, public session::Outlet {
public:
    WebSocketProtocol(Site& site, net::Wire& wire, const Endpoint& endpoint, bool sockjs_frames);
    ~WebSocketProtocol() override;

    /// Opens the session; call once, when the 101 is on its way.
    void open(Handshake handshake);

    void on_bytes(std::span<char> bytes) override;
    void on_closed() override;
    void on_drained() override {
        if (inlet_ && !told_closed_) inlet_->drained();
    }
    void shut_down() override { close({1001, "The server stops"}); }

    [[nodiscard]] session::Framing framing() const override { return framing_; }
    void send(base::BytesRef frame) override;
    [[nodiscard]] std::size_t unsent() const override { return wire_.unsent(); }
    void close(CloseStatus status) override;

private:
    void handle(const websocket::Text& text);
    void handle(const websocket::Binary& binary);
    void handle(const websocket::Ping&) {}  // the connection has its pong ready
    void handle(const websocket::Pong&) {}
    void handle(const websocket::Closed& closed);
    void write_protocol_bytes();
    void tell_closed(const CloseStatus& status);
    void on_time(base::TimePoint now);
    void send_text(std::string_view payload);

    Site& site_;
    net::Wire& wire_;
    const Endpoint& endpoint_;
    websocket::Connection connection_;
    std::unique_ptr<session::Inlet> inlet_;
    base::Timer timer_;
    base::TimePoint last_received_;
    base::TimePoint last_sent_;
    base::TimePoint close_deadline_ = base::never;
    std::optional<CloseStatus> close_status_;
    session::Framing framing_;
    bool pinged_ = false;
    bool told_closed_ = false;
};

}  // namespace stentor::transport
