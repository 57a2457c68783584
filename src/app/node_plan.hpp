#pragma once

#include "nodes/node.hpp"

#include <string>

namespace stentor::app {

/// This server as one of several, as configured. Immutable once the application runs.
struct NodePlan {
    std::string group;
    std::string name;  ///< random: nodes::is_node_name
    nodes::Settings settings;
};

}  // namespace stentor::app
