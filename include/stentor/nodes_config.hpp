#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace stentor {

/// Servers on one external broker as one server: what they tell each other by it.
struct NodesConfig {
    std::string group = "stentor";  ///< the servers of one group know of each other
};
BOOST_DESCRIBE_STRUCT(NodesConfig, (), (group))

}  // namespace stentor
