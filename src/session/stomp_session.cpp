// Tests: tests/unit/session/stomp_session_test.cpp
#include "session/stomp_session.hpp"

#include "base/log.hpp"
#include "session/stomp_connect.hpp"
#include "session/stomp_frames.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::session {

using stomp::Command;

namespace {

Error too_fast() { return {Errc::too_large, "Frames come too fast"}; }
Error too_slow() { return {Errc::too_large, "The client is too slow"}; }
Error too_late(const char* what) { return {Errc::unavailable, what}; }

}  // namespace

StompSession::StompSession(StompShard shard, Outlet& outlet, std::shared_ptr<SessionState> state)
    : settings_(shard.settings),
      hub_(shard.hub),
      outlet_(outlet),
      timers_(shard.timers),
      frames_(shard.frames),
      state_(std::move(state)),
      decoder_(shard.settings.limits),
      rate_(shard.settings.rate),
      deliveries_(shard.hub, subscriptions_, shard.settings.acks),
      transactions_(shard.settings.transactions),
      timer_(shard.timers, [this](base::TimePoint now) { on_time(now); }),
      frames_left_(shard.settings.frames_per_turn) {}

StompSession::~StompSession() {
    remove_subscriptions();
    hub_.detach(*this);
}

void StompSession::opened() {
    connect_deadline_ = timers_.now() + settings_.connect_timeout;
    rearm();
}

void StompSession::closed(const CloseStatus&) {
    phase_ = Phase::ended;
    remove_subscriptions();
    hub_.detach(*this);
    timer_.cancel();
}

void StompSession::text(std::string_view payload) {
    if (!is_listening()) return;
    heart_beats_.received(timers_.now());
    begin_turn();
    decoder_.feed(payload);
    read_frames();
}

void StompSession::go_on() {
    frames_left_ = settings_.frames_per_turn;
    if (is_listening()) read_frames();
}

/// What earlier turns took does not count: a burst is not cut because of those before it.
void StompSession::begin_turn() {
    if (std::exchange(turn_, timers_.now()) != timers_.now()) frames_left_ = settings_.frames_per_turn;
}

/// No more of them in one turn than the settings allow, so that other sessions have theirs.
void StompSession::read_frames() {
    bool completed = false;
    unread_ = false;
    while (is_listening()) {
        unread_ = frames_left_ == 0 && decoder_.has_unread();
        if (unread_) break;
        const auto next = decoder_.next();
        if (next.has_error()) return fail(next.error(), decoder_.failed_receipt());
        if (!next->has_value()) break;
        completed = true;
        if (--frames_left_ == 0) in_next_turn();
        if (!rate_.take(timers_.now())) return fail(too_fast(), (*next)->header("receipt"), policy_violation);
        handle(**next);
    }
    const bool is_beat = !completed && !unread_ && !decoder_.in_frame();
    if (is_beat && !rate_.take(timers_.now())) return fail(too_fast(), std::nullopt, policy_violation);
    watch_frame(completed);
    rearm();
}

/// The time runs from a frame's first byte: a frame begun behind a completed one has all of it.
void StompSession::watch_frame(bool completed) {
    if (!decoder_.in_frame()) frame_deadline_ = base::never;
    else if (completed || frame_deadline_ == base::never)
        frame_deadline_ = timers_.now() + settings_.frame_timeout;
}

void StompSession::handle(const stomp::Frame& frame) {
    const bool connects = frame.command == Command::connect || frame.command == Command::stomp;
    if (connects && phase_ == Phase::connecting) return connect(frame);
    const auto receipt = frame.header("receipt");
    if (receipt && receipt->size() > settings_.max_id)
        return fail({Errc::too_large, "A receipt id may have " + std::to_string(settings_.max_id) + " bytes"},
                    std::nullopt);
    if (receipt && receipts_.size() >= settings_.max_receipts)
        return fail(
            {Errc::too_large, "More than " + std::to_string(settings_.max_receipts) + " receipts are owed"},
            receipt);
    if (connects) return fail({Errc::conflict, "The session is connected already"}, receipt);
    if (phase_ == Phase::connecting)
        return fail({Errc::conflict, "The first frame must be CONNECT"}, receipt);

    const hub::Ticket ticket = ++last_ticket_;
    if (receipt) receipts_.ask(ticket, std::string(*receipt));
    handle(frame, ticket);
}

