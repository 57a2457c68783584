#pragma once

#include "stentor/pending.hpp"
#include "stentor/websocket_handler.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stentor {

/// A subscription in force.
struct SubscriptionInfo {
    std::string session;
    std::string user;         ///< empty: nobody is logged in
    std::string id;           ///< the client's; empty where it gave none (STOMP 1.0)
    std::string destination;  ///< as subscribed
};

/// A connected STOMP session.
struct SessionInfo {
    std::string id;
    std::string user;  ///< empty: nobody is logged in
    std::vector<SubscriptionInfo> subscriptions;
};

/// Somebody who is logged in, with all sessions.
struct UserInfo {
    std::string name;
    std::vector<SessionInfo> sessions;
};

/// Who is connected to this server, and a hand on them: what ends sessions and subscriptions does so on all
/// servers that share an external broker (nodes.hpp); what asks is about this one. There is no list of it
/// anywhere: every call asks all shards, each of which looks through its sessions (some 100 ns each), so it
/// is as true as can be and costs nothing while nobody asks. Any thread; see Pending for how the answer
/// comes.
class UserRegistry {
public:
    /// Those who are logged in, by name.
    [[nodiscard]] Pending<std::vector<UserInfo>> users();
    [[nodiscard]] Pending<std::optional<UserInfo>> user(std::string name);
    [[nodiscard]] Pending<std::size_t> user_count();
    /// Also of those who are nobody.
    [[nodiscard]] Pending<std::vector<SessionInfo>> sessions();
    [[nodiscard]] Pending<std::optional<SessionInfo>> session(std::string id);
    [[nodiscard]] Pending<std::size_t> session_count();
    [[nodiscard]] Pending<std::size_t> subscription_count();
    /// Those for which `wanted` is true. It is called on all shards, at the same time.
    [[nodiscard]] Pending<std::vector<SubscriptionInfo>> find_subscriptions(
        std::function<bool(const SubscriptionInfo&)> wanted);
    /// Those whose destination, taken as it was subscribed, the pattern matches: "/topic/room/*". Throws
    /// std::invalid_argument when it is none.
    [[nodiscard]] Pending<std::vector<SubscriptionInfo>> find_subscriptions(const std::string& pattern);

    /// Ends a session: its client gets ERROR with the status's reason as message and the code `closed`, and
    /// over WebSocket and SockJS the close status. False when there is none of that id. May be called by the
    /// session's own functions. Throws std::invalid_argument when the status's code may not be sent.
    Pending<bool> close_session(std::string id, CloseStatus status = default_status());
    /// All sessions of that user; how many they were.
    Pending<std::size_t> close_user(std::string name, CloseStatus status = default_status());
    /// All sessions whose principal has that claim, such as a token's "sid" or "jti"; how many they were.
    Pending<std::size_t> close_claim(std::string name, std::string value,
                                     CloseStatus status = default_status());
    /// Ends a subscription; its client hears of that on its error destination, with the code `closed`, and
    /// may still unsubscribe. False when there is none of that id.
    Pending<bool> unsubscribe(std::string session, std::string id);

    static CloseStatus default_status() { return {1008, "The application closed the session"}; }

    explicit UserRegistry(app::Inside& inside) : inside_(inside) {}

private:
    app::Inside& inside_;
};

}  // namespace stentor
