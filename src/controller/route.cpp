#include "controller/route.hpp"

#include "controller/conversion_checks.hpp"

#include <algorithm>

namespace stentor::controller {
namespace {

using messaging::DestinationPattern;

Error wrong(const std::string& whose, const std::string& why) {
    return {Errc::malformed, whose + ": " + why};
}

std::string name_of(const MappingGroup& group) { return "controller \"" + group.prefix + "\""; }

std::string name_of(const Mapping& mapping, const MappingGroup& group) {
    return group.prefix.empty() ? mapping.name() : mapping.name() + " of " + name_of(group);
}

/// What the pattern of the whole destination is.
Result<DestinationPattern> full_pattern(const Mapping& mapping, const MappingGroup& group) {
    const std::string& own = mapping.pattern();
    if (!group.prefix.empty() && !own.empty() && !own.starts_with('/'))
        return Error{Errc::malformed, "a pattern begins with '/'; \"\" stands for the prefix itself"};
    return DestinationPattern::parse(group.prefix + own);
}

/// Why this function cannot be mapped so; empty when it can.
std::string misuse_of(const Mapping& mapping, const DestinationPattern& pattern) {
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

Result<Addressing> addressing_of(const Mapping& mapping, const MappingGroup& group,
                                 const DestinationPattern& pattern) {
    if (mapping.kind() == Mapping::Kind::subscribe)
        return Addressing::make(mapping.targets(), Addressing::Default::direct, pattern.variable_names());
    const ReplyTargets& targets = mapping.targets().empty() ? group.targets : mapping.targets();
    return Addressing::make(targets, Addressing::Default::topic, pattern.variable_names());
}

Result<Route> make_route(const Mapping& mapping, const MappingGroup& group, const Converters& converters) {
    const std::string name = name_of(mapping, group);
    Result<DestinationPattern> pattern = full_pattern(mapping, group);
    if (!pattern) return wrong(name, pattern.error().message);
    if (const std::string misuse = misuse_of(mapping, *pattern); !misuse.empty()) return wrong(name, misuse);
    const BoundFunction& function = mapping.function();
    if (const std::string misuse = conversion_misuse_of(function.payload, function.result,
                                                        mapping.produced_content_type(), converters);
        !misuse.empty())
        return wrong(name, misuse);
    Result<Addressing> addressing = addressing_of(mapping, group, *pattern);
    if (!addressing) return wrong(name, addressing.error().message);
    return Route{mapping.kind(),
                 name,
                 std::move(*pattern),
                 function,
                 std::move(*addressing),
                 mapping.runs_on_workers(),
                 mapping.produced_content_type()};
}

/// A prefix that could not be followed by anything is refused here, in words about the prefix.
Result<void> check_prefix(const MappingGroup& group) {
    if (group.prefix.empty()) return {};
    const Result<DestinationPattern> pattern = DestinationPattern::parse(group.prefix);
    if (!pattern) return wrong(name_of(group), pattern.error().message);
    if (group.prefix.ends_with('/')) return wrong(name_of(group), "a prefix does not end with '/'");
    if (group.prefix.ends_with("**")) return wrong(name_of(group), "nothing can follow \"**\"");
    return {};
}

}  // namespace

Result<std::vector<Route>> make_routes(const MappingGroup& group, const Converters& converters) {
    if (const Result<void> good = check_prefix(group); !good) return good.error();
    std::vector<Route> routes;
    for (const Mapping& mapping : group.mappings) {
        Result<Route> route = make_route(mapping, group, converters);
        if (!route) return route.error();
        routes.push_back(std::move(*route));
    }
    return routes;
}

std::vector<std::string_view> common_variables(const std::vector<Route>& routes) {
    if (routes.empty()) return {};
    std::vector<std::string_view> common = routes.front().pattern.variable_names();
    for (const Route& route : routes) {
        const std::vector<std::string_view> own = route.pattern.variable_names();
        std::erase_if(common, [&](std::string_view name) {
            return std::find(own.begin(), own.end(), name) == own.end();
        });
    }
    return common;
}

}  // namespace stentor::controller
