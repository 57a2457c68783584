#pragma once

#include "stentor/access.hpp"
#include "stentor/access_config.hpp"
#include "stentor/config.hpp"
#include "stentor/jwt_config.hpp"
#include "stentor/session_cookie_config.hpp"
#include "stentor/users_config.hpp"

#include <boost/describe/class.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor {

class App;

/// A path where clients open sessions. Each `[[endpoint]]` adds one; the first of them takes the place of the
/// default endpoint, `/stomp` with SockJS.
struct EndpointConfig {
    std::string path;            ///< where sessions are opened, such as "/stomp"
    std::string type = "stomp";  ///< what its sessions speak; "stomp" is the only choice
    std::vector<std::string>
        allowed_origins;  ///< web origins besides its own: "https://app.example.com", "*"
    std::vector<std::string> allowed_origin_patterns;  ///< the same with wildcards: "https://*.example.com"
    std::vector<std::string> authentication =
        {};  ///< how clients say who they are: "users", "jwt", "session-cookie"; empty: any that there is
    bool sockjs = false;  ///< serve the path to SockJS clients too
};
BOOST_DESCRIBE_STRUCT(EndpointConfig, (),
                      (path, type, allowed_origins, allowed_origin_patterns, authentication, sockjs))

/// Where messages go that are for subscribers.
struct BrokerConfig {
    std::string type = "simple";  ///< "simple", the built-in one, or another program: "stomp-relay", "kafka"
    std::vector<std::string> destination_prefixes = {"/topic", "/queue"};  ///< the destinations it serves
    std::vector<std::string> queue_prefixes = {"/queue"};  ///< those of which each message has one receiver
    std::vector<HoldConfig> hold =
        {};  ///< topics whose messages may wait for more; each `[[broker.hold]]` adds some
    std::vector<HistoryConfig> history =
        {};  ///< topics whose messages are kept; each `[[broker.history]]` adds some
    std::vector<SlowConsumerConfig> slow_consumer =
        {};  ///< what slow subscribers of topics get; each `[[broker.slow_consumer]]` adds some
    StompRelayConfig relay = {};
    KafkaConfig kafka = {};
};
BOOST_DESCRIBE_STRUCT(BrokerConfig, (),
                      (type, destination_prefixes, queue_prefixes, hold, history, slow_consumer, relay,
                       kafka))

/// Where messages go that are for functions.
struct ApplicationConfig {
    std::vector<std::string> destination_prefixes = {"/app"};  ///< the destinations of mapped functions
};
BOOST_DESCRIBE_STRUCT(ApplicationConfig, (), (destination_prefixes))

/// Files to serve over HTTP, all read at start-up. Each `[[resources]]` adds a folder; there is none by
/// default.
struct ResourceConfig {
    std::string path;    ///< where the files appear, such as "/"
    std::string folder;  ///< the files; a relative name is relative to the configuration file's folder
};
BOOST_DESCRIBE_STRUCT(ResourceConfig, (), (path, folder))

/// All that a configuration file can say: a Config, and what a server without code of its own serves.
struct ServerConfig : Config {
    std::vector<EndpointConfig> endpoint = {{"/stomp", "stomp", {}, {}, {}, true}};
    BrokerConfig broker = {};
    ApplicationConfig application = {};
    std::vector<ResourceConfig> resources = {};
    UsersConfig users = {};
    std::vector<JwtConfig> jwt = {};            ///< issuers of tokens that say who a client is
    SessionCookieConfig session_cookie = {};    ///< sessions of another server, which is asked whose they are
    std::vector<AccessRuleConfig> access = {};  ///< what clients may do
};
BOOST_DESCRIBE_STRUCT(ServerConfig, (Config),
                      (endpoint, broker, application, resources, users, jwt, session_cookie, access))

/// A value given outside of the configuration file, which it overrides.
struct ConfigOverride {
    std::string given_by;  ///< for messages: "--port", "STENTOR_PORT"
    std::string setting;   ///< "port", "stomp.max_body"
    std::string value;  ///< as in a file, but without quotes; the entries of a list are separated by commas
};

/// What can be set, for help texts.
struct KnownSetting {
    std::string name;           ///< "stomp.max_body"
    std::string variable;       ///< "STENTOR_STOMP_MAX_BODY"; empty when only a file can set it
    std::string default_value;  ///< as a file would say it; empty when there is none
};

/// Reads a TOML file, then the overrides in their order. Without a file there are only those. Throws
/// ConfigError
/// ("FILE:LINE: what is wrong; what to do"), for an unknown key too.
[[nodiscard]] ServerConfig load_config(const std::optional<std::filesystem::path>& file,
                                       const std::vector<ConfigOverride>& overrides = {});

/// The same with the file's content at hand; `file` is its name.
[[nodiscard]] ServerConfig parse_config(std::string_view toml, const std::filesystem::path& file,
                                        const std::vector<ConfigOverride>& overrides = {});

/// The variables that begin with STENTOR_, of an environment as main() gets it. Throws ConfigError when one
/// of them names no setting.
[[nodiscard]] std::vector<ConfigOverride> overrides_from_environment(const char* const* environment);

[[nodiscard]] std::vector<KnownSetting> known_settings();

/// Its rules, for App::set_access. Throws ConfigError.
[[nodiscard]] AccessRules access_of(const ServerConfig& config);

/// Registers the endpoints, prefixes, resources and rules with the application. Throws ConfigError.
void configure(App& app, const ServerConfig& config);

}  // namespace stentor
