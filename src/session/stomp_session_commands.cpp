// What a connected client's frames do.
// Tests: tests/unit/session/stomp_acks_test.cpp, tests/unit/session/stomp_transactions_test.cpp
#include "session/stomp_requests.hpp"
#include "session/stomp_session.hpp"

#include <utility>

namespace stentor::session {

using stomp::Command;

/// A function may ask for all values of a header.
Repeated StompSession::repeated(const stomp::Frame& frame) const {
    return shard_.hub.is_for_application(frame.header("destination").value_or("")) ? Repeated::all
                                                                                   : Repeated::first;
}

void StompSession::send(const stomp::Frame& frame, hub::Ticket ticket) {
    if (is_renewal(frame)) return renew(frame, ticket);
    if (shard_.memory != nullptr && shard_.memory->slows_publishers()) slow_down();
    auto message = read_send(frame, settings(), repeated(frame));
    if (message.has_error()) return refused(ticket, message.error(), frame.header("correlation-id"));
    if (const auto ok = check_access(**message); ok.has_error()) return deny(frame, ok.error(), ticket);
    if (frame.header("reply-to"))
        if (const auto ok = take_reply_to(frame, **message); ok.has_error())
            return refused(ticket, ok.error(), (*message)->headers);
    if (!frame.header("transaction")) return shard_.hub.send(*this, std::move(*message), ticket);
    if (const auto ok = shard_.hub.check_send((*message)->destination); ok.has_error())
        return refused(ticket, ok.error(), (*message)->headers);
    enlist(frame, std::move(**message), ticket);
}

/// Before anybody else hears of it.
Result<void> StompSession::check_access(const Message& message) {
    hub::Gatekeeper& gatekeeper = shard_.hub.gatekeeper();
    const auto ok = gatekeeper.check_send(*state_, message.destination, &message.headers);
    return ok.has_error() ? ok : gatekeeper.check_reply_to(*state_, message.headers);
}

void StompSession::subscribe(const stomp::Frame& frame, hub::Ticket ticket) {
    const auto request = read_subscribe(frame, version_, settings());
    if (request.has_error()) return finished(ticket, request.error());
    Headers headers = client_headers(frame, repeated(frame));
    if (const auto ok = shard_.hub.gatekeeper().check_subscribe(*state_, request->destination, &headers);
        ok.has_error())
        return deny(frame, ok.error(), ticket);
    if (const auto ok = check_room(*request, subscriptions_, settings()); ok.has_error())
        return finished(ticket, ok);
    (void)was_withdrawn(request->id);
    Subscriptions::Entry& entry = add(*request, ticket);
    shard_.hub.subscribe(*this, entry.subscription, std::move(headers), ticket);
}

Subscriptions::Entry& StompSession::add(const SubscribeRequest& request, hub::Ticket ticket) {
    Subscriptions::Entry& entry =
        subscriptions_.add(shard_.texts, *this, request.id, request.destination, ticket);
    entry.ack_mode = request.ack_mode;
    entry.subscription.acknowledges = request.ack_mode != AckMode::automatic;
    entry.subscription.may_lose = settings().slow_rules.concern(request.destination);
    entry.subscription.window = request.window;
    entry.subscription.history = request.history;
    entry.subscription.selector = request.selector;
    entry.subscription.encoding =
        shard_.frames.acquire(request.id, version_, outlet_.framing(), outlet_.deflate_bits());
    return entry;
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
    if (entry == nullptr && was_withdrawn(id)) return finished(ticket, {});
    if (entry == nullptr) return finished(ticket, Error{Errc::not_found, "There is no such subscription"});
    end_subscription(*entry);
    finished(ticket, {});
}

void StompSession::end_subscription(Subscriptions::Entry& entry) {
    const hub::Ticket subscribed = entry.ticket;
    settle_written();  // what the client had before it left
    if (unsettled_) {
        unsettled_->deliveries.forget(entry.subscription);
        unsettled_->held_back.forget(entry.subscription);
        unsettled_->kept_back.forget(entry.subscription);
    }
    remove(entry);
    tell_unsubscribed(entry);
    subscriptions_.remove(shard_.texts, entry);
    finished(subscribed, {});  // if it was still under way, nobody else will say so
}

void StompSession::acknowledge(const stomp::Frame& frame, hub::Ticket ticket) {
    const auto request = read_ack(frame, version_);
    if (request.has_error()) return finished(ticket, request.error());
    const auto id = unsettled().deliveries.find(*request, version_);
    if (id.has_error()) return finished(ticket, id.error());
    if (!*id) return finished(ticket, {});
    const Transactions::Acknowledgement acknowledgement{**id, request->how};
    if (frame.header("transaction")) return enlist(frame, acknowledgement, ticket);
    finished(ticket, unsettled().deliveries.settle(acknowledgement));
}

void StompSession::transact(const stomp::Frame& frame, hub::Ticket ticket) {
    const auto id = read_transaction(frame, settings());
    if (id.has_error()) return finished(ticket, id.error());
    Transactions& transactions = unsettled().transactions;
    if (frame.command == Command::begin) {
        const auto begun = transactions.begin(*id, shard_.timers.now());
        arm(transactions.deadline());
        return finished(ticket, begun);
    }
    if (frame.command == Command::abort) return finished(ticket, transactions.abort(*id));
    auto effects = transactions.commit(*id);
    if (effects.has_error()) return finished(ticket, effects.error());
    if (effects->empty()) return finished(ticket, {});
    perform(ticket, std::move(*effects));
}

/// A frame of a transaction has done all it does when it was taken into it.
void StompSession::enlist(const stomp::Frame& frame, Transactions::Effect effect, hub::Ticket ticket) {
    const auto id = read_transaction(frame, settings());
    finished(ticket, id.has_error() ? Result<void>(id.error())
                                    : unsettled().transactions.add(*id, std::move(effect)));
}

/// At COMMIT: the rules may be others than when it was sent. A reply queue in its `reply-to` was told by the
/// session itself then.
Result<void> StompSession::check_again(const Message& message) {
    hub::Gatekeeper& gatekeeper = shard_.hub.gatekeeper();
    const auto ok = gatekeeper.check_send(*state_, message.destination, &message.headers);
    if (ok.has_error() || hub::is_reply_queue(message.headers.find("reply-to").value_or(""))) return ok;
    return gatekeeper.check_reply_to(*state_, message.headers);
}

/// What can be told beforehand is: then nothing has happened. The broker gets its messages together.
void StompSession::perform(hub::Ticket commit, std::vector<Transactions::Effect> effects) {
    std::vector<std::shared_ptr<Message>> together;
    std::vector<std::shared_ptr<Message>> others;
    Commits::Acknowledgements acknowledgements;
    for (Transactions::Effect& effect : effects) {
        if (auto* const message = std::get_if<Message>(&effect)) {
            if (const auto ok = check_again(*message); ok.has_error()) return finished(commit, ok);
            auto& those = shard_.hub.is_for_broker(message->destination) ? together : others;
            those.push_back(std::make_shared<Message>(std::move(*message)));
            continue;
        }
        acknowledgements.push_back(std::get<Transactions::Acknowledgement>(effect));
        const auto ok = unsettled().deliveries.check(acknowledgements.back());
        if (ok.has_error()) return finished(commit, ok);
    }
    const std::size_t count = others.size() + (together.empty() ? 0 : 1);
    if (count == 0) {
        settle_all(acknowledgements);
        return finished(commit, {});
    }
    unsettled().commits.start(commit, count, std::move(acknowledgements));
    last_ticket_ += count;
    if (!together.empty()) shard_.hub.send_all(*this, std::move(together), ++commit);
    for (std::shared_ptr<Message>& message : others) {
        if (phase_ == Phase::ended) return;  // one before it failed
        shard_.hub.send(*this, std::move(message), ++commit);
    }
}

/// Of a COMMIT: the client knows how each ended, also where one of them settled another too.
void StompSession::settle_all(const Commits::Acknowledgements& acknowledgements) {
    for (const Transactions::Acknowledgement& each : acknowledgements)
        (void)unsettled().deliveries.settle(each);
}

/// Whether all of the COMMIT is there now.
bool StompSession::end_effect(hub::Ticket commit) {
    const auto acknowledgements = unsettled_->commits.one_done(commit);
    if (acknowledgements) settle_all(*acknowledgements);
    return acknowledgements.has_value();
}

/// "DISCONNECT: earlier frames are processed, then RECEIPT, then close": an empty id stands for no receipt.
void StompSession::disconnect(hub::Ticket ticket) {
    phase_ = Phase::disconnecting;
    phase_deadline_ = shard_.timers.now() + settings().disconnect_timeout;
    arm(phase_deadline_);
    if (unsettled_) unsettled_->transactions.abort_all();
    if (!receipts_.asked(ticket)) receipts_.ask(ticket, {});
    finished(ticket, {});
}

}  // namespace stentor::session
