#pragma once

#include "app/config_settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

/// Where each given setting was given, for messages: "stomp.max_body" -> "stentor.toml:7". Entries of lists
/// of tables are "endpoint[0].path", the entry itself "endpoint[0]".
using Sources = std::map<std::string, std::string, std::less<>>;

/// Stores what the TOML text says and notes where. `file` is its name. Throws ConfigError.
void read_toml(std::string_view text, const std::string& file, const std::vector<Setting>& settings,
               Sources& sources);

/// "unknown setting 'prot'; did you mean 'port'?": `inside` is the path of the table it stands in, "" or
/// "stomp.".
std::string unknown_setting(std::string_view key, std::string_view inside,
                            const std::vector<Setting>& settings);

}  // namespace stentor::app
