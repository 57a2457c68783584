// Tests: tests/unit/session/stomp_session_test.cpp
#include "session/stomp_session.hpp"

#include "base/log.hpp"
#include "messaging/destination_pattern.hpp"
#include "session/stomp_frames.hpp"
#include "stomp/negotiation.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::session {
namespace {

using stomp::Command;

constexpr std::uint16_t protocol_error = 1002;

Result<std::string_view> required(const stomp::Frame& frame, std::string_view name) {
    const auto value = frame.header(name);
    if (value && !value->empty()) return *value;
    return Error{Errc::malformed,
                 std::string(to_string(frame.command)) + " needs a header '" + std::string(name) + "'"};
}

Headers client_headers(const stomp::Frame& frame) {
    Headers headers;
    for (const auto& [name, value] : frame.headers)
        if (!is_server_header(name) && !headers.contains(name)) headers.add(name, value);
    return headers;
}

/// What the server offers a client: the configured intervals, or the client's own where those are shorter
/// (down to 1 s).
stomp::HeartBeat offer_to(const stomp::HeartBeat& client, const stomp::HeartBeat& configured) {
    const auto shorter = [](std::chrono::milliseconds own, std::chrono::milliseconds theirs) {
        return theirs.count() == 0 ? own : std::min(own, std::max(theirs, std::chrono::milliseconds(1000)));
    };
    return {shorter(configured.can_send, client.wants), shorter(configured.wants, client.can_send)};
}

std::string to_header(const stomp::HeartBeat& beat) {
    return std::to_string(beat.can_send.count()) + "," + std::to_string(beat.wants.count());
}

}  // namespace

StompSession::StompSession(StompShard shard, Outlet& outlet, std::shared_ptr<SessionState> state)
    : settings_(shard.settings),
      hub_(shard.hub),
      outlet_(outlet),
      timers_(shard.timers),
      frames_(shard.frames),
      state_(std::move(state)),
      decoder_(shard.settings.limits),
      timer_(shard.timers, [this](base::TimePoint now) { on_time(now); }) {}

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
    if (phase_ == Phase::ended || phase_ == Phase::disconnecting) return;
    heart_beats_.received(timers_.now());
    decoder_.feed(payload);
    bool completed = false;
    while (phase_ == Phase::connecting || phase_ == Phase::connected) {
        const auto next = decoder_.next();
        if (next.has_error()) return fail(next.error(), decoder_.failed_receipt());
        if (!next->has_value()) break;
        completed = true;
        handle(**next);
    }
    watch_frame(completed);
    rearm();
}

/// The time runs from a frame's first byte: a frame begun behind a completed one has all of it.
void StompSession::watch_frame(bool completed) {
    if (!decoder_.in_frame()) frame_deadline_ = base::never;
    else if (completed || frame_deadline_ == base::never)
        frame_deadline_ = timers_.now() + settings_.frame_timeout;
}

Result<void> StompSession::check_receipt(const stomp::Frame& frame) const {
    const auto receipt = frame.header("receipt");
    if (receipt && receipt->size() > settings_.max_id)
        return Error{Errc::too_large, "A receipt id may have " + std::to_string(settings_.max_id) + " bytes"};
    if (receipt && receipts_.size() >= settings_.max_receipts)
        return Error{Errc::too_large,
                     "More than " + std::to_string(settings_.max_receipts) + " receipts are owed"};
    return {};
}

void StompSession::handle(const stomp::Frame& frame) {
    const bool connects = frame.command == Command::connect || frame.command == Command::stomp;
    if (connects && phase_ == Phase::connecting) return connect(frame);
    if (const auto ok = check_receipt(frame); ok.has_error()) return fail(ok.error(), std::nullopt);
    const auto receipt = frame.header("receipt");
    if (connects) return fail({Errc::conflict, "The session is connected already"}, receipt);
    if (phase_ == Phase::connecting)
        return fail({Errc::conflict, "The first frame must be CONNECT"}, receipt);

    const hub::Ticket ticket = ++last_ticket_;
    if (receipt) receipts_.ask(ticket, std::string(*receipt));
    switch (frame.command) {
        case Command::send: return send(frame, ticket);
        case Command::subscribe: return subscribe(frame, ticket);
        case Command::unsubscribe: return unsubscribe(frame, ticket);
        case Command::disconnect: return disconnect(ticket);
        case Command::ack:
        case Command::nack:
        case Command::begin:
        case Command::commit:
        case Command::abort:
            return finished(
                ticket, Error{Errc::unsupported, std::string(to_string(frame.command)) +
                                                     " is not supported: subscriptions have ack mode auto"});
        case Command::connect:
        case Command::stomp:
        case Command::connected:
        case Command::message:
        case Command::receipt:
        case Command::error: break;  // refused above, or by the decoder
    }
}

