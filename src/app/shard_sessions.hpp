#pragma once

#include "app/shard.hpp"
#include "messaging/destination_pattern.hpp"
#include "stentor/user_registry.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

// One shard's sessions, looked at and ended one by one: what the UserRegistry, and other servers, ask of
// every shard. On the shard's thread.

[[nodiscard]] bool is_session(const hub::Client& client, std::string_view id);
/// Whether somebody of that name is logged in there.
[[nodiscard]] bool is_user(const hub::Client& client, std::string_view name);
/// Whether who is logged in there has that claim, given as "name=value".
[[nodiscard]] bool has_claim(const hub::Client& client, std::string_view claim);

template <class F>
void visit_subscriptions(const hub::Client& client, F visitor) {
    const auto& principal = client.state()->principal;
    const std::string user = principal ? principal->name : std::string();
    client.visit_subscriptions([&](std::string_view id, const std::string& destination) {
        visitor(SubscriptionInfo{client.state()->id, user, std::string(id), destination});
    });
}

using WantedSession = std::function<bool(const hub::Client&)>;
[[nodiscard]] std::vector<SessionInfo> sessions_where(Shard& shard, const WantedSession& wanted);
using WantedSubscription = std::function<bool(const SubscriptionInfo&)>;
[[nodiscard]] std::vector<SubscriptionInfo> subscriptions_where(Shard& shard,
                                                                const WantedSubscription& wanted);
[[nodiscard]] std::size_t count_subscriptions(Shard& shard);

/// How many were closed.
std::size_t close_where(Shard& shard, const WantedSession& wanted, const CloseStatus& status);
/// How many there were of it: 0 or 1.
std::size_t unsubscribe(Shard& shard, std::string_view session, std::string_view id);

}  // namespace stentor::app
