// Tests: tests/flow/nodes_flow_test.cpp
#include "stentor/nodes.hpp"

#include "app/inside.hpp"
#include "app/node_desk.hpp"
#include "app/pending_answer.hpp"
#include "app/shard_sessions.hpp"

#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

namespace stentor {
namespace {

/// What `each(Shard&)` gives on all shards, taken into one T by `take(T&, answer)`, and so what other servers
/// answer to the same request.
template <class T, class Each, class Take>
Pending<FromNodes<T>> from_all(app::Inside& inside, Each each, nodes::Request request, Take take) {
    struct Parts {
        explicit Parts(app::Inside& i) : answer(i) {}
        void one_more() {
            if (--left == 0) answer.give(std::move(result));
        }
        app::PendingAnswer<FromNodes<T>> answer;
        FromNodes<T> result;
        unsigned left = 1;
    };
    auto parts = std::make_shared<Parts>(inside);
    Pending<FromNodes<T>> pending = parts->answer.pending();
    inside.on_a_shard([parts, each, request = std::move(request), take](app::Shard& home) {
        if (home.nodes() != nullptr) ++parts->left;
        app::ask_shards(home, each, [parts, take](auto all) {
            for (auto& answer : all) take(parts->result.value, std::move(answer));
            parts->one_more();
        });
        if (home.nodes() == nullptr) return;
        home.nodes()->ask(request, [parts, take](nodes::Replies replies) {
            parts->result.silent = std::move(replies.silent);
            for (auto& [node, reply] : replies.from) {
                parts->result.cut = parts->result.cut || reply.cut;
                take(parts->result.value, std::move(reply));
            }
            parts->one_more();
        });
    });
    return pending;
}

/// What `make(const Node&)` says, on the first shard; nothing where there is no node.
template <class T, class Make>
Pending<T> from_directory(app::Inside& inside, Make make) {
    auto answer = std::make_shared<app::PendingAnswer<T>>(inside);
    Pending<T> pending = answer->pending();
    inside.on_a_shard([answer, make](app::Shard& home) {
        if (home.nodes() != nullptr)
            home.nodes()->look([answer, make](const nodes::Node& node) { answer->give(make(node)); });
    });
    return pending;
}

std::vector<SubscriptionInfo> subscriptions_of(nodes::FoundSession session) {
    std::vector<SubscriptionInfo> list;
    for (nodes::FoundSubscription& own : session.subscriptions)
        list.push_back({session.id, session.user, std::move(own.id), std::move(own.destination)});
    return list;
}

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// All sessions are of one user.
struct TakeSessions {
    void operator()(std::optional<UserInfo>& user, std::vector<SessionInfo> sessions) const {
        if (sessions.empty()) return;
        if (!user) user = UserInfo{sessions.front().user, {}};
        append(user->sessions, std::move(sessions));
    }
    void operator()(std::optional<UserInfo>& user, nodes::Reply reply) const {
        std::vector<SessionInfo> sessions;
        for (nodes::FoundSession& found : reply.sessions) {
            SessionInfo& made = sessions.emplace_back(SessionInfo{found.id, found.user, {}});
            made.subscriptions = subscriptions_of(std::move(found));
        }
        (*this)(user, std::move(sessions));
    }
};

struct TakeSubscriptions {
    using List = std::vector<SubscriptionInfo>;
    void operator()(List& list, List more) const { append(list, std::move(more)); }
    void operator()(List& list, nodes::Reply reply) const {
        for (nodes::FoundSession& found : reply.sessions) append(list, subscriptions_of(std::move(found)));
    }
};

struct TakeCounts {
    void operator()(SessionCounts& counts, const SessionCounts& more) const {
        counts.sessions += more.sessions;
        counts.subscriptions += more.subscriptions;
    }
    void operator()(SessionCounts& counts, const nodes::Reply& reply) const {
        (*this)(counts, SessionCounts{reply.count, reply.subscriptions});
    }
};

}  // namespace

Pending<std::vector<NodeInfo>> Nodes::nodes() {
    return from_directory<std::vector<NodeInfo>>(inside_, [](const nodes::Node& node) {
        std::vector<NodeInfo> all{{node.name(), node.own_users().size(), true}};
        node.directory().for_each([&](const std::string& name, const nodes::Peer& peer) {
            all.push_back({name, peer.size(), peer.is_complete()});
        });
        return all;
    });
}

Pending<std::vector<UserNodes>> Nodes::users() {
    return from_directory<std::vector<UserNodes>>(inside_, [](const nodes::Node& node) {
        std::map<std::string, std::vector<std::string>> places;
        for (const std::string& user : node.own_users().all()) places[user].push_back(node.name());
        node.directory().for_each([&](const std::string& name, const nodes::Peer& peer) {
            peer.for_each([&](const std::string& user) { places[user].push_back(name); });
        });
        std::vector<UserNodes> all;
        for (auto& [user, nodes] : places) all.push_back({user, std::move(nodes)});
        return all;
    });
}

Pending<FromNodes<std::optional<UserInfo>>> Nodes::user(std::string name) {
    nodes::FindSessions request{nodes::Target::user, name};
    return from_all<std::optional<UserInfo>>(
        inside_,
        [name = std::move(name)](app::Shard& shard) {
            return app::sessions_where(shard, app::SessionChoice{nodes::Target::user, name});
        },
        std::move(request), TakeSessions());
}

Pending<FromNodes<std::vector<SubscriptionInfo>>> Nodes::find_subscriptions(const std::string& pattern) {
    const auto parsed = messaging::DestinationPattern::parse(pattern);
    if (parsed.has_error()) throw std::invalid_argument(parsed.error().message);
    return from_all<std::vector<SubscriptionInfo>>(
        inside_,
        [pattern = *parsed](app::Shard& shard) {
            return app::subscriptions_where(
                shard, [&](const SubscriptionInfo& own) { return pattern.matches(own.destination); });
        },
        nodes::FindSubscriptions{pattern}, TakeSubscriptions());
}

Pending<FromNodes<SessionCounts>> Nodes::counts() {
    return from_all<SessionCounts>(
        inside_,
        [](app::Shard& shard) {
            return SessionCounts{shard.hub().users().sessions(), app::count_subscriptions(shard)};
        },
        nodes::Count{}, TakeCounts());
}

}  // namespace stentor
