#pragma once

#include "controller/route.hpp"

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
    /// The mistakes of start-up, each naming its mappings: those of make_routes, ExceptionHandlers and
    /// Converters, and patterns that cannot be told apart.
    static Result<Router> build(const std::deque<Mapping>& mappings,
                                const std::deque<ExceptionMapping>& handlers,
                                const std::deque<MappingGroup>& controllers = {},
                                const Converters& converters = {});

    /// Runs the function mapped to `call->lookup` and fills in `call->variables`. `done` is called exactly
    /// once, on the session's shard, perhaps before this returns. False: nothing is mapped there, and `done`
    /// is not called. Call it on the session's shard; the functions of one session then start in the order of
    /// their calls.
    [[nodiscard]] bool dispatch(Mapping::Kind kind, std::shared_ptr<Call> call, Completion done) const;

private:
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
    Result<void> add(Route route);
    static const Route* rival_of(const Route& route, const Table& table);
    [[nodiscard]] static RoutePtr find(const Table& table, Call& call);

    [[nodiscard]] const Table& table(Mapping::Kind kind) const {
        return kind == Mapping::Kind::message ? messages_ : subscriptions_;
    }
    Table messages_;
    Table subscriptions_;
};

}  // namespace stentor::controller
