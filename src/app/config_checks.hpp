#pragma once

#include "app/config_toml.hpp"
#include "stentor/config_file.hpp"

namespace stentor::app {

/// Refuses values that are well-formed and cannot be meant, each with the place it came from. Throws
/// ConfigError.
void check_config(const ServerConfig& config, const Sources& sources);

}  // namespace stentor::app
