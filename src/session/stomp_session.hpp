#pragma once

#include "session/login.hpp"
#include "session/outlet.hpp"
#include "session/receipts.hpp"
#include "session/stomp_requests.hpp"
#include "session/stomp_shard.hpp"
#include "session/subscriptions.hpp"
#include "session/unsettled.hpp"
#include "stomp/heart_beats.hpp"

#include <memory>
#include <vector>

namespace stentor::session {

/// A STOMP client (1.0, 1.1, 1.2) over any transport: frames to commands for the hub, messages and outcomes
/// to frames. A frame that breaks the protocol is answered by ERROR and the end of the connection; what
/// follows it is ignored. Shard-local.
///
/// There may be very many, most of them idle: what a session does not need all the time is not there all the
/// time (decoder_, unsettled_), what sessions have in common is the shard's, and what a message on its way
/// out touches stands at the front (tests/unit/session/idle_memory_test.cpp).
class StompSession final : public Inlet, public hub::Client {
public:
    /// `login` says how its client is to say who it is; null: nobody asks.
    StompSession(StompShard& shard, Outlet& outlet, std::shared_ptr<SessionState> state,
                 std::unique_ptr<Login> login = nullptr);
    ~StompSession() override;

    void opened() override;
    void text(std::string_view payload) override;
    void binary(std::string_view payload) override { text(payload); }
    [[nodiscard]] bool has_more() const override { return (unread_ || slowed_) && is_listening(); }
    void go_on() override;
    [[nodiscard]] base::Duration rest() const override {
        return slowed_ ? shard_.memory->pause() : base::Duration{};
    }
    void drained() override;
    void ending(DisconnectReason reason) override {
        if (!ending_) ending_ = reason;
    }
    void closed(const CloseStatus& status) override;

    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override;
    void deliver_all(const broker::Subscription& subscription, std::span<const MessagePtr> messages) override;
    void overflowed(const broker::Subscription& subscription) override;
    [[nodiscard]] const std::shared_ptr<SessionState>& state() const override { return state_; }
    void finished(hub::Ticket ticket, const Result<void>& result) override;
    void refused(hub::Ticket ticket, const Error& error, const Headers& headers) override {
        refused(ticket, error, headers.find("correlation-id"));
    }
    /// In a transaction every failure is answered by ERROR.
    [[nodiscard]] bool asked_receipt(hub::Ticket ticket) const override {
        return receipts_.asked(ticket).has_value() || commit_of(ticket).has_value();
    }

    void visit_subscriptions(const Visitor& visitor) const override;
    bool close(const std::string& reason, std::uint16_t code) override;
    bool unsubscribe(std::string_view id) override;
    Result<void> renew(const Authentication& who, const security::Providers& by) override;
    void stood_still() override;
    std::size_t end_subscriptions(const Keeps& keeps, const Error& why) override;
    [[nodiscard]] const Outlet& outlet() const { return outlet_; }
    [[nodiscard]] const Subscriptions& subscriptions() const { return subscriptions_; }

private:
    enum class Phase : std::uint8_t { connecting, connected, disconnecting, ended };

    [[nodiscard]] bool is_listening() const {
        return phase_ == Phase::connecting || phase_ == Phase::connected;
    }
    void read();
    void read_frames();
    void let_go();
    void watch_frame(bool completed);
    void slow_down();
    void uncount_input();
    void handle(const stomp::Frame& frame);
    void handle(const stomp::Frame& frame, hub::Ticket ticket);
    void handle_connect(const stomp::Frame& frame);
    void connect(const stomp::Frame& frame);
    void connected(const Accepted& accepted);
    [[nodiscard]] bool is_being_identified() const { return login_ && login_->accepted; }
    void identify(const stomp::Frame& frame, Accepted accepted);
    void identified(const security::AuthenticationManager::Outcome& outcome);
    [[nodiscard]] Result<void> check_csrf() const;
    [[nodiscard]] Result<void> take_place();
    [[nodiscard]] Result<void> admit(const std::optional<Authentication>& who);
    void take_over(const Authentication& who);
    void keep_early(std::string_view payload);
    void go_on_after_connect();
    [[nodiscard]] bool is_renewal(const stomp::Frame& frame) const {
        return login_ && frame.header("destination") == settings().logins.renewal_destination;
    }
    void renew(const stomp::Frame& frame, hub::Ticket ticket);
    void renewed(const security::AuthenticationManager::Outcome& outcome, hub::Ticket ticket);
    [[nodiscard]] Credentials credentials_of(const stomp::Frame& frame, Credentials::Shown shown) const;
    void intercept(const stomp::Frame& frame, hub::Ticket ticket);
    void intercept_connect(const stomp::Frame& frame);
    void refuse(const Headers& frame, const Error& error, hub::Ticket ticket);
    void deny(const stomp::Frame& frame, const Error& error, hub::Ticket ticket);
    void refused(hub::Ticket ticket, const Error& error, std::optional<std::string_view> correlation);
    void deliver_intercepted(const broker::Subscription& subscription, const broker::Delivery& delivery);
    [[nodiscard]] Repeated repeated(const stomp::Frame& frame) const;
    void send(const stomp::Frame& frame, hub::Ticket ticket);
    Result<void> check_access(const Message& message);
    Result<void> check_again(const Message& message);
    Result<void> take_reply_to(const stomp::Frame& frame, Message& message);
    Result<void> open_temp_queue(std::string_view name);
    void subscribe(const stomp::Frame& frame, hub::Ticket ticket);
    Subscriptions::Entry& add(const SubscribeRequest& request, hub::Ticket ticket);
    void unsubscribe(const stomp::Frame& frame, hub::Ticket ticket);
    void acknowledge(const stomp::Frame& frame, hub::Ticket ticket);
    void transact(const stomp::Frame& frame, hub::Ticket ticket);
    void enlist(const stomp::Frame& frame, Transactions::Effect effect, hub::Ticket ticket);
    void perform(hub::Ticket commit, std::vector<Transactions::Effect> effects);
    void settle_all(const Commits::Acknowledgements& acknowledgements);
    [[nodiscard]] bool end_effect(hub::Ticket commit);
    void disconnect(hub::Ticket ticket);

