// What the application has to do with a session besides its messages: events, interceptors, and its end.
// Tests: tests/unit/session/stomp_events_test.cpp, tests/unit/session/stomp_interceptors_test.cpp
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "session/stomp_requests.hpp"
#include "session/stomp_session.hpp"

#include <exception>
#include <utility>

namespace stentor::session {

using stomp::Command;

namespace {

ClientCommand command_of(Command command) {
    switch (command) {
        case Command::send: return ClientCommand::send;
        case Command::subscribe: return ClientCommand::subscribe;
        case Command::unsubscribe: return ClientCommand::unsubscribe;
        case Command::ack: return ClientCommand::ack;
        case Command::nack: return ClientCommand::nack;
        case Command::begin: return ClientCommand::begin;
        case Command::commit: return ClientCommand::commit;
        case Command::abort: return ClientCommand::abort;
        case Command::disconnect: return ClientCommand::disconnect;
        case Command::connect:
        case Command::stomp:
        case Command::connected:
        case Command::message:
        case Command::receipt:
        case Command::error: break;  // the server's are refused before
    }
    return ClientCommand::connect;
}

InboundFrame to_inbound(const stomp::Frame& frame, const std::shared_ptr<SessionState>& state) {
    InboundFrame seen{command_of(frame.command), Session(state), {}, std::string(frame.body)};
    for (const auto& [name, value] : frame.headers) seen.headers.add(name, value);
    return seen;
}

std::vector<stomp::HeaderView> views_of(const Headers& headers) {
    std::vector<stomp::HeaderView> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    return views;
}

/// What the first of them says that does not let it pass.
template <class Chain, class Seen>
Verdict decide(const Chain& chain, Seen& seen, const SessionState& session) {
    try {
        for (const auto& interceptor : chain)
            if (Verdict verdict = interceptor(seen); verdict.kind != Verdict::Kind::pass) return verdict;
        return Verdict::pass();
    } catch (const std::exception& e) {
        log::error("interceptor_failed", {{"session", session.id}, {"reason", e.what()}});
    } catch (...) {
        log::error("interceptor_failed", {{"session", session.id}, {"reason", "not a std::exception"}});
    }
    return Verdict::refuse("The message could not be handled", Errc::failed);
}

}  // namespace

void StompSession::intercept_connect(const stomp::Frame& frame) {
    InboundFrame seen = to_inbound(frame, state_);
    const Verdict verdict = decide(settings().hooks.interceptors.inbound, seen, *state_);
    if (verdict.kind == Verdict::Kind::drop) return;
    if (verdict.kind == Verdict::Kind::refuse)
        return fail(verdict.error, frame.header("receipt"), protocol_error, DisconnectReason::refused);
    if (seen.principal) {
        state_->principal = std::make_shared<const Principal>(std::move(*seen.principal));
        if (login_) login_->is_vouched = true;
    }
    connect({frame.command, views_of(seen.headers), seen.body});
}

void StompSession::intercept(const stomp::Frame& frame, hub::Ticket ticket) {
    InboundFrame seen = to_inbound(frame, state_);
    const Verdict verdict = decide(settings().hooks.interceptors.inbound, seen, *state_);
    if (verdict.kind == Verdict::Kind::pass)
        return handle({frame.command, views_of(seen.headers), seen.body}, ticket);
    if (frame.command == Command::subscribe) withdraw(frame.header("id").value_or(""));
    if (verdict.kind == Verdict::Kind::drop) return finished(ticket, {});
    refuse(seen.headers, verdict.error, ticket);
}

/// As the hub answers for what the application refuses.
void StompSession::refuse(const Headers& frame, const Error& error, hub::Ticket ticket) {
    const bool by_error = asked_receipt(ticket) || frame.contains("transaction");
    const std::string destination(frame.find("destination").value_or(""));
    const bool told = !by_error && shard_.hub.tell_error(*this, error, destination, frame);
    if (told) finished(ticket, {});
    else refused(ticket, error, frame);
}

/// For the rules of access; what they are about is over then, and the session too unless it is told so.
void StompSession::deny(const stomp::Frame& frame, const Error& error, hub::Ticket ticket) {
    if (!settings().tells_denied) return refused(ticket, error, frame.header("correlation-id"));
    if (frame.command == Command::subscribe) withdraw(frame.header("id").value_or(""));
    Headers headers;
    for (const auto& [name, value] : frame.headers) headers.add(name, value);
    refuse(headers, error, ticket);
}

void StompSession::deliver_intercepted(const broker::Subscription& subscription,
                                       const broker::Delivery& delivery) {
    OutboundMessage seen(Session(state_), subscriptions_.find(subscription)->header(), delivery.message);
    const Verdict verdict = decide(settings().hooks.interceptors.outbound, seen, *state_);
    if (verdict.kind != Verdict::Kind::pass) {
        if (delivery.number == 0) return;
        unsettled().deliveries.skip(subscription, delivery.number);
        just_sent_ = true;
        return in_next_turn();
    }
    send_message(subscription, {seen.shared(), delivery.number, delivery.redelivered, delivery.before},
                 seen.is_changed());
}

void StompSession::visit_subscriptions(const Visitor& visitor) const {
    for (const Subscriptions::Entry& own : subscriptions_)
        visitor(own.header(), own.subscription.destination);
}

bool StompSession::close(const std::string& reason, std::uint16_t code) {
    if (phase_ == Phase::ended) return false;
    fail({Errc::closed, base::to_utf8(reason)}, std::nullopt, code, DisconnectReason::by_application);
    return true;
}

bool StompSession::unsubscribe(std::string_view id) {
    Subscriptions::Entry* const entry = id.empty() ? nullptr : subscriptions_.find(id);
    if (entry == nullptr || phase_ == Phase::ended) return false;
    end_subscription(*entry, {Errc::closed, "The application ended the subscription"});
    let_go();
    return true;
}

/// Ending one may end the session, and with it the others.
std::size_t StompSession::end_subscriptions(const Keeps& keeps, const Error& why) {
    std::vector<std::string> ids;
    for (const Subscriptions::Entry& own : subscriptions_)
        if (!keeps(own.subscription.destination)) ids.push_back(own.subscription.id);
    std::size_t ended = 0;
    for (const std::string& id : ids) {
        Subscriptions::Entry* const entry = subscriptions_.find(id);
        if (entry == nullptr || phase_ == Phase::ended) break;
        end_subscription(*entry, why);
        ++ended;
    }
    let_go();
    return ended;
}

/// One that the client did not end, and hears of.
void StompSession::end_subscription(Subscriptions::Entry& entry, const Error& why) {
    const std::string destination = entry.subscription.destination;
    withdraw(entry.header());
    end_subscription(entry);
    if (phase_ != Phase::ended) shard_.hub.tell_error(*this, why, destination, {});
}

/// Of as many as it may have: the latest.
void StompSession::withdraw(std::string_view id) {
    if (id.empty() || id.size() > settings().max_id) return;
    (void)was_withdrawn(id);  // no more than once
    std::vector<std::string>& withdrawn = unsettled().withdrawn;
    if (withdrawn.size() >= settings().max_subscriptions) withdrawn.erase(withdrawn.begin());
    withdrawn.emplace_back(id);
}

/// And is not any more.
bool StompSession::was_withdrawn(std::string_view id) {
    return unsettled_ && std::erase(unsettled_->withdrawn, id) != 0;
}

void StompSession::tell_subscribed(hub::Ticket ticket) {
    for (Subscriptions::Entry& own : subscriptions_) {
        if (own.ticket != ticket || std::exchange(own.is_active, true)) continue;
        shard_.events.add(
            SessionSubscribed{Session(state_), std::string(own.header()), own.subscription.destination});
    }
}

void StompSession::tell_unsubscribed(const Subscriptions::Entry& entry) {
    if (!entry.is_active) return;
    shard_.events.add(
        SessionUnsubscribed{Session(state_), std::string(entry.header()), entry.subscription.destination});
}

/// Once, whatever comes together.
void StompSession::tell_ended(DisconnectReason reason, const CloseStatus& status) {
    if (told_ended_) return;
    told_ended_ = true;
    shard_.events.ended({Session(state_), ending_.value_or(reason), status, was_connected_});
}

}  // namespace stentor::session
