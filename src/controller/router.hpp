#pragma once

#include "controller/exception_handlers.hpp"
#include "messaging/destination_pattern.hpp"
#include "stentor/mapping.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stentor::controller {

/// Finds the function for a destination, runs it where it wants to run and addresses what it answers. Shared
/// by all shards. Immutable.
class Router {
public:
    /// The mistakes of start-up, each naming its mappings: bad patterns and destinations, names the pattern
    /// does not have, patterns that cannot be told apart, functions that cannot run where they are told to.
    static Result<Router> build(const std::deque<Mapping>& mappings,
                                const std::deque<ExceptionMapping>& handlers);

    /// Runs the function mapped to `call->lookup` and fills in `call->variables`. `done` is called exactly
    /// once, on the session's shard, perhaps before this returns. False: nothing is mapped there, and `done`
    /// is not called. Call it on the session's shard; the functions of one session then start in the order of
    /// their calls.
    [[nodiscard]] bool dispatch(Mapping::Kind kind, std::shared_ptr<Call> call, Completion done) const;

private:
    struct Route {
        std::string name;
        messaging::DestinationPattern pattern;
        BoundFunction function;
        Addressing addressing;
        bool on_workers;
        std::shared_ptr<const ExceptionHandlers> handlers;
    };
    using RoutePtr = std::shared_ptr<const Route>;  // lives as long as a call that is under way
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Table {
        std::unordered_map<std::string, RoutePtr, Hash, std::equal_to<>> exact;
        std::vector<RoutePtr> patterns;  // the most specific first
    };

    Router() = default;
    static Result<Route> make_route(const Mapping& mapping);
    Result<void> add(Route route, Mapping::Kind kind);
    static const Route* rival_of(const Route& route, const Table& table);
    [[nodiscard]] RoutePtr find(const Table& table, Call& call) const;
    static void run_on_worker(const RoutePtr& route, const std::shared_ptr<Call>& call, Completion done);
    static Outcome outcome_of(const Route& route, Answer answer, const std::shared_ptr<Call>& call);

    [[nodiscard]] const Table& table(Mapping::Kind kind) const {
        return kind == Mapping::Kind::message ? messages_ : subscriptions_;
    }
    Table messages_;
    Table subscriptions_;
};

}  // namespace stentor::controller
