// How messages reach the client: at once, later, or not at all.
// Tests: tests/unit/session/stomp_acks_test.cpp, tests/unit/session/stomp_slow_test.cpp
#include "session/delivery_headers.hpp"
#include "session/stomp_frames.hpp"
#include "session/stomp_session.hpp"

namespace stentor::session {

void StompSession::deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) {
    if (phase_ == Phase::ended) return;
    if (subscription.may_lose && delivery.number == 0 && keep(subscription, delivery.message)) return;
    if (delivery.number != 0 && must_wait()) {
        unsettled().held_back.add(subscription, delivery);
        return in_next_turn();
    }
    hand_over(subscription, delivery);
}

void StompSession::deliver_all(const broker::Subscription& subscription,
                               std::span<const MessagePtr> messages) {
    if (phase_ == Phase::ended) return;
    const bool one_by_one =
        intercepts_out_ ||
        (subscription.may_lose && (!outlet_.takes_runs() || has_kept(subscription) || is_slow()));
    if (one_by_one) {
        for (const MessagePtr& message : messages) deliver(subscription, {message});
        return;
    }
    if (outlet_.takes_runs()) outlet_.send_message(shard_.frames.joined(subscription.encoding, messages));
    else
        for (const MessagePtr& message : messages)
            outlet_.send_message(shard_.frames.frame(subscription.encoding, message));
    sent();
}

void StompSession::hand_over(const broker::Subscription& subscription, const broker::Delivery& delivery) {
    if (intercepts_out_) deliver_intercepted(subscription, delivery);
    else send_message(subscription, delivery);
}

/// A message of a topic to who need not acknowledge it leaves no trace but that something was sent.
/// `changed`: the message is this subscription's alone.
void StompSession::send_message(const broker::Subscription& subscription, const broker::Delivery& delivery,
                                bool changed) {
    if (subscription.acknowledges || delivery.number != 0 || delivery.redelivered || !delivery.before.none())
        track(subscription, delivery, changed);
    else if (changed) send_own(subscription, *delivery.message, {});
    else outlet_.send_message(shard_.frames.frame(subscription.encoding, delivery.message));
    sent();
}

void StompSession::track(const broker::Subscription& subscription, const broker::Delivery& delivery,
                         bool changed) {
    Deliveries& deliveries = unsettled().deliveries;
    const auto ack_id = deliveries.note(subscription, delivery, shard_.timers.now());
    if (ack_id) arm(deliveries.deadline());
    const DeliveryHeaders own(version_ == stomp::Version::v1_2 ? ack_id : std::nullopt, delivery);
    if (own.all().empty() && !changed)
        outlet_.send_message(shard_.frames.frame(subscription.encoding, delivery.message));
    else send_own(subscription, *delivery.message, own.all());
    if (deliveries.too_many(subscription)) too_slow_ = true;
    if (!subscription.acknowledges) just_sent_ = true;
    if (too_slow_ || just_sent_) in_next_turn();
}

void StompSession::send_own(const broker::Subscription& subscription, const Message& message,
                            std::span<const stomp::HeaderView> own) {
    const std::string_view id = subscriptions_.find(subscription)->header();
    outlet_.send_message(shard_.frames.compressor().compress(
        message_frame(outlet_.framing(), version_, id, message, own), outlet_.deflate_bits()));
}

/// By its subscription's rules, when the client is slow: true when that is all that becomes of it for now.
/// Behind what was kept all is kept, so the order stays.
bool StompSession::keep(const broker::Subscription& subscription, const MessagePtr& message) {
    const bool follows = has_kept(subscription);
    if (!follows && !is_slow()) return false;
    const broker::SlowRule& rule = settings().slow_rules.find(message->destination);
    if (!follows && rule.policy == broker::SlowPolicy::close) return false;
    if (const auto gap = unsettled().kept_back.of(subscription, shard_.kept_bytes).add(rule, message)) {
        shard_.slow_consumers.count(*gap);
    } else {
        too_slow_ = true;
        in_next_turn();
    }
    return true;
}

/// As much as the peer may owe in one turn; for the rest there is a next one, or drained(). What was held
/// back first: it is under way already.
void StompSession::release_waiting() {
    if (!unsettled_) return;
    while (phase_ != Phase::ended && unsettled_->waits() && !is_congested()) {
        if (!unsettled_->held_back.empty()) {
            const HeldBack::Held held = unsettled_->held_back.take();
            hand_over(*held.subscription, {held.message, held.number, held.redelivered, held.before});
        } else {
            const KeptBack::Next next = unsettled_->kept_back.take();
            hand_over(*next.subscription, {next.taken.message, 0, false, next.taken.before});
        }
        if (unsettled_->waits()) in_next_turn();
    }
}

void StompSession::drained() {
    settle_written();
    release_waiting();
    let_go();
}

void StompSession::overflowed(const broker::Subscription&) {
    too_slow_ = true;
    in_next_turn();
}

/// What is written is as good as received: in ack mode auto nobody says more.
bool StompSession::settle_written() {
    if (phase_ == Phase::ended || outlet_.unsent() != 0) return false;
    if (unsettled_) unsettled_->deliveries.written();
    return true;
}

}  // namespace stentor::session
