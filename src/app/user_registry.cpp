// Tests: tests/flow/user_registry_flow_test.cpp
#include "stentor/user_registry.hpp"

#include "app/count_everywhere.hpp"
#include "app/inside.hpp"
#include "app/pending_answer.hpp"
#include "app/shard_sessions.hpp"
#include "messaging/destination_pattern.hpp"
#include "websocket/close_code.hpp"

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

namespace stentor {
namespace {

template <class T>
using List = std::vector<T>;

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

void check(const CloseStatus& status) {
    if (!websocket::may_be_sent(status.code))
        throw std::invalid_argument("a session cannot be closed with the code " +
                                    std::to_string(status.code));
}

}  // namespace

Pending<List<UserInfo>> UserRegistry::users() {
    return app::ask_for<List<UserInfo>>(
        inside_,
        [](app::Shard& shard) {
            auto all = app::sessions_where(shard, std::nullopt);
            std::erase_if(all, [](const SessionInfo& session) { return session.user.empty(); });
            return all;
        },
        by_user);
}

Pending<std::optional<UserInfo>> UserRegistry::user(std::string name) {
    return app::ask_for<std::optional<UserInfo>>(
        inside_,
        [name = std::move(name)](app::Shard& shard) {
            return app::sessions_where(shard, app::SessionChoice{nodes::Target::user, name});
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
        inside_, [](app::Shard& shard) { return app::sessions_where(shard, std::nullopt); },
        joined<SessionInfo>);
}

Pending<std::optional<SessionInfo>> UserRegistry::session(std::string id) {
    return app::ask_for<std::optional<SessionInfo>>(
        inside_,
        [id = std::move(id)](app::Shard& shard) {
            return app::sessions_where(shard, app::SessionChoice{nodes::Target::session, id});
        },
        [](List<List<SessionInfo>> all) { return first_of(joined(std::move(all))); });
}

Pending<std::size_t> UserRegistry::session_count() {
    return app::ask_for<std::size_t>(
        inside_, [](app::Shard& shard) { return shard.hub().users().sessions(); }, app::sum_of);
}

Pending<std::size_t> UserRegistry::subscription_count() {
    return app::ask_for<std::size_t>(inside_, app::count_subscriptions, app::sum_of);
}

Pending<List<SubscriptionInfo>> UserRegistry::find_subscriptions(
    std::function<bool(const SubscriptionInfo&)> wanted) {
    return app::ask_for<List<SubscriptionInfo>>(
        inside_,
        [wanted = std::move(wanted)](app::Shard& shard) { return app::subscriptions_where(shard, wanted); },
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
    nodes::Close others{nodes::Target::session, id, status.reason, status.code};
    return app::count_everywhere<bool>(
        inside_,
        [id = std::move(id), status = std::move(status)](app::Shard& shard) {
            return app::close_where(shard, {nodes::Target::session, id}, status);
        },
        std::move(others));
}

Pending<std::size_t> UserRegistry::close_user(std::string name, CloseStatus status) {
    check(status);
    nodes::Close others{nodes::Target::user, name, status.reason, status.code};
    return app::count_everywhere<std::size_t>(
        inside_,
        [name = std::move(name), status = std::move(status)](app::Shard& shard) {
            return app::close_where(shard, {nodes::Target::user, name}, status);
        },
        std::move(others));
}

Pending<std::size_t> UserRegistry::close_claim(std::string name, std::string value, CloseStatus status) {
    check(status);
    std::string claim = std::move(name) + "=" + value;
    nodes::Close others{nodes::Target::claim, claim, status.reason, status.code};
    return app::count_everywhere<std::size_t>(
        inside_,
        [claim = std::move(claim), status = std::move(status)](app::Shard& shard) {
            return app::close_where(shard, {nodes::Target::claim, claim}, status);
        },
        std::move(others));
}

Pending<bool> UserRegistry::unsubscribe(std::string session, std::string id) {
    nodes::Unsubscribe others{session, id};
    return app::count_everywhere<bool>(
        inside_,
        [session = std::move(session), id = std::move(id)](app::Shard& shard) {
            return app::unsubscribe(shard, session, id);
        },
        std::move(others));
}

}  // namespace stentor
