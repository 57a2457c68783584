// Where a client wants the answers to what it sends.
// Tests: tests/unit/session/stomp_replies_test.cpp
#include "session/stomp_requests.hpp"
#include "session/stomp_session.hpp"

namespace stentor::session {

/// A temporary queue is told to others by the name under which they reach it.
Result<void> StompSession::take_reply_to(const stomp::Frame& frame, Message& message) {
    const auto to = read_reply_to(frame, settings());
    if (to.has_error()) return to.error();
    if (!hub::is_temp_queue(*to)) return {};
    if (const auto ok = shard_.hub.check_temp_reply(message.destination); ok.has_error()) return ok;
    if (subscriptions_.find_by_destination(*to) == nullptr)
        if (const auto ok = open_temp_queue(*to); ok.has_error()) return ok;
    const Subscriptions::Entry& queue = *subscriptions_.find_by_destination(*to);
    message.headers.set("reply-to", shard_.hub.reply_name(queue.subscription));
    return {};
}

/// As RabbitMQ does it: the session is subscribed to it from its first mention on, and the subscription's id
/// is its name.
Result<void> StompSession::open_temp_queue(std::string_view name) {
    const SubscribeRequest request{name, name, AckMode::automatic, {}, {}, {}};
    if (const auto ok = check_room(request, subscriptions_, settings()); ok.has_error()) return ok;
    constexpr hub::Ticket nobodys = 0;  // no frame asked for it
    return shard_.hub.open_temp_queue(add(request, nobodys).subscription);
}

}  // namespace stentor::session
