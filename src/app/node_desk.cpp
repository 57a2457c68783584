// Tests: tests/flow/nodes_flow_test.cpp
#include "app/node_desk.hpp"

#include "app/ask_shards.hpp"
#include "app/pending_answer.hpp"
#include "app/shard_sessions.hpp"
#include "websocket/close_code.hpp"

#include <iterator>
#include <variant>

namespace stentor::app {
namespace {

using nodes::Target;

nodes::FoundSession found(const SessionInfo& session) {
    nodes::FoundSession made{session.id, session.user, {}};
    for (const SubscriptionInfo& own : session.subscriptions)
        made.subscriptions.push_back({own.id, own.destination});
    return made;
}

/// Those of one session stand together.
nodes::Reply reply_of(const std::vector<SubscriptionInfo>& subscriptions) {
    nodes::Reply reply;
    for (const SubscriptionInfo& own : subscriptions) {
        if (reply.sessions.empty() || reply.sessions.back().id != own.session)
            reply.sessions.push_back({own.session, own.user, {}});
        reply.sessions.back().subscriptions.push_back({own.id, own.destination});
    }
    return reply;
}

// What a shard has to say to each kind of request.

nodes::Reply reply_of(Shard& shard, const nodes::Deliver& deliver) {
    hub::Hub& hub = shard.hub();
    nodes::Reply reply;
    reply.count = deliver.target == Target::user
                      ? hub.deliver_to_user(deliver.name, deliver.destination, deliver.message)
                      : hub.deliver_to_session(deliver.name, deliver.destination, deliver.message);
    return reply;
}

nodes::Reply reply_of(Shard& shard, const nodes::Close& close) {
    nodes::Reply reply;
    const std::uint16_t code =
        websocket::may_be_sent(close.code) ? close.code : UserRegistry::default_status().code;
    reply.count = close_where(shard, SessionChoice{close.target, close.name}, {code, close.reason});
    return reply;
}

nodes::Reply reply_of(Shard& shard, const nodes::Unsubscribe& request) {
    nodes::Reply reply;
    reply.count = unsubscribe(shard, request.session, request.id);
    return reply;
}

nodes::Reply reply_of(Shard& shard, const nodes::FindSessions& find) {
    nodes::Reply reply;
    for (const SessionInfo& session : sessions_where(shard, SessionChoice{find.target, find.name}))
        reply.sessions.push_back(found(session));
    return reply;
}

nodes::Reply reply_of(Shard& shard, const nodes::FindSubscriptions& find) {
    const auto pattern = messaging::DestinationPattern::parse(find.pattern);
    if (pattern.has_error()) return {};
    return reply_of(subscriptions_where(
        shard, [&](const SubscriptionInfo& own) { return pattern->matches(own.destination); }));
}

nodes::Reply reply_of(Shard& shard, const nodes::Count&) {
    nodes::Reply reply;
    reply.count = shard.hub().users().sessions();
    reply.subscriptions = count_subscriptions(shard);
    return reply;
}

nodes::Reply joined(std::vector<nodes::Reply> all) {
    nodes::Reply sum;
    for (nodes::Reply& each : all) {
        sum.count += each.count;
        sum.subscriptions += each.subscriptions;
        sum.sessions.insert(sum.sessions.end(), std::make_move_iterator(each.sessions.begin()),
                            std::make_move_iterator(each.sessions.end()));
    }
    return sum;
}

}  // namespace

NodeDesk::NodeDesk(Shard& shard, const NodePlan& plan, broker::NodeChannel& channel)
    : shard_(shard), session_prefix_(nodes::session_prefix(plan.name)) {
    nodes::Here& here = *this;
    if (shard.self() == 0)
        node_ = std::make_unique<nodes::Node>(plan.settings, plan.name, channel, shard.timers(), here);
}

NodeDesk::~NodeDesk() = default;

void NodeDesk::end_turn() {
    if (noted_.empty()) return;
    if (node_) return tell(std::exchange(noted_, {}));
    shard_.post_to(0, [noted = std::exchange(noted_, {})](Shard& first) { first.nodes()->tell(noted); });
}

void NodeDesk::tell(const Noted& noted) {
    for (const auto& [user, here] : noted) {
        if (here) node_->arrived(user);
        else node_->left(user);
    }
}

void NodeDesk::send(nodes::Request request, Done done) {
    if (node_) return node_->send(std::move(request), std::move(done));
    sending_.emplace(++last_, std::move(done));
    shard_.post_to(0, [request = std::move(request), from = shard_.self(), number = last_](Shard& first) {
        first.nodes()->send(request, [&first, from, number](const Result<void>& result) {
            first.post_to(from, [number, result](Shard& shard) { shard.nodes()->sent(number, result); });
        });
    });
}

void NodeDesk::sent(std::uint64_t number, const Result<void>& result) {
    if (auto own = sending_.extract(number); !own.empty()) own.mapped()(result);
}

void NodeDesk::ask(nodes::Request request, Replied replied) {
    if (node_) return node_->ask(std::move(request), std::move(replied));
    asking_.emplace(++last_, std::move(replied));
    shard_.post_to(0, [request = std::move(request), from = shard_.self(), number = last_](Shard& first) {
        first.nodes()->ask(request, [&first, from, number](nodes::Replies replies) {
            first.post_to(from, [number, replies = std::move(replies)](Shard& shard) {
                shard.nodes()->answered(number, replies);
            });
        });
    });
}

void NodeDesk::answered(std::uint64_t number, nodes::Replies replies) {
    if (auto own = asking_.extract(number); !own.empty()) own.mapped()(std::move(replies));
}

void NodeDesk::look(std::function<void(const nodes::Node&)> use) {
    shard_.post_to(0, [use = std::move(use)](Shard& first) { use(*first.nodes()->node_); });
}

void NodeDesk::say_goodbye() {
    if (node_) node_->say_goodbye();
}

/// Not at once: the channel gives it, and a session that ends here may end a subscription of the broker's.
void NodeDesk::perform(nodes::Request request, nodes::Here::Replied replied) {
    shard_.post_to(0, [request = std::move(request), replied = std::move(replied)](Shard& first) {
        ask_shards(
            first,
            [request](Shard& each) {
                return std::visit([&](const auto& own) { return reply_of(each, own); }, request);
            },
            [replied](std::vector<nodes::Reply> all) {
                if (replied) replied(joined(std::move(all)));
            });
    });
}

}  // namespace stentor::app