void StompSession::handle(const stomp::Frame& frame, hub::Ticket ticket) {
    switch (frame.command) {
        case Command::send: return send(frame, ticket);
        case Command::subscribe: return subscribe(frame, ticket);
        case Command::unsubscribe: return unsubscribe(frame, ticket);
        case Command::ack:
        case Command::nack: return acknowledge(frame, ticket);
        case Command::begin:
        case Command::commit:
        case Command::abort: return transact(frame, ticket);
        case Command::disconnect: return disconnect(ticket);
        case Command::connect:
        case Command::stomp:
        case Command::connected:
        case Command::message:
        case Command::receipt:
        case Command::error: break;  // refused before, or by the decoder
    }
}

void StompSession::connect(const stomp::Frame& frame) {
    const auto accepted = accept_connect(frame, settings_, *state_);
    if (accepted.has_error() && accepted.error().code == Errc::unsupported)
        return refuse_version(accepted.error());
    if (accepted.has_error()) return fail(accepted.error(), std::nullopt);
    version_ = accepted->version;
    decoder_.set_version(version_);
    phase_ = Phase::connected;
    connect_deadline_ = base::never;
    hub_.attach(*this);
    heart_beats_.start(accepted->heart_beats, timers_.now());
    std::vector<stomp::HeaderView> headers;
    for (const auto& [name, value] : accepted->headers) headers.push_back({name, value});
    write(Command::connected, headers);
}

void StompSession::finished(hub::Ticket ticket, const Result<void>& result) {
    if (phase_ == Phase::ended) return;
    const auto commit = commits_.of(ticket);
    if (result.has_error()) return fail(result.error(), receipts_.asked(commit.value_or(ticket)));
    if (commit && !commits_.one_done(*commit)) return;
    if (receipts_.empty()) return;
    for (const std::string& id : receipts_.done(commit.value_or(ticket)))
        if (!id.empty()) write(Command::receipt, std::array{stomp::HeaderView{"receipt-id", id}});
    if (phase_ == Phase::disconnecting && receipts_.empty()) end({1000, {}});
}

void StompSession::deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) {
    if (phase_ == Phase::ended) return;
    if (delivery.number != 0 && (!held_back_.empty() || is_congested())) {
        held_back_.add(subscription, delivery);
        in_next_turn();
        return rearm();
    }
    if (subscription.acknowledges || delivery.number != 0 || delivery.redelivered)
        track(subscription, delivery);
    else outlet_.send_message(frames_.frame(subscription.encoding, delivery.message));
    sent();
}

/// As much as the peer may owe in one turn; for the rest there is a next one, or drained().
void StompSession::release_held_back() {
    while (phase_ != Phase::ended && !held_back_.empty() && !is_congested()) {
        const HeldBack::Held held = held_back_.take();
        track(*held.subscription, {held.message, held.number, held.redelivered});
        sent();
        if (!held_back_.empty()) in_next_turn();
    }
}

void StompSession::drained() {
    settle_written();
    release_held_back();
    rearm();
}

void StompSession::track(const broker::Subscription& subscription, const broker::Delivery& delivery) {
    const auto ack_id = deliveries_.note(subscription, delivery, timers_.now());
    const std::string ack = ack_id ? std::to_string(*ack_id) : std::string();
    std::vector<stomp::HeaderView> own;
    if (ack_id && version_ == stomp::Version::v1_2) own.push_back({"ack", ack});
    if (delivery.redelivered) own.push_back({"redelivered", "true"});
    if (own.empty()) {
        outlet_.send_message(frames_.frame(subscription.encoding, delivery.message));
    } else {
        const std::string& id = subscriptions_.find(subscription)->header;
        outlet_.send_message(frames_.compressor().compress(
            message_frame(outlet_.framing(), version_, id, *delivery.message, own), outlet_.deflate_bits()));
    }
    if (deliveries_.too_many(subscription)) too_slow_ = true;
    if (!subscription.acknowledges) just_sent_ = true;
    if (too_slow_ || just_sent_) in_next_turn();
    rearm();
}

