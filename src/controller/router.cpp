#include "controller/router.hpp"

#include "controller/route_conflicts.hpp"

#include <algorithm>

namespace stentor::controller {
namespace {

Error wrong(const std::string& mapping, const std::string& why) {
    return {Errc::malformed, mapping + ": " + why};
}

/// Why this function cannot be mapped so; empty when it can.
std::string misuse_of(const Mapping& mapping, const messaging::DestinationPattern& pattern) {
    const BoundFunction& function = mapping.function();
    const std::vector<std::string_view> names = pattern.variable_names();
    for (const std::string& name : function.variables)
        if (std::find(names.begin(), names.end(), name) == names.end())
            return "its function takes Var<\"" + name + "\">, but the pattern has no {" + name + "}";
    if (mapping.kind() == Mapping::Kind::subscribe && function.takes_payload)
        return "its function takes a payload, but a SUBSCRIBE has none";
    if (mapping.runs_on_workers() && function.takes_session)
        return "its function takes a Session, which belongs to the shard and not to a worker";
    if (mapping.runs_on_workers() && function.awaits)
        return "its function is a coroutine, which waits on the shard and not on a worker";
    return {};
}

}  // namespace

Result<Router> Router::build(const std::deque<Mapping>& mappings,
                             const std::deque<ExceptionMapping>& handlers) {
    Result<ExceptionHandlers> made = ExceptionHandlers::make(handlers);
    if (!made) return made.error();
    const auto shared_handlers = std::make_shared<const ExceptionHandlers>(std::move(*made));
    Router router;
    for (const Mapping& mapping : mappings) {
        Result<Route> route = make_route(mapping);
        if (!route) return route.error();
        route->handlers = shared_handlers;
        if (const Result<void> added = router.add(std::move(*route), mapping.kind()); !added)
            return added.error();
    }
    for (Table* table : {&router.messages_, &router.subscriptions_})
        std::stable_sort(
            table->patterns.begin(), table->patterns.end(), [](const RoutePtr& a, const RoutePtr& b) {
                return messaging::DestinationPattern::compare_specificity(a->pattern, b->pattern) < 0;
            });
    return router;
}

Result<Router::Route> Router::make_route(const Mapping& mapping) {
    Result<messaging::DestinationPattern> pattern = messaging::DestinationPattern::parse(mapping.pattern());
    if (!pattern) return wrong(mapping.name(), pattern.error().message);
    if (const std::string misuse = misuse_of(mapping, *pattern); !misuse.empty())
        return wrong(mapping.name(), misuse);
    const bool is_message = mapping.kind() == Mapping::Kind::message;
    Result<Addressing> addressing = Addressing::make(
        mapping.targets(), is_message ? Addressing::Default::topic : Addressing::Default::direct,
        pattern->variable_names());
    if (!addressing) return wrong(mapping.name(), addressing.error().message);
    return Route{mapping.name(),         std::move(*pattern),       mapping.function(),
                 std::move(*addressing), mapping.runs_on_workers(), nullptr};
}

const Router::Route* Router::rival_of(const Route& route, const Table& table) {
    if (const auto found = table.exact.find(route.pattern.text()); found != table.exact.end())
        return found->second.get();
    for (const RoutePtr& other : table.patterns)
        if (are_ambiguous(route.pattern, other->pattern)) return other.get();
    return nullptr;
}

Result<void> Router::add(Route route, Mapping::Kind kind) {
    Table& table = kind == Mapping::Kind::message ? messages_ : subscriptions_;
    if (const Route* rival = rival_of(route, table))
        return Error{Errc::conflict, route.name + " and " + rival->name + " take the same destinations"};
    auto shared = std::make_shared<const Route>(std::move(route));
    if (shared->pattern.is_exact()) table.exact.emplace(shared->pattern.text(), std::move(shared));
    else table.patterns.push_back(std::move(shared));
    return {};
}

Router::RoutePtr Router::find(const Table& table, Call& call) const {
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
    if (route->on_workers) {
        run_on_worker(route, call, std::move(done));
    } else if (route->function.answer) {
        done(outcome_of(*route, route->function.answer(call), call));
    } else {
        route->function.invoke(call, [route, call, done = std::move(done)](Answer answer) {
            done(outcome_of(*route, std::move(answer), call));
        });
    }
    return true;
}

/// The worker only calls the function; what it answers is handled on the shard.
void Router::run_on_worker(const RoutePtr& route, const std::shared_ptr<Call>& call, Completion done) {
    auto task = [route, call, done = std::move(done)] {
        route->function.invoke(call, [&](Answer answer) {
            call->execution->post(
                [route, call, done, answer = std::move(answer)] { done(outcome_of(*route, answer, call)); });
        });
    };
    call->execution->run_on_workers(call->session->id, std::move(task));
}

Outcome Router::outcome_of(const Route& route, Answer answer, const std::shared_ptr<Call>& call) {
    if (auto* content = std::get_if<Content>(&answer))
        return {.replies = route.addressing.address(std::move(*content), *call)};
    if (auto* error = std::get_if<Error>(&answer)) return {.error = std::move(*error)};
    if (auto* thrown = std::get_if<std::exception_ptr>(&answer))
        return route.handlers->outcome_of(*thrown, call);
    return {};
}

}  // namespace stentor::controller
