#pragma once

#include "session/outlet.hpp"
#include "transport/next_turn.hpp"
#include "transport/site.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace stentor::transport {

/// STOMP straight over TCP: the bytes are the session's. Shard-local.
class StompTcpProtocol final : public Protocol, public session::Outlet {
public:
    /// Makes the session, when it is known who is there.
    using Open = std::function<std::unique_ptr<session::Inlet>(StompTcpProtocol&, const net::Wire&)>;
    StompTcpProtocol(base::TimerQueue& timers, net::Wire& wire, Open open)
        : wire_(wire),
          timers_(timers),
          open_(std::move(open)),
          since_(timers.now()),
          timer_(timers, [this](base::TimePoint) { next_turn_.run(wire_, [this] { go_on(); }); }) {}
    ~StompTcpProtocol() override { on_closed(); }

    void open() {
        inlet_ = std::exchange(open_, nullptr)(*this, wire_);
        inlet_->opened();
    }

    void on_secured() override { open(); }
    void on_bytes(std::span<char> bytes) override {
        inlet_->text({bytes.data(), bytes.size()});
        wait_for_session();
    }
    void on_drained() override { inlet_->drained(); }
    void on_closed() override {
        timer_.cancel();
        if (!inlet_ || std::exchange(told_closed_, true)) return;
        if (wire_.was_too_slow()) inlet_->ending(DisconnectReason::slow_consumer);
        inlet_->closed(close_status_.value_or(CloseStatus{1006, "The connection was lost"}));
    }
    void shut_down() override {
        if (!inlet_) return wire_.abort();
        inlet_->ending(DisconnectReason::server_stops);
        close({1001, "The server stops"});
    }

    [[nodiscard]] session::Framing framing() const override { return session::Framing::tcp; }
    [[nodiscard]] bool takes_runs() const override { return true; }
    void send(base::BytesRef frame) override {
        if (!close_status_) wire_.send(std::move(frame));
    }
    [[nodiscard]] std::size_t unsent() const override { return wire_.unsent(); }
    [[nodiscard]] session::Origin origin() const override { return {"tcp", wire_.remote_address(), since_}; }
    std::size_t write_now() override { return wire_.write_now(); }
    void close(CloseStatus status) override {
        if (close_status_) return;
        close_status_ = std::move(status);
        wire_.finish();
    }

private:
    void go_on() {
        if (close_status_) return;
        inlet_->go_on();
        wait_for_session();
    }
    /// What it left for a later turn comes before more is read.
    void wait_for_session() {
        if (!close_status_ && inlet_->has_more())
            next_turn_.wait(wire_, timer_, timers_.now() + inlet_->rest());
    }

    net::Wire& wire_;
    base::TimerQueue& timers_;
    Open open_;
    base::TimePoint since_;
    base::Timer timer_;  ///< for the next turn
    std::unique_ptr<session::Inlet> inlet_;
    std::optional<CloseStatus> close_status_;
    NextTurn next_turn_;
    bool told_closed_ = false;
};

}  // namespace stentor::transport