void StompSession::overflowed(const broker::Subscription&) {
    too_slow_ = true;
    in_next_turn();
    rearm();
}

/// What is written is as good as received: in ack mode auto nobody says more.
bool StompSession::settle_written() {
    if (phase_ == Phase::ended || outlet_.unsent() != 0) return false;
    deliveries_.written();
    return true;
}

void StompSession::write(Command command, std::span<const stomp::HeaderView> headers, std::string_view body) {
    outlet_.send(control_frame(outlet_.framing(), version_, command, headers, body));
    sent();
}

void StompSession::sent() { heart_beats_.sent(timers_.now()); }

void StompSession::refuse_version(const Error& error) {
    const std::array headers{stomp::HeaderView{"version", "1.0,1.1,1.2"},
                             stomp::HeaderView{"message", error.message},
                             stomp::HeaderView{"content-type", "text/plain;charset=utf-8"}};
    write(Command::error, headers, error.message);
    end({protocol_error, error.message});
}

void StompSession::fail(const Error& error, std::optional<std::string_view> receipt,
                        std::uint16_t close_code) {
    if (phase_ == Phase::ended) return;
    std::vector<stomp::HeaderView> headers{{"message", error.message}, {"code", to_string(error.code)}};
    if (receipt && !receipt->empty()) headers.push_back({"receipt-id", *receipt});
    headers.push_back({"content-type", "text/plain;charset=utf-8"});
    write(Command::error, headers, error.message);
    log::info("session_error",
              {{"session", state_->id}, {"code", to_string(error.code)}, {"reason", error.message}});
    end({close_code, error.message});
}

void StompSession::end(CloseStatus status) {
    phase_ = Phase::ended;
    remove_subscriptions();
    transactions_.abort_all();
    timer_.cancel();
    outlet_.close(std::move(status));
}

void StompSession::remove(Subscriptions::Entry& entry) {
    hub_.unsubscribe(*this, entry.subscription);
    frames_.release(entry.subscription.encoding);
}

void StompSession::remove_subscriptions() {
    for (const auto& own : subscriptions_) remove(*own);
    subscriptions_.clear();
}

void StompSession::on_time(base::TimePoint now) {
    if (now >= connect_deadline_) return fail({Errc::malformed, "No CONNECT came in time"}, std::nullopt);
    if (now >= frame_deadline_)
        return fail({Errc::malformed, "A frame was not completed in time"}, std::nullopt);
    if (now >= disconnect_deadline_)
        return fail(too_late("An earlier frame takes too long"), receipts_.asked(last_ticket_));
    if (now >= deliveries_.deadline())
        return fail(too_late("A message was not acknowledged in time"), std::nullopt);
    if (now >= transactions_.deadline())
        return fail(too_late("A transaction did not end in time"), std::nullopt);
    if (heart_beats_.dead(now)) return fail({Errc::unavailable, "No heart-beat came in time"}, std::nullopt);
    if (heart_beats_.due(now)) {
        outlet_.send(heart_beat(outlet_.framing()));
        heart_beats_.sent(now);
    }
    if (now >= next_turn_) on_next_turn();
    rearm();
}

void StompSession::in_next_turn() { next_turn_ = timers_.now(); }

void StompSession::on_next_turn() {
    next_turn_ = base::never;
    frames_left_ = settings_.frames_per_turn;
    if (too_slow_) return fail(too_slow(), std::nullopt, policy_violation);
    const bool was_just_sent = std::exchange(just_sent_, false);
    // Once more; after that drained() tells.
    if (!settle_written() && was_just_sent) in_next_turn();
    release_held_back();
}

void StompSession::rearm() {
    if (phase_ == Phase::ended) return;
    timer_.set(std::min({connect_deadline_, frame_deadline_, disconnect_deadline_, next_turn_,
                         deliveries_.deadline(), transactions_.deadline(), heart_beats_.next_deadline()}));
}

}  // namespace stentor::session
