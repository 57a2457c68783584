#pragma once

#include "base/timer_queue.hpp"
#include "hub/hub.hpp"
#include "session/commits.hpp"
#include "session/deliveries.hpp"
#include "session/frame_cache.hpp"
#include "session/held_back.hpp"
#include "session/outlet.hpp"
#include "session/receipts.hpp"
#include "session/stomp_settings.hpp"
#include "session/subscriptions.hpp"
#include "session/transactions.hpp"
#include "stomp/decoder.hpp"
#include "stomp/heart_beats.hpp"

#include <memory>
#include <vector>

namespace stentor::session {

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
    [[nodiscard]] bool has_more() const override { return unread_ && is_listening(); }
    void go_on() override;
    void drained() override;
    void closed(const CloseStatus& status) override;

    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override;
    void overflowed(const broker::Subscription& subscription) override;
    [[nodiscard]] const std::shared_ptr<SessionState>& state() const override { return state_; }
    void finished(hub::Ticket ticket, const Result<void>& result) override;
    /// In a transaction every failure is answered by ERROR.
    [[nodiscard]] bool asked_receipt(hub::Ticket ticket) const override {
        return receipts_.asked(ticket).has_value() || commits_.of(ticket).has_value();
    }

private:
    enum class Phase : std::uint8_t { connecting, connected, disconnecting, ended };

    [[nodiscard]] bool is_listening() const {
        return phase_ == Phase::connecting || phase_ == Phase::connected;
    }
    void read_frames();
    void watch_frame(bool completed);
    void handle(const stomp::Frame& frame);
    void handle(const stomp::Frame& frame, hub::Ticket ticket);
    void connect(const stomp::Frame& frame);
    void send(const stomp::Frame& frame, hub::Ticket ticket);
    void subscribe(const stomp::Frame& frame, hub::Ticket ticket);
    void unsubscribe(const stomp::Frame& frame, hub::Ticket ticket);
    void acknowledge(const stomp::Frame& frame, hub::Ticket ticket);
    void transact(const stomp::Frame& frame, hub::Ticket ticket);
    void enlist(const stomp::Frame& frame, Transactions::Effect effect, hub::Ticket ticket);
    void perform(hub::Ticket commit, std::vector<Transactions::Effect> effects);
    void disconnect(hub::Ticket ticket);

    void track(const broker::Subscription& subscription, const broker::Delivery& delivery);
    void release_held_back();
    [[nodiscard]] bool is_congested() const { return outlet_.unsent() > settings_.hold_back; }
    bool settle_written();
    void in_next_turn();
    void begin_turn();

    void write(stomp::Command command, std::span<const stomp::HeaderView> headers,
               std::string_view body = {});
    void sent();
    void refuse_version(const Error& error);
    void fail(const Error& error, std::optional<std::string_view> receipt,
              std::uint16_t close_code = protocol_error);
    void end(CloseStatus status);
    void remove(Subscriptions::Entry& entry);
    void remove_subscriptions();
    void on_time(base::TimePoint now);
    void on_next_turn();
    void rearm();

    static constexpr std::uint16_t protocol_error = 1002;
    static constexpr std::uint16_t policy_violation = 1008;

    const StompSettings& settings_;
    hub::Hub& hub_;
    Outlet& outlet_;
    base::TimerQueue& timers_;
    FrameCache& frames_;
    std::shared_ptr<SessionState> state_;
    stomp::Decoder decoder_;
    stomp::HeartBeats heart_beats_{2};
    FrameRate rate_;
    Receipts receipts_;
    Subscriptions subscriptions_;
    Deliveries deliveries_;
    HeldBack held_back_;
    Transactions transactions_;
    Commits commits_;
    base::Timer timer_;
    base::TimePoint connect_deadline_ = base::never;
    base::TimePoint frame_deadline_ = base::never;
    base::TimePoint disconnect_deadline_ = base::never;
    base::TimePoint next_turn_ = base::never;  ///< when it comes, there is something to do
    base::TimePoint turn_{};                   ///< the time of the last one that brought input
    std::size_t frames_left_;                  ///< that may be handled before the next turn
    hub::Ticket last_ticket_ = 0;
    stomp::Version version_ = stomp::Version::v1_2;
    Phase phase_ = Phase::connecting;
    bool unread_ = false;  ///< the decoder has input for the next turn
    bool too_slow_ = false;
    bool just_sent_ = false;  ///< maybe not written only because the turn did not end since
};

}  // namespace stentor::session
