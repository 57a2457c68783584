#pragma once

#include "base/timer_queue.hpp"
#include "hub/hub.hpp"
#include "messaging/destination.hpp"
#include "session/frame_cache.hpp"
#include "session/outlet.hpp"
#include "session/receipts.hpp"
#include "session/subscriptions.hpp"
#include "stomp/decoder.hpp"
#include "stomp/heart_beats.hpp"

#include <memory>
#include <string>

namespace stentor::session {

/// What every STOMP session of an application keeps to.
struct StompSettings {
    stomp::Limits limits;
    messaging::DestinationLimits destinations;
    stomp::HeartBeat heart_beat{std::chrono::seconds(10), std::chrono::seconds(10)};
    base::Duration connect_timeout = std::chrono::seconds(10);
    base::Duration frame_timeout = std::chrono::seconds(30);  ///< from a frame's first byte to its last
    std::size_t max_subscriptions = 128;
    std::size_t max_wildcard_subscriptions = 16;
    std::size_t max_id = 128;         ///< bytes of a subscription or receipt id
    std::size_t max_receipts = 1000;  ///< owed at once
    std::string server = "stentor";
    std::shared_ptr<const Authenticator> authenticator;  ///< none: everybody may connect, as nobody
};

/// What a session needs of its shard.
struct StompShard {
    const StompSettings& settings;
    hub::Hub& hub;
    FrameCache& frames;
    base::TimerQueue& timers;
};

/// A STOMP client (1.0, 1.1, 1.2) over any transport: frames to commands for the hub, messages and outcomes
/// to frames. A frame that breaks the protocol is answered by ERROR and the end of the connection; what
/// follows it is ignored. Shard-local.
class StompSession final : public Inlet, public hub::Client {
public:
    StompSession(StompShard shard, Outlet& outlet, std::shared_ptr<SessionState> state);
    ~StompSession() override;

    void opened() override;
    void text(std::string_view payload) override;
    void binary(std::string_view payload) override { text(payload); }
    void closed(const CloseStatus& status) override;

    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override;
    void overflowed(const broker::Subscription& subscription) override;
    [[nodiscard]] const std::shared_ptr<SessionState>& state() const override { return state_; }
    void finished(hub::Ticket ticket, const Result<void>& result) override;
    [[nodiscard]] bool asked_receipt(hub::Ticket ticket) const override {
        return receipts_.asked(ticket).has_value();
    }

private:
    enum class Phase : std::uint8_t { connecting, connected, disconnecting, ended };

    void handle(const stomp::Frame& frame);
    void connect(const stomp::Frame& frame);
    [[nodiscard]] bool authenticate(const stomp::Frame& frame);
    void send(const stomp::Frame& frame, hub::Ticket ticket);
    void subscribe(const stomp::Frame& frame, hub::Ticket ticket);
    void unsubscribe(const stomp::Frame& frame, hub::Ticket ticket);
    void disconnect(hub::Ticket ticket);
    [[nodiscard]] Result<void> check_receipt(const stomp::Frame& frame) const;
    [[nodiscard]] Result<void> check_subscribe(const stomp::Frame& frame, std::string_view destination) const;
    [[nodiscard]] Result<void> check_pattern(std::string_view destination) const;
    void watch_frame(bool completed);

    void write(stomp::Command command, std::span<const stomp::HeaderView> headers,
               std::string_view body = {});
    void sent();
    void fail(const Error& error, std::optional<std::string_view> receipt);
    void end(CloseStatus status);
    void remove_subscriptions();
    void on_time(base::TimePoint now);
    void rearm();

    const StompSettings& settings_;
    hub::Hub& hub_;
    Outlet& outlet_;
    base::TimerQueue& timers_;
    FrameCache& frames_;
    std::shared_ptr<SessionState> state_;
    stomp::Decoder decoder_;
    stomp::HeartBeats heart_beats_{2};
    Receipts receipts_;
    Subscriptions subscriptions_;
    base::Timer timer_;
    base::TimePoint connect_deadline_ = base::never;
    base::TimePoint frame_deadline_ = base::never;
    hub::Ticket last_ticket_ = 0;
    stomp::Version version_ = stomp::Version::v1_2;
    Phase phase_ = Phase::connecting;
};

}  // namespace stentor::session
