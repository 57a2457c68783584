// Tests: tests/flow/user_registry_flow_test.cpp, tests/flow/nodes_flow_test.cpp
#include "app/shard_sessions.hpp"

#include <algorithm>
#include <utility>

namespace stentor::app {

bool is_session(const hub::Client& client, std::string_view id) { return client.state()->id == id; }

bool is_user(const hub::Client& client, std::string_view name) {
    const auto& principal = client.state()->principal;
    return principal && principal->name == name;
}

bool has_claim(const hub::Client& client, std::string_view claim) {
    const auto& principal = client.state()->principal;
    return principal && std::ranges::any_of(principal->claims, [claim](const auto& own) {
               return claim.size() == own.first.size() + 1 + own.second.size() &&
                      claim.starts_with(own.first) && claim[own.first.size()] == '=' &&
                      claim.ends_with(own.second);
           });
}

std::vector<SessionInfo> sessions_where(Shard& shard, const WantedSession& wanted) {
    std::vector<SessionInfo> found;
    shard.hub().users().for_each([&](const hub::Client& client) {
        if (!wanted(client)) return;
        const auto& principal = client.state()->principal;
        SessionInfo& info = found.emplace_back(
            SessionInfo{client.state()->id, principal ? principal->name : std::string(), {}});
        visit_subscriptions(client,
                            [&](SubscriptionInfo own) { info.subscriptions.push_back(std::move(own)); });
    });
    return found;
}

std::vector<SubscriptionInfo> subscriptions_where(Shard& shard, const WantedSubscription& wanted) {
    std::vector<SubscriptionInfo> found;
    shard.hub().users().for_each([&](const hub::Client& client) {
        visit_subscriptions(client, [&](SubscriptionInfo own) {
            if (wanted(own)) found.push_back(std::move(own));
        });
    });
    return found;
}

std::size_t count_subscriptions(Shard& shard) {
    std::size_t count = 0;
    shard.hub().users().for_each([&](const hub::Client& client) {
        client.visit_subscriptions([&](std::string_view, const std::string&) { ++count; });
    });
    return count;
}

/// Closing one may end others: they are looked up one by one.
std::size_t close_where(Shard& shard, const WantedSession& wanted, const CloseStatus& status) {
    hub::UserDirectory& users = shard.hub().users();
    std::vector<std::uint64_t> keys;
    users.for_each([&](const hub::Client& client) {
        if (wanted(client)) keys.push_back(client.key);
    });
    std::size_t closed = 0;
    for (const std::uint64_t key : keys) {
        hub::Client* const client = users.find(key);
        if (client != nullptr && client->close(status.reason, status.code)) ++closed;
    }
    return closed;
}

std::size_t unsubscribe(Shard& shard, std::string_view session, std::string_view id) {
    hub::UserDirectory& users = shard.hub().users();
    hub::Client* found = nullptr;
    users.for_each([&](const hub::Client& client) {
        if (is_session(client, session)) found = users.find(client.key);
    });
    return found != nullptr && found->unsubscribe(id) ? 1 : 0;
}

}  // namespace stentor::app
