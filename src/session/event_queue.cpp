// Tests: tests/unit/session/stomp_events_test.cpp
#include "session/event_queue.hpp"

#include "base/log.hpp"
#include "stentor/session_scope.hpp"

#include <exception>
#include <type_traits>
#include <utility>

namespace stentor {

const char* to_string(DisconnectReason reason) noexcept {
    switch (reason) {
        case DisconnectReason::by_client: return "by-client";
        case DisconnectReason::by_application: return "by-application";
        case DisconnectReason::protocol_error: return "protocol-error";
        case DisconnectReason::refused: return "refused";
        case DisconnectReason::timed_out: return "timed-out";
        case DisconnectReason::heart_beats_lost: return "heart-beats-lost";
        case DisconnectReason::expired: return "expired";
        case DisconnectReason::slow_consumer: return "slow-consumer";
        case DisconnectReason::server_stops: return "server-stops";
        case DisconnectReason::connection_lost: return "connection-lost";
    }
    return "";
}

namespace session {
namespace {

/// What is the session's own may be the user's, and throw when it dies.
void end_scope(Session session) {
    try {
        detail::end_scope(*session.state());
    } catch (const std::exception& e) {
        log::error("session_scope_failed", {{"session", session.id()}, {"reason", e.what()}});
    }
}

}  // namespace

void EventQueue::ended(SessionDisconnected event) {
    if (event.reason == DisconnectReason::slow_consumer) add(SlowConsumerClosed{event.session});
    if (wants<SessionDisconnected>()) waiting_.emplace_back(std::move(event));
    else end_scope(event.session);
}

template <Event E>
void EventQueue::tell(const E& event) const {
    for (const auto& listener : listeners_.of<E>()) try {
            listener(event);
        } catch (const std::exception& e) {
            log::error("listener_failed", {{"reason", e.what()}});
        } catch (...) { log::error("listener_failed", {{"reason", "not a std::exception"}}); }
    if constexpr (std::is_same_v<E, SessionDisconnected>) end_scope(event.session);
}

void EventQueue::tell() {
    while (!waiting_.empty())
        for (const Any& event : std::exchange(waiting_, {}))
            std::visit([this](const auto& own) { tell(own); }, event);
}

}  // namespace session
}  // namespace stentor
