#pragma once

#include "stentor/events.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace stentor::session {

/// What happened on a shard and was not told yet. It is told at the end of the turn, when no session is at
/// work: listeners may do what they like. Shard-local.
class EventQueue {
public:
    explicit EventQueue(const Listeners& listeners) : listeners_(listeners) {}

    template <Event E>
    [[nodiscard]] bool wants() const {
        return !listeners_.of<E>().empty();
    }
    [[nodiscard]] bool wants_subscriptions() const {
        return wants<SessionSubscribed>() || wants<SessionUnsubscribed>();
    }
    template <Event E>
    void add(E event) {
        if (wants<E>()) waiting_.emplace_back(std::move(event));
    }
    /// A session's last one, after which its objects (session_scope.hpp) are let go.
    void ended(SessionDisconnected event);

    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    /// Tells all, also what happens meanwhile.
    void tell();

private:
    using Any = std::variant<SessionConnecting, SessionConnected, SessionSubscribed, SessionUnsubscribed,
                             SessionDisconnected, SlowConsumerClosed, BrokerAvailability>;
    template <Event E>
    void tell(const E& event) const;

    const Listeners& listeners_;
    std::vector<Any> waiting_;
};

}  // namespace stentor::session
