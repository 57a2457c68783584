#include "stentor/config_file.hpp"

#include "app/access_settings.hpp"
#include "app/config_checks.hpp"
#include "app/config_settings.hpp"
#include "app/config_text.hpp"
#include "app/config_toml.hpp"
#include "stentor/app.hpp"
#include "stentor/users.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace stentor {
namespace app {
namespace {

constexpr std::size_t largest_file = 1024 * 1024;

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(largest_file + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad())
        throw ConfigError(file.string() + ": cannot be read (" + std::strerror(errno) +
                          "); name a TOML file");
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest_file)
        throw ConfigError(file.string() + ": is over 1 MiB; name a configuration file");
    return text;
}

void apply(const ConfigOverride& given, const std::vector<Setting>& settings, Sources& sources) {
    const auto setting = std::find_if(settings.begin(), settings.end(),
                                      [&](const Setting& s) { return s.path == given.setting; });
    if (setting == settings.end())
        throw ConfigError(given.given_by + ": " + unknown_setting(given.setting, "", settings));
    if (const auto stored = store_text(*setting, given.value); stored.has_error())
        throw ConfigError(given.given_by + ": " + given.setting + " " + stored.error().message);
    sources[given.setting] = given.given_by;
}

/// A relative name is relative to the file that holds it, wherever the server is started.
void resolve_names(ServerConfig& config, const std::filesystem::path& file) {
    const auto resolve = [&](std::string& name) {
        if (!name.empty()) name = (file.parent_path() / name).string();
    };
    for (ResourceConfig& resource : config.resources) resolve(resource.folder);
    resolve(config.broker.relay.passcode_file);
    resolve(config.users.file);
    resolve(config.security.csrf_key_file);
    TlsClientConfig& to_broker = config.broker.relay.tls;
    for (std::string* name : {&to_broker.ca, &to_broker.certificate, &to_broker.key, &config.tls.client_ca})
        resolve(*name);
    for (CertificateConfig& each : config.tls.certificate) {
        resolve(each.file);
        resolve(each.key);
    }
    for (JwtConfig& each : config.jwt)
        for (std::string* name : {&each.jwks_ca, &each.key_file, &each.secret_file}) resolve(*name);
    resolve(config.session_cookie.ca);
}

void enable_broker(App& app, const BrokerConfig& broker) {
    app.set_queue_prefixes(broker.queue_prefixes);
    if (broker.type == "simple") app.enable_simple_broker(broker.destination_prefixes);
    if (broker.type == "stomp-relay") app.enable_stomp_broker_relay(relay_of(broker));
    if (broker.type == "kafka") app.enable_kafka_broker(kafka_of(broker));
}

}  // namespace
}  // namespace app

ServerConfig parse_config(std::string_view toml, const std::filesystem::path& file,
                          const std::vector<ConfigOverride>& overrides) {
    ServerConfig config;
    app::Sources sources;
    const std::vector<app::Setting> settings = app::settings_of(config);
    app::read_toml(toml, file.string(), settings, sources);
    for (const ConfigOverride& given : overrides) app::apply(given, settings, sources);
    app::resolve_names(config, file);
    app::check_config(config, sources);
    return config;
}

ServerConfig load_config(const std::optional<std::filesystem::path>& file,
                         const std::vector<ConfigOverride>& overrides) {
    if (!file) return parse_config("", "", overrides);
    return parse_config(app::read_file(*file), *file, overrides);
}

AccessRules access_of(const ServerConfig& config) {
    auto read = app::read_access(config.access);
    if (const auto* fault = std::get_if<app::AccessFault>(&read))
        throw ConfigError("access[" + std::to_string(fault->rule) + "]." + fault->what);
    return std::get<AccessRules>(std::move(read));
}

void configure(App& app, const ServerConfig& config) {
    for (const EndpointConfig& plan : config.endpoint) {
        EndpointOptions& endpoint = app.add_stomp_endpoint(plan.path);
        endpoint.set_allowed_origins(plan.allowed_origins);
        endpoint.set_allowed_origin_patterns(plan.allowed_origin_patterns);
        if (!plan.authentication.empty()) endpoint.authenticate_by(plan.authentication);
        if (plan.sockjs) endpoint.with_sockjs();
    }
    app::enable_broker(app, config.broker);
    for (const HoldConfig& hold : config.broker.hold) app.hold_messages(hold);
    for (const HistoryConfig& history : config.broker.history) app.keep_history(history);
    for (const SlowConsumerConfig& slow : config.broker.slow_consumer) app.set_slow_consumer_policy(slow);
    app.set_application_destination_prefixes(config.application.destination_prefixes);
    if (!config.users.file.empty())
        app.add_authentication_provider("users", users_file(config.users.file, config.security.logins));
    for (const ResourceConfig& resource : config.resources)
        app.add_resource_handler(resource.path, resource.folder);
    if (!config.jwt.empty()) app.add_authentication_provider("jwt", jwt(config.jwt));
    if (!config.session_cookie.url.empty())
        app.add_authentication_provider("session-cookie", session_cookie(config.session_cookie));
    app.access() = access_of(config);
}

}  // namespace stentor
