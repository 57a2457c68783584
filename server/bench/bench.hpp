#pragma once

#include "options.hpp"

namespace stentor::bench {

/// Measures what the command line asks for and says it; the program's exit code: 0, 1 when something failed
/// or a server lost, duplicated or reordered messages, 2 when the command line or the machine does not allow
/// it.
int run(const CommandLine& line);

}  // namespace stentor::bench
