#pragma once

#include "app/shard.hpp"
#include "messaging/destination_pattern.hpp"
#include "nodes/letter.hpp"
#include "stentor/user_registry.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

// One shard's sessions, looked at and ended one by one: what the UserRegistry, and other servers, ask of
// every shard. On the shard's thread.

/// Those of that id, of the user of that name, or of users with that claim, given as "name=value".
struct SessionChoice {
    nodes::Target by;
    std::string name;
    [[nodiscard]] bool matches(std::string_view id, const Principal* user) const;
};

template <class F>
void visit_subscriptions(const hub::Client& client, F visitor) {
    const auto& principal = client.state()->principal;
    const std::string user = principal ? principal->name : std::string();
    client.visit_subscriptions([&](std::string_view id, const std::string& destination) {
        visitor(SubscriptionInfo{client.state()->id, user, std::string(id), destination});
    });
}

/// STOMP sessions; without a choice all of them.
[[nodiscard]] std::vector<SessionInfo> sessions_where(Shard& shard,
                                                      const std::optional<SessionChoice>& choice);
using WantedSubscription = std::function<bool(const SubscriptionInfo&)>;
[[nodiscard]] std::vector<SubscriptionInfo> subscriptions_where(Shard& shard,
                                                                const WantedSubscription& wanted);
[[nodiscard]] std::size_t count_subscriptions(Shard& shard);

/// How many were closed, those at a WebSocketHandler too. Such as are about to CONNECT end then.
std::size_t close_where(Shard& shard, const SessionChoice& choice, const CloseStatus& status);
/// How many there were of it: 0 or 1.
std::size_t unsubscribe(Shard& shard, std::string_view session, std::string_view id);

}  // namespace stentor::app
