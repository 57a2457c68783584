// Tests: tests/flow/user_registry_flow_test.cpp
#include "stentor/user_registry.hpp"

#include "app/inside.hpp"
#include "app/pending_answer.hpp"
#include "messaging/destination_pattern.hpp"
#include "websocket/close_code.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

namespace stentor {
namespace {

template <class T>
using List = std::vector<T>;

std::string user_of(const hub::Client& client) {
    const auto& principal = client.state()->principal;
    return principal ? principal->name : std::string();
}

bool is_session(const hub::Client& client, const std::string& id) { return client.state()->id == id; }

bool is_user(const hub::Client& client, const std::string& name) {
    const auto& principal = client.state()->principal;
    return principal && principal->name == name;
}

template <class F>
void visit(const hub::Client& client, F visitor) {
    client.visit_subscriptions([&](std::string_view id, const std::string& destination) {
        visitor(SubscriptionInfo{client.state()->id, user_of(client), std::string(id), destination});
    });
}

SessionInfo info_of(const hub::Client& client) {
    SessionInfo info{client.state()->id, user_of(client), {}};
    visit(client, [&](SubscriptionInfo own) { info.subscriptions.push_back(std::move(own)); });
    return info;
}

/// What `wanted` is true for, on one shard.
template <class Wanted>
List<SessionInfo> sessions_where(app::Shard& shard, Wanted wanted) {
    List<SessionInfo> found;
    shard.hub().users().for_each([&](const hub::Client& client) {
        if (wanted(client)) found.push_back(info_of(client));
    });
    return found;
}

template <class T>
List<T> joined(List<List<T>> all) {
    List<T> one;
    for (List<T>& each : all)
        one.insert(one.end(), std::make_move_iterator(each.begin()), std::make_move_iterator(each.end()));
    return one;
}

List<UserInfo> by_user(List<List<SessionInfo>> all) {
    std::map<std::string, UserInfo> users;
    for (SessionInfo& session : joined(std::move(all))) {
        UserInfo& user = users[session.user];
        user.name = session.user;
        user.sessions.push_back(std::move(session));
    }
    List<UserInfo> list;
    for (auto& [name, user] : users) list.push_back(std::move(user));
    return list;
}

template <class T>
std::optional<T> first_of(List<T> found) {
    return found.empty() ? std::nullopt : std::optional<T>(std::move(found.front()));
}

/// Closing one may end others: they are looked up one by one.
template <class Wanted>
std::size_t close_where(app::Shard& shard, Wanted wanted, const CloseStatus& status) {
    hub::UserDirectory& users = shard.hub().users();
    List<std::uint64_t> keys;
    users.for_each([&](const hub::Client& client) {
        if (wanted(client)) keys.push_back(client.key);
    });
    std::size_t closed = 0;
    for (const std::uint64_t key : keys) {
        hub::Client* const client = users.find(key);
        if (client == nullptr || !client->close(status.reason, status.code)) continue;
        ++closed;
    }
    return closed;
}

void check(const CloseStatus& status) {
    if (!websocket::may_be_sent(status.code))
        throw std::invalid_argument("a session cannot be closed with the code " +
                                    std::to_string(status.code));
}

bool any_of(const std::vector<std::size_t>& all) { return app::sum_of(all) != 0; }

}  // namespace

Pending<List<UserInfo>> UserRegistry::users() {
    return app::ask_for<List<UserInfo>>(
        inside_,
        [](app::Shard& shard) {
            return sessions_where(shard,
                                  [](const hub::Client& c) { return c.state()->principal != nullptr; });
        },
        by_user);
}

Pending<std::optional<UserInfo>> UserRegistry::user(std::string name) {
    return app::ask_for<std::optional<UserInfo>>(
        inside_,
        [name = std::move(name)](app::Shard& shard) {
            return sessions_where(shard, [&](const hub::Client& c) { return is_user(c, name); });
        },
        [](List<List<SessionInfo>> all) { return first_of(by_user(std::move(all))); });
}

Pending<std::size_t> UserRegistry::user_count() {
    return app::ask_for<std::size_t>(
        inside_,
        [](app::Shard& shard) {
            std::set<std::string> names;
            shard.hub().users().for_each([&](const hub::Client& client) {
                if (client.state()->principal) names.insert(client.state()->principal->name);
            });
            return names;
        },
        [](List<std::set<std::string>> all) {
            std::set<std::string> names;
            for (std::set<std::string>& each : all) names.merge(each);
            return names.size();
        });
}

Pending<List<SessionInfo>> UserRegistry::sessions() {
    return app::ask_for<List<SessionInfo>>(
        inside_,
        [](app::Shard& shard) { return sessions_where(shard, [](const hub::Client&) { return true; }); },
        joined<SessionInfo>);
}

Pending<std::optional<SessionInfo>> UserRegistry::session(std::string id) {
    return app::ask_for<std::optional<SessionInfo>>(
        inside_,
        [id = std::move(id)](app::Shard& shard) {
            return sessions_where(shard, [&](const hub::Client& c) { return is_session(c, id); });
        },
        [](List<List<SessionInfo>> all) { return first_of(joined(std::move(all))); });
}

Pending<std::size_t> UserRegistry::session_count() {
    return app::ask_for<std::size_t>(
        inside_, [](app::Shard& shard) { return shard.hub().users().sessions(); }, app::sum_of);
}

Pending<std::size_t> UserRegistry::subscription_count() {
    return app::ask_for<std::size_t>(
        inside_,
        [](app::Shard& shard) {
            std::size_t count = 0;
            shard.hub().users().for_each([&](const hub::Client& client) {
                client.visit_subscriptions([&](std::string_view, const std::string&) { ++count; });
            });
            return count;
        },
        app::sum_of);
}

Pending<List<SubscriptionInfo>> UserRegistry::find_subscriptions(
    std::function<bool(const SubscriptionInfo&)> wanted) {
    return app::ask_for<List<SubscriptionInfo>>(
        inside_,
        [wanted = std::move(wanted)](app::Shard& shard) {
            List<SubscriptionInfo> found;
            shard.hub().users().for_each([&](const hub::Client& client) {
                visit(client, [&](SubscriptionInfo own) {
                    if (wanted(own)) found.push_back(std::move(own));
                });
            });
            return found;
        },
        joined<SubscriptionInfo>);
}

Pending<List<SubscriptionInfo>> UserRegistry::find_subscriptions(const std::string& pattern) {
    const auto parsed = messaging::DestinationPattern::parse(pattern);
    if (parsed.has_error()) throw std::invalid_argument(parsed.error().message);
    return find_subscriptions(
        [pattern = *parsed](const SubscriptionInfo& own) { return pattern.matches(own.destination); });
}

Pending<bool> UserRegistry::close_session(std::string id, CloseStatus status) {
    check(status);
    return app::ask_for<bool>(
        inside_,
        [id = std::move(id), status = std::move(status)](app::Shard& shard) {
            return close_where(
                shard, [&](const hub::Client& c) { return is_session(c, id); }, status);
        },
        any_of);
}

Pending<std::size_t> UserRegistry::close_user(std::string name, CloseStatus status) {
    check(status);
    return app::ask_for<std::size_t>(
        inside_,
        [name = std::move(name), status = std::move(status)](app::Shard& shard) {
            return close_where(
                shard, [&](const hub::Client& c) { return is_user(c, name); }, status);
        },
        app::sum_of);
}

Pending<bool> UserRegistry::unsubscribe(std::string session, std::string id) {
    return app::ask_for<bool>(
        inside_,
        [session = std::move(session), id = std::move(id)](app::Shard& shard) {
            hub::UserDirectory& users = shard.hub().users();
            hub::Client* found = nullptr;
            users.for_each([&](const hub::Client& client) {
                if (is_session(client, session)) found = users.find(client.key);
            });
            return std::size_t{found != nullptr && found->unsubscribe(id) ? 1U : 0U};
        },
        any_of);
}

}  // namespace stentor
