#pragma once

#include "session/outlet.hpp"
#include "transport/site.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace stentor::transport {

/// STOMP straight over TCP: the bytes are the session's. Shard-local.
class StompTcpProtocol final : public Protocol, public session::Outlet {
public:
    explicit StompTcpProtocol(net::Wire& wire) : wire_(wire) {}
    ~StompTcpProtocol() override { on_closed(); }

    void open(std::unique_ptr<session::Inlet> inlet) {
        inlet_ = std::move(inlet);
        inlet_->opened();
    }

    void on_bytes(std::span<char> bytes) override { inlet_->text({bytes.data(), bytes.size()}); }
    void on_drained() override { inlet_->drained(); }
    void on_closed() override {
        if (inlet_ && !std::exchange(told_closed_, true))
            inlet_->closed(close_status_.value_or(CloseStatus{1006, "The connection was lost"}));
    }
    void shut_down() override { close({1001, "The server stops"}); }

    [[nodiscard]] session::Framing framing() const override { return session::Framing::tcp; }
    void send(base::BytesRef frame) override {
        if (!close_status_) wire_.send(std::move(frame));
    }
    [[nodiscard]] std::size_t unsent() const override { return wire_.unsent(); }
    void close(CloseStatus status) override {
        if (close_status_) return;
        close_status_ = std::move(status);
        wire_.finish();
    }

private:
    net::Wire& wire_;
    std::unique_ptr<session::Inlet> inlet_;
    std::optional<CloseStatus> close_status_;
    bool told_closed_ = false;
};

}  // namespace stentor::transport
