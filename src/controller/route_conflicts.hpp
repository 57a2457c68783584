#pragma once

#include "messaging/destination_pattern.hpp"

namespace stentor::controller {

/// Whether no rule tells which of two patterns a destination belongs to: both match it and neither is more
/// specific.
[[nodiscard]] bool are_ambiguous(const messaging::DestinationPattern& a,
                                 const messaging::DestinationPattern& b);

}  // namespace stentor::controller
