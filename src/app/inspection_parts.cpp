// Tests: tests/unit/app/inspection_test.cpp, tests/flow/inspection_flow_test.cpp
#include "app/inspection_parts.hpp"

#include "app/inspection_page.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace stentor::app {
namespace {

using inspection::Destination;
using inspection::Queue;
using inspection::Rate;
using inspection::Session;
using inspection::Snapshot;
using inspection::Totals;

void add(Totals& sum, const Totals& part) {
    sum.connections += part.connections;
    sum.sessions += part.sessions;
    sum.handler_sessions += part.handler_sessions;
    sum.subscriptions += part.subscriptions;
    sum.destinations = std::max(sum.destinations, part.destinations);  // each shard knows of all
    sum.queues += part.queues;
    sum.queue_waiting += part.queue_waiting;
    sum.queue_under_way += part.queue_under_way;
    sum.queue_bytes += part.queue_bytes;
    sum.published += part.published;
    sum.delivered += part.delivered;
    sum.dead_letters += part.dead_letters;
    sum.unheard_errors += part.unheard_errors;
    sum.slow_skipped += part.slow_skipped;
    sum.slow_conflated += part.slow_conflated;
    sum.slow_closed += part.slow_closed;
    sum.refused_too_many += part.refused_too_many;
    sum.refused_too_many_of_address += part.refused_too_many_of_address;
    sum.refused_too_fast += part.refused_too_fast;
    sum.logins_failed = std::max(sum.logins_failed, part.logins_failed);  // the process's, as the next three
    sum.logins_delayed = std::max(sum.logins_delayed, part.logins_delayed);
    sum.logins_refused = std::max(sum.logins_refused, part.logins_refused);
    sum.refused_too_many_of_user = std::max(sum.refused_too_many_of_user, part.refused_too_many_of_user);
    sum.access_denied += part.access_denied;
    sum.memory_used += part.memory_used;
    sum.memory_budget = std::max(sum.memory_budget, part.memory_budget);  // the process's
}

void join(Destination& own, const Destination& other) {
    own.subscribers += other.subscribers;
    own.published += other.published;
    own.delivered += other.delivered;
}

}  // namespace

Snapshot joined(std::vector<Snapshot> parts, const inspection::Query& query) {
    Snapshot all;
    FirstOnes<Session> sessions(query.sessions);
    FirstOnes<Destination> destinations(query.destinations);
    FirstOnes<Queue> queues(query.queues);
    for (Snapshot& part : parts) {
        all.at_ms = std::max(all.at_ms, part.at_ms);
        add(all.totals, part.totals);
        for (Session& each : part.sessions) sessions.offer(each.id, [&] { return std::move(each); });
        for (Destination& each : part.destinations)
            destinations.offer(
                each.name, [&] { return std::move(each); }, join);
        for (Queue& each : part.queues) queues.offer(each.name, [&] { return std::move(each); });
    }
    all.sessions = sessions.take();
    all.destinations = destinations.take();
    all.queues = queues.take();
    return all;
}

}  // namespace stentor::app

namespace stentor::inspection {
namespace {

/// Below what it was it has begun again.
double rate(std::uint64_t before, std::uint64_t after, double seconds) {
    if (seconds <= 0) return 0;
    return static_cast<double>(after >= before ? after - before : after) / seconds;
}

template <class Counted>
void append_rates(std::vector<Rate>& rates, const std::vector<Counted>& before,
                  const std::vector<Counted>& after, double seconds) {
    for (const Counted& now : after) {
        const auto found = std::ranges::lower_bound(before, now.name, {}, &Counted::name);
        const bool known = found != before.end() && found->name == now.name;
        rates.push_back({now.name, rate(known ? found->published : 0, now.published, seconds),
                         rate(known ? found->delivered : 0, now.delivered, seconds)});
    }
}

}  // namespace

std::vector<Rate> rates(const Snapshot& before, const Snapshot& after) {
    const double seconds =
        after.at_ms > before.at_ms ? static_cast<double>(after.at_ms - before.at_ms) / 1000 : 0;
    std::vector<Rate> all{{"", rate(before.totals.published, after.totals.published, seconds),
                           rate(before.totals.delivered, after.totals.delivered, seconds)}};
    append_rates(all, before.destinations, after.destinations, seconds);
    append_rates(all, before.queues, after.queues, seconds);
    return all;
}

}  // namespace stentor::inspection
