#include "app/config_settings.hpp"
#include "app/config_text.hpp"

#include <algorithm>

namespace stentor {
namespace app {
namespace {

constexpr std::string_view prefix = "STENTOR_";

/// "stomp.max_body" -> "STENTOR_STOMP_MAX_BODY"
std::string variable_of(std::string_view path) {
    std::string name(prefix);
    for (const char c : path) {
        const bool lower = c >= 'a' && c <= 'z';
        name += c == '.' ? '_' : lower ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

std::string unknown_variable(std::string_view name, const std::vector<KnownSetting>& known) {
    const std::string start = "environment variable " + in_quotes(name) + " names no setting; ";
    std::vector<std::string_view> names;
    for (const KnownSetting& setting : known) {
        if (setting.variable.empty() && variable_of(setting.name) == name)
            return start + "give a list of tables in the configuration file";
        if (!setting.variable.empty())
            names.push_back(std::string_view(setting.variable).substr(prefix.size()));
    }
    const std::string_view meant = nearest(name.substr(prefix.size()), names);
    return start + (meant.empty()
                        ? "unset it"
                        : "did you mean " + in_quotes(std::string(prefix) + std::string(meant)) + "?");
}

}  // namespace
}  // namespace app

std::vector<KnownSetting> known_settings() {
    ServerConfig defaults;
    std::vector<KnownSetting> known;
    for (const app::Setting& setting : app::settings_of(defaults)) {
        const bool in_files_only = std::holds_alternative<app::Records>(setting.place);
        known.push_back(
            {setting.path, in_files_only ? "" : app::variable_of(setting.path), setting.default_value});
    }
    return known;
}

std::vector<ConfigOverride> overrides_from_environment(const char* const* environment) {
    const std::vector<KnownSetting> known = known_settings();
    std::vector<ConfigOverride> overrides;
    for (; *environment != nullptr; ++environment) {
        const std::string_view entry = *environment;
        if (!entry.starts_with(app::prefix)) continue;
        const std::size_t end = std::min(entry.find('='), entry.size());
        const std::string_view name = entry.substr(0, end);
        const auto setting = std::find_if(known.begin(), known.end(),
                                          [&](const KnownSetting& k) { return k.variable == name; });
        if (setting == known.end()) throw ConfigError(app::unknown_variable(name, known));
        const std::string_view value = entry.substr(std::min(end + 1, entry.size()));
        overrides.push_back({std::string(name), setting->name, std::string(value)});
    }
    return overrides;
}

}  // namespace stentor