    void end_subscription(Subscriptions::Entry& entry);
    void end_subscription(Subscriptions::Entry& entry, const Error& why);
    void withdraw(std::string_view id);
    [[nodiscard]] bool was_withdrawn(std::string_view id);
    void tell_subscribed(hub::Ticket ticket);
    void tell_unsubscribed(const Subscriptions::Entry& entry);
    void tell_ended(DisconnectReason reason, const CloseStatus& status);

    void hand_over(const broker::Subscription& subscription, const broker::Delivery& delivery);
    void send_message(const broker::Subscription& subscription, const broker::Delivery& delivery,
                      bool changed = false);
    void track(const broker::Subscription& subscription, const broker::Delivery& delivery, bool changed);
    void send_own(const broker::Subscription& subscription, const Message& message,
                  std::span<const stomp::HeaderView> own);
    [[nodiscard]] bool keep(const broker::Subscription& subscription, const MessagePtr& message);
    void release_waiting();
    [[nodiscard]] bool is_congested() const {
        return outlet_.unsent() > settings().hold_back || outlet_.is_crowded();
    }
    /// Not only for the turn: the peer does not take it.
    [[nodiscard]] bool is_slow() {
        return is_congested() && (outlet_.write_now() > settings().hold_back || outlet_.is_crowded());
    }
    [[nodiscard]] bool has_kept(const broker::Subscription& subscription) const {
        return unsettled_ && unsettled_->kept_back.has(subscription);
    }
    [[nodiscard]] bool must_wait() const {
        return (unsettled_ && !unsettled_->held_back.empty()) || is_congested();
    }
    bool settle_written();
    void in_next_turn();
    void begin_turn();

    void write(stomp::Command command, std::span<const stomp::HeaderView> headers,
               std::string_view body = {});
    void sent() { heart_beats_.sent(shard_.timers.now()); }
    void refuse_version(const Error& error);
    void fail(const Error& error, std::optional<std::string_view> receipt,
              std::uint16_t close_code = protocol_error, std::optional<DisconnectReason> reason = {},
              std::optional<stomp::HeaderView> more = {});
    void fail_login(const security::LoginError& error);
    void end(CloseStatus status, DisconnectReason reason);
    void remove(Subscriptions::Entry& entry);
    void remove_subscriptions();
    void on_time(base::TimePoint now);
    void on_next_turn();
    void arm(base::TimePoint deadline);
    void rearm();
    void fail_late();
    void fail_late(const Error& error, std::optional<std::string_view> receipt = std::nullopt);

    [[nodiscard]] const StompSettings& settings() const { return shard_.settings; }
    Unsettled& unsettled();
    /// The COMMIT under way of which that ticket is an effect.
    [[nodiscard]] std::optional<hub::Ticket> commit_of(hub::Ticket ticket) const {
        return unsettled_ ? unsettled_->commits.of(ticket) : std::nullopt;
    }

    static constexpr unsigned heart_beat_patience = 2;
    static constexpr std::uint16_t protocol_error = 1002;
    static constexpr std::uint16_t policy_violation = 1008;

    // The front: all that deliver() touches.
    Phase phase_ = Phase::connecting;
    stomp::Version version_ = stomp::Version::v1_2;
    bool unread_ : 1 = false;         ///< the decoder has input for the next turn
    bool due_next_turn_ : 1 = false;  ///< there is something to do then
    bool too_slow_ : 1 = false;
    bool slowed_ : 1 = false;     ///< it published while memory was short
    bool just_sent_ : 1 = false;  ///< maybe not written only because the turn did not end since
    bool intercepts_out_ : 1;     ///< there are outbound interceptors
    bool was_connected_ : 1 = false;
    bool told_ended_ : 1 = false;
    std::optional<DisconnectReason> ending_ = std::nullopt;  ///< what its transport knows of it
    StompShard& shard_;
    Outlet& outlet_;
    stomp::HeartBeats heart_beats_;
    std::unique_ptr<Unsettled> unsettled_;  ///< while there is something such

    std::unique_ptr<Login> login_;             ///< where anybody asks who it is
    std::unique_ptr<stomp::Decoder> decoder_;  ///< while some of a frame is there
    std::shared_ptr<SessionState> state_;
    Subscriptions subscriptions_;
    Receipts receipts_;
    FrameRate rate_;
    base::Timer timer_;  ///< for whichever deadline comes first: it may fire early, when that has moved
    base::TimePoint phase_deadline_ = base::never;  ///< of CONNECT; then of what DISCONNECT waits for
    base::TimePoint frame_deadline_ = base::never;
    hub::Ticket last_ticket_ = 0;
    std::size_t frames_left_;  ///< that may be handled before the next turn
};

}  // namespace stentor::session
