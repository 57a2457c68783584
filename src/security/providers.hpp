#pragma once

#include "stentor/security.hpp"

#include <memory>
#include <vector>

namespace stentor::security {

/// Those of one endpoint, in the order in which they are asked who clients are. Immutable.
using Providers = std::vector<std::shared_ptr<const AuthenticationProvider>>;

}  // namespace stentor::security
