#pragma once

#include "stentor/access.hpp"
#include "stentor/access_config.hpp"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace stentor::app {

/// A rule that is wrong: which, and what is wrong with it, beginning with the name of a setting of its own
/// ("allow is 'x'; give ...").
struct AccessFault {
    std::size_t rule;
    std::string what;
};

/// The rules of `[[access]]` tables.
std::variant<AccessRules, AccessFault> read_access(const std::vector<AccessRuleConfig>& all);

}  // namespace stentor::app
