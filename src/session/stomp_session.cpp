// Tests: tests/unit/session/stomp_session_test.cpp
#include "session/stomp_session.hpp"

#include "base/log.hpp"
#include "session/stomp_connect.hpp"
#include "session/stomp_frames.hpp"
#include "session/stomp_requests.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::session {

using stomp::Command;

namespace {

Error too_fast() { return {Errc::too_large, "Frames come too fast"}; }
Error too_slow() { return {Errc::too_large, "The client is too slow"}; }
/// In milliseconds; empty: no end is known.
std::string time_left(base::TimePoint end, base::TimePoint now) {
    if (end == base::never) return {};
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(end - now).count());
}
Error too_late(const char* what) { return {Errc::unavailable, what}; }

DisconnectReason reason_of(Errc code) {
    switch (code) {
        case Errc::malformed:
        case Errc::too_large:
        case Errc::unsupported:
        case Errc::conflict: return DisconnectReason::protocol_error;
        case Errc::forbidden:
        case Errc::not_found:
        case Errc::conversion:
        case Errc::failed:
        case Errc::unavailable: return DisconnectReason::refused;
        case Errc::expired: return DisconnectReason::expired;
        case Errc::closed: break;
    }
    return DisconnectReason::by_application;
}

}  // namespace

StompSession::StompSession(StompShard& shard, Outlet& outlet, std::shared_ptr<SessionState> state,
                           std::unique_ptr<Login> login)
    : intercepts_out_(!shard.settings.hooks.interceptors.outbound.empty()),
      shard_(shard),
      outlet_(outlet),
      login_(std::move(login)),
      state_(std::move(state)),
      timer_(shard.timers, [this](base::TimePoint now) { on_time(now); }),
      frames_left_(shard.settings.frames_per_turn) {
    if (!login_) return;
    login_->expiry.emplace(shard_.expiries, [this](base::TimePoint) {
        fail({Errc::expired, "The credentials have expired"}, std::nullopt, policy_violation);
    });
    login_->expiry->set(login_->expires);
}

StompSession::~StompSession() {
    uncount_input();
    remove_subscriptions();
    shard_.hub.detach(*this);
}

void StompSession::opened() {
    phase_deadline_ = shard_.timers.now() + settings().connect_timeout;
    if (login_) login_->opened = shard_.timers.now();
    arm(phase_deadline_);
}

void StompSession::closed(const CloseStatus& status) {
    phase_ = Phase::ended;
    login_.reset();
    tell_ended(DisconnectReason::connection_lost, status);
    remove_subscriptions();
    shard_.hub.detach(*this);
    timer_.cancel();
}

void StompSession::text(std::string_view payload) {
    if (!is_listening()) return;
    begin_turn();
    if (is_being_identified()) return keep_early(payload);
    uncount_input();
    if (!decoder_) {
        decoder_ = shard_.decoders.take();
        if (phase_ != Phase::connecting) decoder_->set_version(version_);
    }
    decoder_->feed(payload);
    read();
}

/// What it handles now was a sign of life then.
void StompSession::go_on() {
    frames_left_ = settings().frames_per_turn;
    slowed_ = false;
    if (!is_listening() || !decoder_) return;
    heart_beats_.received(shard_.timers.now());
    uncount_input();
    read();
}

void StompSession::read() {
    read_frames();
    if (!is_listening() || decoder_->at_rest()) shard_.decoders.give_back(std::move(decoder_));
    else shard_.input_bytes += decoder_->capacity();
    let_go();
}

void StompSession::uncount_input() {
    if (decoder_) shard_.input_bytes -= decoder_->capacity();
}

/// Nothing more of what it sends is handled before it has rested.
void StompSession::slow_down() {
    slowed_ = true;
    frames_left_ = 0;
}

/// Only where nothing of it is in use any more.
void StompSession::let_go() {
    if (unsettled_ && unsettled_->unused()) unsettled_.reset();
}

Unsettled& StompSession::unsettled() {
    if (!unsettled_) unsettled_ = std::make_unique<Unsettled>(shard_.hub, subscriptions_, settings());
    return *unsettled_;
}

/// What earlier turns took does not count: a burst is not cut because of those before it.
void StompSession::begin_turn() {
    const base::TimePoint now = shard_.timers.now();
    if (heart_beats_.last_received() != now) frames_left_ = settings().frames_per_turn;
    heart_beats_.received(now);
}

/// No more of them in one turn than the settings allow, so that other sessions have theirs.
void StompSession::read_frames() {
    bool completed = false;
    unread_ = false;
    while (is_listening() && !is_being_identified()) {
        unread_ = frames_left_ == 0 && decoder_->has_unread();
        if (unread_) break;
        const auto next = decoder_->next();
        if (next.has_error()) return fail(next.error(), decoder_->failed_receipt());
        if (!next->has_value()) break;
        completed = true;
        if (--frames_left_ == 0) in_next_turn();
        if (!rate_.take(settings().rate, shard_.timers.now()))
            return fail(too_fast(), (*next)->header("receipt"), policy_violation);
        handle(**next);
    }
    const bool is_beat = !completed && !unread_ && !decoder_->in_frame();
    if (is_beat && !rate_.take(settings().rate, shard_.timers.now()))
        return fail(too_fast(), std::nullopt, policy_violation);
    watch_frame(completed);
}

