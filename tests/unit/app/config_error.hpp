#pragma once

#include "stentor/config_file.hpp"

#include <string>
#include <vector>

namespace stentor::app {

/// The message with which a file named "s.toml" of this content is refused; empty when it is not.
inline std::string error_of(const std::string& toml, const std::vector<ConfigOverride>& overrides = {}) {
    try {
        static_cast<void>(parse_config(toml, "s.toml", overrides));
    } catch (const ConfigError& e) { return e.what(); }
    return {};
}

}  // namespace stentor::app