void StompSession::connect(const stomp::Frame& frame) {
    const auto version = stomp::negotiate_version(frame.header("accept-version"));
    if (version.has_error()) {
        const std::string reason = version.error().message;
        const std::array headers{stomp::HeaderView{"version", "1.0,1.1,1.2"},
                                 stomp::HeaderView{"message", reason},
                                 stomp::HeaderView{"content-type", "text/plain;charset=utf-8"}};
        write(Command::error, headers, reason);
        return end({protocol_error, reason});
    }
    const bool beats = *version != stomp::Version::v1_0;  // 1.0 knows no such header
    const auto beat = stomp::parse_heart_beat(beats ? frame.header("heart-beat") : std::nullopt);
    if (beat.has_error()) return fail(beat.error(), std::nullopt);

    if (!authenticate(frame)) return fail({Errc::forbidden, "Bad credentials"}, std::nullopt);

    version_ = *version;
    decoder_.set_version(version_);
    phase_ = Phase::connected;
    connect_deadline_ = base::never;
    hub_.attach(*this);
    const stomp::HeartBeat offer = offer_to(*beat, settings_.heart_beat);
    if (beats) heart_beats_.start(stomp::agree(offer, *beat), timers_.now());

    const std::string offered = to_header(offer);
    std::vector<stomp::HeaderView> headers{{"version", to_string(version_)}};
    if (beats) headers.push_back({"heart-beat", offered});
    headers.push_back({"session", state_->id});
    headers.push_back({"server", settings_.server});
    if (state_->principal) headers.push_back({"user-name", state_->principal->name});
    write(Command::connected, headers);
}

/// Whom the transport has authenticated stays who he is, whatever CONNECT says.
bool StompSession::authenticate(const stomp::Frame& frame) {
    if (!settings_.authenticator || state_->principal) return true;
    state_->principal =
        settings_.authenticator->authenticate({std::string(frame.header("login").value_or("")),
                                               std::string(frame.header("passcode").value_or(""))});
    return state_->principal.has_value();
}

void StompSession::send(const stomp::Frame& frame, hub::Ticket ticket) {
    const auto destination = required(frame, "destination");
    if (destination.has_error()) return finished(ticket, destination.error());
    if (const auto ok = messaging::check_destination(*destination, settings_.destinations); ok.has_error())
        return finished(ticket, ok.error());
    if (frame.header("transaction"))
        return finished(ticket, Error{Errc::not_found, "There is no such transaction"});
    Message message{std::string(*destination), client_headers(frame), std::string(frame.body), {}};
    hub_.send(*this, std::move(message), ticket);
}

void StompSession::subscribe(const stomp::Frame& frame, hub::Ticket ticket) {
    const auto destination = required(frame, "destination");
    if (destination.has_error()) return finished(ticket, destination.error());
    if (const auto ok = check_subscribe(frame, *destination); ok.has_error())
        return finished(ticket, ok.error());
    const std::string_view id = frame.header("id").value_or("");
    broker::Subscription& subscription = subscriptions_.add(*this, id, *destination, ticket).subscription;
    subscription.encoding = frames_.acquire(id, version_, outlet_.framing(), outlet_.deflate_bits());
    hub_.subscribe(*this, subscription, client_headers(frame), ticket);
}

Result<void> StompSession::check_subscribe(const stomp::Frame& frame, std::string_view destination) const {
    if (const auto ok = messaging::check_destination(destination, settings_.destinations); ok.has_error())
        return ok;
    const std::string_view id = frame.header("id").value_or("");
    if (id.empty() && version_ != stomp::Version::v1_0)
        return Error{Errc::malformed, "SUBSCRIBE needs a header 'id'"};
    if (id.size() > settings_.max_id)
        return Error{Errc::too_large,
                     "A subscription id may have " + std::to_string(settings_.max_id) + " bytes"};
    if (subscriptions_.find(id, destination) != nullptr)
        return Error{Errc::conflict, "There is a subscription of that id already"};
    if (frame.header("ack").value_or("auto") != "auto")
        return Error{Errc::unsupported, "Only the ack mode auto is supported"};
    if (subscriptions_.size() >= settings_.max_subscriptions)
        return Error{Errc::too_large,
                     "A session may have " + std::to_string(settings_.max_subscriptions) + " subscriptions"};
    return check_pattern(destination);
}

