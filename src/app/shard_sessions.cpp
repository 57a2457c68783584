// Tests: tests/flow/user_registry_flow_test.cpp, tests/flow/nodes_flow_test.cpp
#include "app/shard_sessions.hpp"

#include "session/handler_session.hpp"

#include <algorithm>
#include <utility>

namespace stentor::app {

namespace {

bool has_claim(const Principal& user, std::string_view claim) {
    return std::ranges::any_of(user.claims, [claim](const auto& own) {
        return claim.size() == own.first.size() + 1 + own.second.size() && claim.starts_with(own.first) &&
               claim[own.first.size()] == '=' && claim.ends_with(own.second);
    });
}

std::size_t close_handler_sessions(Shard& shard, const SessionChoice& choice, const CloseStatus& status) {
    std::vector<std::uint64_t> keys;
    shard.handler_sessions().for_each([&](const session::HandlerSession& each) {
        const auto& user = each.link().handshake.principal;
        if (choice.matches(each.link().id, user ? &*user : nullptr)) keys.push_back(each.link().key);
    });
    std::size_t closed = 0;
    for (const std::uint64_t key : keys) {
        session::HandlerSession* const found = shard.handler_sessions().find(key);
        if (found != nullptr && found->end(status)) ++closed;
    }
    return closed;
}

}  // namespace

bool SessionChoice::matches(std::string_view id, const Principal* user) const {
    if (by == nodes::Target::session) return id == name;
    return user != nullptr && (by == nodes::Target::user ? user->name == name : has_claim(*user, name));
}

std::vector<SessionInfo> sessions_where(Shard& shard, const std::optional<SessionChoice>& choice) {
    std::vector<SessionInfo> found;
    shard.hub().users().for_each([&](const hub::Client& client) {
        const auto& principal = client.state()->principal;
        if (choice && !choice->matches(client.state()->id, principal.get())) return;
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
std::size_t close_where(Shard& shard, const SessionChoice& choice, const CloseStatus& status) {
    hub::UserDirectory& users = shard.hub().users();
    std::vector<std::uint64_t> keys;
    users.for_each([&](const hub::Client& client) {
        if (choice.matches(client.state()->id, client.state()->principal.get())) keys.push_back(client.key);
    });
    if (choice.by != nodes::Target::session)  // of which nobody can know before it is connected
        shard.end_when_connecting(
            [choice](std::string_view id, const Principal* user) { return choice.matches(id, user); });
    std::size_t closed = close_handler_sessions(shard, choice, status);
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
        if (client.state()->id == session) found = users.find(client.key);
    });
    return found != nullptr && found->unsubscribe(id) ? 1 : 0;
}

}  // namespace stentor::app
