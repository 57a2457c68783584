#include "controller/router.hpp"

#include "controller/route_conflicts.hpp"

#include <algorithm>
#include <utility>

namespace stentor::controller {
namespace {

Outcome outcome_of(const Route& route, Answer answer, const std::shared_ptr<Call>& call) {
    if (auto* content = std::get_if<Content>(&answer))
        return {.replies = route.addressing.address(std::move(*content), *call)};
    if (auto* error = std::get_if<Error>(&answer)) return {.error = std::move(*error)};
    if (auto* thrown = std::get_if<std::exception_ptr>(&answer))
        return route.handlers->outcome_of(*thrown, call);
    return {};
}

/// A call on its way to a worker and back. It ends on the shard, where a session's attributes may die.
struct Errand {
    std::shared_ptr<const Route> route;
    std::shared_ptr<Call> call;
    Completion done;
    Answer answer = {};
};

/// The worker only calls the function; what it answers is handled on the shard.
void run_on_worker(Errand errand) {
    Execution& execution = *errand.call->execution;
    const std::string session = errand.call->session->id;
    execution.run_on_workers(session,
                             [errand = std::make_shared<Errand>(std::move(errand)), &execution]() mutable {
                                 errand->answer = errand->route->function.answer(errand->call);
                                 execution.post([errand = std::move(errand)]() mutable {
                                     const auto own = std::move(errand);
                                     own->done(outcome_of(*own->route, std::move(own->answer), own->call));
                                 });
                             });
}

/// With handlers for each: the controllers' own before the application's.
Result<std::vector<Route>> all_routes(const std::deque<MappingGroup>& groups,
                                      const std::deque<ExceptionMapping>& handlers,
                                      const Converters& converters) {
    std::vector<std::vector<Route>> by_group;
    std::vector<Route> all;
    for (const MappingGroup& group : groups) {
        Result<std::vector<Route>> own = make_routes(group, converters);
        if (!own) return own.error();
        all.insert(all.end(), own->begin(), own->end());
        by_group.push_back(std::move(*own));
    }
    Result<ExceptionHandlers> of_all = ExceptionHandlers::make(handlers, common_variables(all), converters);
    if (!of_all) return of_all.error();
    const auto outer = std::make_shared<const ExceptionHandlers>(std::move(*of_all));
    all.clear();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        Result<ExceptionHandlers> inner = ExceptionHandlers::make(
            groups[i].exception_handlers, common_variables(by_group[i]), converters, outer);
        if (!inner) return inner.error();
        const auto shared = std::make_shared<const ExceptionHandlers>(std::move(*inner));
        for (Route& route : by_group[i]) {
            route.handlers = shared;
            all.push_back(std::move(route));
        }
    }
    return all;
}

}  // namespace

Result<Router> Router::build(const std::deque<Mapping>& mappings,
                             const std::deque<ExceptionMapping>& handlers,
                             const std::deque<MappingGroup>& controllers, const Converters& converters) {
    if (const Result<void> good = converters.check(); !good) return good.error();
    std::deque<MappingGroup> groups = controllers;
    groups.push_front({.prefix = "", .mappings = mappings});
    Result<std::vector<Route>> routes = all_routes(groups, handlers, converters);
    if (!routes) return routes.error();
    Router router;
    const auto shared = std::make_shared<const Converters>(converters);
    for (Route& route : *routes) {
        route.converters = shared;
        if (const Result<void> added = router.add(std::move(route)); !added) return added.error();
    }
    for (Table* table : {&router.messages_, &router.subscriptions_})
        std::stable_sort(
            table->patterns.begin(), table->patterns.end(), [](const RoutePtr& a, const RoutePtr& b) {
                return messaging::DestinationPattern::compare_specificity(a->pattern, b->pattern) < 0;
            });
    return router;
}

const Route* Router::rival_of(const Route& route, const Table& table) {
    if (const auto found = table.exact.find(route.pattern.text()); found != table.exact.end())
        return found->second.get();
    for (const RoutePtr& other : table.patterns)
        if (are_ambiguous(route.pattern, other->pattern)) return other.get();
    return nullptr;
}

Result<void> Router::add(Route route) {
    Table& table = route.kind == Mapping::Kind::message ? messages_ : subscriptions_;
    if (const Route* rival = rival_of(route, table))
        return Error{Errc::conflict, route.name + " and " + rival->name + " take the same destinations"};
    auto shared = std::make_shared<const Route>(std::move(route));
    if (shared->pattern.is_exact()) table.exact.emplace(shared->pattern.text(), std::move(shared));
    else table.patterns.push_back(std::move(shared));
    return {};
}

Router::RoutePtr Router::find(const Table& table, Call& call) {
    if (const auto found = table.exact.find(call.lookup); found != table.exact.end()) return found->second;
    for (const RoutePtr& route : table.patterns) {
        const std::optional<messaging::Variables> variables = route->pattern.match(call.lookup);
        if (!variables) continue;
        for (const auto& [name, value] : *variables) call.variables.emplace_back(name, value);
        return route;
    }
    return nullptr;
}

bool Router::dispatch(Mapping::Kind kind, std::shared_ptr<Call> call, Completion done) const {
    const RoutePtr route = find(table(kind), *call);
    if (!route) return false;
    call->principal = call->session->principal;
    call->converters = route->converters.get();
    call->produces = route->produces;
    if (route->on_workers) {
        run_on_worker({route, std::move(call), std::move(done)});
    } else if (route->function.answer) {
        done(outcome_of(*route, route->function.answer(call), call));
    } else {
        route->function.invoke(call, [route, call, done = std::move(done)](Answer answer) {
            done(outcome_of(*route, std::move(answer), call));
        });
    }
    return true;
}

}  // namespace stentor::controller