Result<void> StompSession::check_pattern(std::string_view destination) const {
    if (!messaging::DestinationPattern::has_wildcard(destination)) return {};
    if (const auto pattern = messaging::DestinationPattern::parse(destination); pattern.has_error())
        return pattern.error();
    const auto wild = std::ranges::count_if(subscriptions_, [](const auto& own) {
        return messaging::DestinationPattern::has_wildcard(own->subscription.destination);
    });
    if (static_cast<std::size_t>(wild) < settings_.max_wildcard_subscriptions) return {};
    return Error{Errc::too_large, "A session may have " +
                                      std::to_string(settings_.max_wildcard_subscriptions) +
                                      " subscriptions with wildcards"};
}

void StompSession::unsubscribe(const stomp::Frame& frame, hub::Ticket ticket) {
    const std::string_view id = frame.header("id").value_or("");
    std::string_view destination;
    if (id.empty()) {
        const auto named = required(frame, version_ == stomp::Version::v1_0 ? "destination" : "id");
        if (named.has_error()) return finished(ticket, named.error());
        destination = *named;
    }
    Subscriptions::Entry* const entry = subscriptions_.find(id, destination);
    if (entry == nullptr) return finished(ticket, Error{Errc::not_found, "There is no such subscription"});
    hub_.unsubscribe(*this, entry->subscription);
    frames_.release(entry->subscription.encoding);
    const hub::Ticket subscribed = entry->ticket;
    subscriptions_.remove(*entry);
    finished(subscribed, {});  // if it was still under way, nobody else will say so
    finished(ticket, {});
}

/// "DISCONNECT: earlier frames are processed, then RECEIPT, then close": an empty id stands for no receipt.
void StompSession::disconnect(hub::Ticket ticket) {
    phase_ = Phase::disconnecting;
    if (!receipts_.asked(ticket)) receipts_.ask(ticket, {});
    finished(ticket, {});
}

void StompSession::finished(hub::Ticket ticket, const Result<void>& result) {
    if (phase_ == Phase::ended) return;
    if (result.has_error()) return fail(result.error(), receipts_.asked(ticket));
    if (receipts_.empty()) return;
    for (const std::string& id : receipts_.done(ticket))
        if (!id.empty()) write(Command::receipt, std::array{stomp::HeaderView{"receipt-id", id}});
    if (phase_ == Phase::disconnecting && receipts_.empty()) end({1000, {}});
}

void StompSession::deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) {
    if (phase_ == Phase::ended) return;
    outlet_.send_message(frames_.frame(subscription.encoding, delivery.message));
    sent();
}

void StompSession::overflowed(const broker::Subscription&) {}

void StompSession::write(Command command, std::span<const stomp::HeaderView> headers, std::string_view body) {
    outlet_.send(control_frame(outlet_.framing(), version_, command, headers, body));
    sent();
}

void StompSession::sent() { heart_beats_.sent(timers_.now()); }

void StompSession::fail(const Error& error, std::optional<std::string_view> receipt) {
    if (phase_ == Phase::ended) return;
    std::vector<stomp::HeaderView> headers{{"message", error.message}, {"code", to_string(error.code)}};
    if (receipt && !receipt->empty()) headers.push_back({"receipt-id", *receipt});
    headers.push_back({"content-type", "text/plain;charset=utf-8"});
    write(Command::error, headers, error.message);
    log::info("session_error",
              {{"session", state_->id}, {"code", to_string(error.code)}, {"reason", error.message}});
    end({protocol_error, error.message});
}

void StompSession::end(CloseStatus status) {
    phase_ = Phase::ended;
    remove_subscriptions();
    timer_.cancel();
    outlet_.close(std::move(status));
}

void StompSession::remove_subscriptions() {
    for (const auto& own : subscriptions_) {
        hub_.unsubscribe(*this, own->subscription);
        frames_.release(own->subscription.encoding);
    }
    subscriptions_.clear();
}

void StompSession::on_time(base::TimePoint now) {
    if (now >= connect_deadline_) return fail({Errc::malformed, "No CONNECT came in time"}, std::nullopt);
    if (now >= frame_deadline_)
        return fail({Errc::malformed, "A frame was not completed in time"}, std::nullopt);
    if (heart_beats_.dead(now)) return fail({Errc::unavailable, "No heart-beat came in time"}, std::nullopt);
    if (heart_beats_.due(now)) {
        outlet_.send(heart_beat(outlet_.framing()));
        heart_beats_.sent(now);
    }
    rearm();
}

void StompSession::rearm() {
    if (phase_ == Phase::ended) return;
    timer_.set(std::min({connect_deadline_, frame_deadline_, heart_beats_.next_deadline()}));
}

}  // namespace stentor::session
