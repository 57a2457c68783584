// Tests: tests/flow/inspection_flow_test.cpp, tests/unit/app/inspection_test.cpp
#include "app/inspection_page.hpp"
#include "app/inspection_parts.hpp"
#include "app/pending_answer.hpp"
#include "session/handler_session.hpp"
#include "session/stomp_session.hpp"

#include <chrono>
#include <utility>

namespace stentor {
namespace {

using inspection::Destination;
using inspection::Query;
using inspection::Queue;
using inspection::Session;
using inspection::Snapshot;

std::uint64_t milliseconds(base::Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

Session session_of(app::Shard& shard, const session::Outlet& outlet) {
    const session::Origin origin = outlet.origin();
    Session made;
    made.transport = origin.transport;
    made.remote_address = origin.remote_address;
    made.shard = shard.self();
    made.connected_ms = milliseconds(shard.timers().now() - origin.since);
    made.unsent_bytes = outlet.unsent();
    return made;
}

Session session_of(app::Shard& shard, const session::StompSession& stomp, std::size_t max_subscriptions) {
    Session made = session_of(shard, stomp.outlet());
    const SessionState& state = *stomp.state();
    made.id = state.id;
    if (state.principal) made.user = state.principal->name;
    made.protocol = "stomp";
    made.subscription_count = stomp.subscriptions().size();
    for (const auto& entry : stomp.subscriptions()) {
        if (made.subscriptions.size() == max_subscriptions) break;
        made.subscriptions.push_back({std::string(entry.header()), entry.subscription.destination});
    }
    return made;
}

Session session_of(app::Shard& shard, const session::HandlerSession& handler) {
    Session made = session_of(shard, handler.outlet());
    made.id = handler.link().id;
    if (handler.link().handshake.principal) made.user = handler.link().handshake.principal->name;
    made.protocol = "handler";
    return made;
}

void list_sessions(app::Shard& shard, const Query& query, Snapshot& part) {
    app::FirstOnes<Session> page(query.sessions);
    shard.hub().users().for_each([&](const hub::Client& client) {
        // In an application every client is such a session.
        const auto& stomp = static_cast<const session::StompSession&>(client);
        ++part.totals.sessions;
        part.totals.subscriptions += stomp.subscriptions().size();
        page.offer(stomp.state()->id, [&] { return session_of(shard, stomp, query.max_subscriptions); });
    });
    shard.handler_sessions().for_each([&](const session::HandlerSession& handler) {
        ++part.totals.handler_sessions;
        page.offer(handler.link().id, [&] { return session_of(shard, handler); });
    });
    part.sessions = page.take();
}

void list_destinations(app::Shard& shard, const Query& query, Snapshot& part) {
    app::FirstOnes<Destination> page(query.destinations);
    shard.broker().for_each_topic([&](const std::string& name, const broker::Topic& topic) {
        ++part.totals.destinations;  // every shard knows of all
        page.offer(name, [&] {
            return Destination{name, topic.subscriptions.size(), topic.published, topic.delivered};
        });
    });
    part.destinations = page.take();
}

void list_queues(app::Shard& shard, const Query& query, Snapshot& part) {
    app::FirstOnes<Queue> page(query.queues);
    shard.broker().for_each_queue([&](const std::string& name, const broker::Queue& queue) {
        ++part.totals.queues;
        part.totals.queue_waiting += queue.depth();
        part.totals.queue_under_way += queue.under_way();
        part.totals.queue_bytes += queue.bytes();
        page.offer(name, [&] {
            const broker::QueueCounts& counts = queue.counts();
            return Queue{name,          queue.consumers(), queue.depth(),    queue.under_way(),
                         queue.bytes(), counts.published,  counts.delivered, counts.dead_letters};
        });
    });
    part.queues = page.take();
}

Snapshot part_of(app::Shard& shard, const Query& query) {
    Snapshot part;
    part.at_ms = milliseconds(shard.timers().now().time_since_epoch());
    part.totals.connections = shard.connections();
    const broker::Counts counts = shard.broker().counts();
    part.totals.published = counts.published;
    part.totals.delivered = counts.delivered;
    part.totals.dead_letters = counts.dead_letters;
    part.totals.unheard_errors = shard.hub().unheard_errors();
    const broker::SlowConsumers slow = shard.slow_consumers();
    part.totals.slow_skipped = slow.skipped;
    part.totals.slow_conflated = slow.conflated;
    part.totals.slow_closed = slow.closed;
    const app::RefusedConnections refused = shard.refused_connections();
    part.totals.refused_too_many = refused.too_many;
    part.totals.refused_too_many_of_address = refused.too_many_of_address;
    part.totals.refused_too_fast = refused.too_fast;
    shard.count_refusals(part.totals);
    part.totals.memory_used = shard.memory_used();
    part.totals.memory_budget = shard.memory_budget();
    list_sessions(shard, query, part);
    list_destinations(shard, query, part);
    list_queues(shard, query, part);
    return part;
}

}  // namespace

Pending<Snapshot> Inspector::snapshot() { return snapshot(Query{}); }

Pending<Snapshot> Inspector::snapshot(Query query) {
    return app::ask_for<Snapshot>(
        inside_, [query](app::Shard& shard) { return part_of(shard, query); },
        [query](std::vector<Snapshot> parts) { return app::joined(std::move(parts), query); });
}

}  // namespace stentor
