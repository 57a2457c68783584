#pragma once

#include "controller/exception_handlers.hpp"
#include "messaging/destination_pattern.hpp"
#include "stentor/mapping.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::controller {

/// One mapped function, made ready at start-up. Immutable once it is in the router.
struct Route {
    Mapping::Kind kind;
    std::string name;  ///< as errors name it
    messaging::DestinationPattern pattern;
    BoundFunction function;
    Addressing addressing;
    bool on_workers;
    std::string produces;  ///< a content type, or empty
    std::shared_ptr<const ExceptionHandlers> handlers = nullptr;
    std::shared_ptr<const Converters> converters = nullptr;
};

/// The routes of a controller's mappings, or the application's own. The mistakes found here: bad prefixes,
/// patterns and destinations, names the pattern does not have, functions that cannot run where they are told
/// to, what nothing converts.
Result<std::vector<Route>> make_routes(const MappingGroup& group, const Converters& converters = {});

/// The variables that every one of `routes` has.
std::vector<std::string_view> common_variables(const std::vector<Route>& routes);

}  // namespace stentor::controller