/// The time runs from a frame's first byte: a frame begun behind a completed one has all of it.
void StompSession::watch_frame(bool completed) {
    if (!decoder_->in_frame()) {
        frame_deadline_ = base::never;
    } else if (completed || frame_deadline_ == base::never) {
        frame_deadline_ = shard_.timers.now() + settings().frame_timeout;
        arm(frame_deadline_);
    }
}

void StompSession::handle(const stomp::Frame& frame) {
    const bool connects = frame.command == Command::connect || frame.command == Command::stomp;
    if (connects && phase_ == Phase::connecting) return handle_connect(frame);
    const auto receipt = frame.header("receipt");
    if (receipt && receipt->size() > settings().max_id)
        return fail(
            {Errc::too_large, "A receipt id may have " + std::to_string(settings().max_id) + " bytes"},
            std::nullopt);
    if (receipt && receipts_.size() >= settings().max_receipts)
        return fail(
            {Errc::too_large, "More than " + std::to_string(settings().max_receipts) + " receipts are owed"},
            receipt);
    if (connects) return fail({Errc::conflict, "The session is connected already"}, receipt);
    if (phase_ == Phase::connecting)
        return fail({Errc::conflict, "The first frame must be CONNECT"}, receipt);

    const hub::Ticket ticket = ++last_ticket_;
    if (receipt) receipts_.ask(ticket, std::string(*receipt));
    if (settings().hooks.interceptors.inbound.empty()) return handle(frame, ticket);
    intercept(frame, ticket);
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

void StompSession::handle_connect(const stomp::Frame& frame) {
    if (settings().hooks.interceptors.inbound.empty()) return connect(frame);
    intercept_connect(frame);
}

void StompSession::connect(const stomp::Frame& frame) {
    if (shard_.events.wants<SessionConnecting>())
        shard_.events.add(SessionConnecting{Session(state_), client_headers(frame, Repeated::all)});
    auto accepted = accept_connect(frame, settings());
    if (accepted.has_error() && accepted.error().code == Errc::unsupported)
        return refuse_version(accepted.error());
    if (accepted.has_error()) return fail(accepted.error(), std::nullopt);
    if (login_) identify(frame, std::move(*accepted));
    else connected(*accepted);
}

void StompSession::connected(const Accepted& accepted) {
    if (const auto ok = shard_.hub.gatekeeper().check_connect(*state_); ok.has_error())
        return fail(ok.error(), std::nullopt);
    if (login_ && shard_.closings.concern(login_->opened, state_->id, state_->principal.get()))
        return fail({Errc::forbidden, "The session was ended"}, std::nullopt, policy_violation);
    version_ = accepted.version;
    if (decoder_) decoder_->set_version(version_);
    phase_ = Phase::connected;
    phase_deadline_ = base::never;
    shard_.hub.attach(*this);
    heart_beats_.start(accepted.heart_beats, shard_.timers.now(), heart_beat_patience);
    rearm();
    std::vector<stomp::HeaderView> headers;
    for (const auto& [name, value] : accepted.headers) headers.push_back({name, value});
    headers.push_back({"session", state_->id});
    headers.push_back({"server", settings().server});
    if (state_->principal) headers.push_back({"user-name", state_->principal->name});
    const std::string left = login_ ? time_left(login_->expires, shard_.expiries.now()) : std::string();
    if (!left.empty()) headers.push_back({"x-expires-in", left});
    write(Command::connected, headers);
    was_connected_ = true;
    if (shard_.events.wants<SessionConnected>()) shard_.events.add(SessionConnected{Session(state_)});
}

void StompSession::finished(hub::Ticket ticket, const Result<void>& result) {
    if (phase_ == Phase::ended) return;
    if (result.has_error()) return refused(ticket, result.error(), std::nullopt);
    const auto commit = commit_of(ticket);
    if (commit && !end_effect(*commit)) return;
    if (shard_.events.wants_subscriptions()) tell_subscribed(ticket);
    if (receipts_.empty()) return;
    for (const std::string& id : receipts_.done(commit.value_or(ticket)))
        if (!id.empty()) write(Command::receipt, std::array{stomp::HeaderView{"receipt-id", id}});
    if (phase_ == Phase::disconnecting && receipts_.empty()) end({1000, {}}, DisconnectReason::by_client);
}

/// By ERROR, with what tells the client which of its frames that was.
void StompSession::refused(hub::Ticket ticket, const Error& error,
                           std::optional<std::string_view> correlation) {
    if (phase_ == Phase::ended) return;
    std::optional<stomp::HeaderView> more;
    if (correlation) more = {"correlation-id", *correlation};
    fail(error, receipts_.asked(commit_of(ticket).value_or(ticket)), protocol_error, std::nullopt, more);
}

void StompSession::write(Command command, std::span<const stomp::HeaderView> headers, std::string_view body) {
    shard_.hub.flush();  // the messages that came before
    outlet_.send(control_frame(outlet_.framing(), version_, command, headers, body));
    sent();
}

void StompSession::refuse_version(const Error& error) {
    const std::array headers{stomp::HeaderView{"version", "1.0,1.1,1.2"},
                             stomp::HeaderView{"message", error.message},
                             stomp::HeaderView{"content-type", "text/plain;charset=utf-8"}};
    write(Command::error, headers, error.message);
    end({protocol_error, error.message}, DisconnectReason::protocol_error);
}

void StompSession::fail(const Error& error, std::optional<std::string_view> receipt, std::uint16_t close_code,
                        std::optional<DisconnectReason> reason, std::optional<stomp::HeaderView> more) {
    if (phase_ == Phase::ended) return;
    std::vector<stomp::HeaderView> headers{{"message", error.message}, {"code", to_string(error.code)}};
    if (receipt && !receipt->empty()) headers.push_back({"receipt-id", *receipt});
    if (more) headers.push_back(*more);
    headers.push_back({"content-type", "text/plain;charset=utf-8"});
    write(Command::error, headers, error.message);
    log::info("session_error",
              {{"session", state_->id}, {"code", to_string(error.code)}, {"reason", error.message}});
    end({close_code, error.message}, reason.value_or(reason_of(error.code)));
}

void StompSession::end(CloseStatus status, DisconnectReason reason) {
    shard_.hub.flush();
    phase_ = Phase::ended;
    if (login_) {
        login_->question.reset();
        login_->place.reset();
        login_->expiry.reset();
    }
    tell_ended(reason, status);
    remove_subscriptions();
    if (unsettled_) unsettled_->transactions.abort_all();
    timer_.cancel();
    outlet_.close(std::move(status));
}

void StompSession::remove(Subscriptions::Entry& entry) {
    shard_.hub.unsubscribe(*this, entry.subscription);
    shard_.frames.release(entry.subscription.encoding);
}

void StompSession::remove_subscriptions() {
    for (Subscriptions::Entry& own : subscriptions_) remove(own);
    subscriptions_.clear(shard_.texts);
    if (unsettled_) unsettled_->kept_back.clear();
}

void StompSession::on_time(base::TimePoint now) {
    if (now >= phase_deadline_) return fail_late();
    if (now >= frame_deadline_) return fail_late({Errc::malformed, "A frame was not completed in time"});
    if (unsettled_ && now >= unsettled_->deliveries.deadline())
        return fail_late(too_late("A message was not acknowledged in time"));
    if (unsettled_ && now >= unsettled_->transactions.deadline())
        return fail_late(too_late("A transaction did not end in time"));
    if (heart_beats_.dead(now))
        return fail({Errc::unavailable, "No heart-beat came in time"}, std::nullopt, protocol_error,
                    DisconnectReason::heart_beats_lost);
    if (heart_beats_.due(now)) {
        outlet_.send(heart_beat(outlet_.framing()));
        heart_beats_.sent(now);
    }
    if (due_next_turn_) on_next_turn();
    let_go();
    rearm();
}

void StompSession::stood_still() {
    if (phase_ != Phase::connected || !heart_beats_.sends()) return;
    outlet_.send(heart_beat(outlet_.framing()));
    heart_beats_.sent(shard_.timers.now());
}

/// Past the phase's deadline.
void StompSession::fail_late() {
    if (is_being_identified()) fail_late({Errc::unavailable, "Credentials take too long to check"});
    else if (phase_ == Phase::connecting) fail_late({Errc::malformed, "No CONNECT came in time"});
    else fail_late(too_late("An earlier frame takes too long"), receipts_.asked(last_ticket_));
}

void StompSession::fail_late(const Error& error, std::optional<std::string_view> receipt) {
    fail(error, receipt, protocol_error, DisconnectReason::timed_out);
}

void StompSession::in_next_turn() {
    due_next_turn_ = true;
    arm(shard_.timers.now());
}

void StompSession::on_next_turn() {
    due_next_turn_ = false;
    frames_left_ = settings().frames_per_turn;
    if (too_slow_) {
        ++shard_.slow_consumers.closed;
        return fail(too_slow(), std::nullopt, policy_violation, DisconnectReason::slow_consumer);
    }
    const bool was_just_sent = just_sent_;
    just_sent_ = false;
    // Once more; after that drained() tells.
    if (!settle_written() && was_just_sent) in_next_turn();
    release_waiting();
}

/// For a deadline that is new. One that moves later, or that is met, leaves the timer alone: when it fires,
/// on_time() finds nothing to do and sets it anew.
void StompSession::arm(base::TimePoint deadline) {
    if (phase_ != Phase::ended && deadline < timer_.deadline()) timer_.set(deadline);
}

void StompSession::rearm() {
    if (phase_ == Phase::ended) return;
    timer_.set(std::min({phase_deadline_, frame_deadline_, heart_beats_.next_deadline(),
                         unsettled_ ? unsettled_->deadline() : base::never,
                         due_next_turn_ ? shard_.timers.now() : base::never}));
}

}  // namespace stentor::session
