#pragma once

#include "stentor/inspection.hpp"

#include <vector>

namespace stentor::app {

/// One snapshot of what each shard had to say.
inspection::Snapshot joined(std::vector<inspection::Snapshot> parts, const inspection::Query& query);

}  // namespace stentor::app
