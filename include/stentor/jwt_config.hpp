#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace stentor {

class AuthenticationProvider;

/// The tokens of one issuer (JWT, RFC 7519): where clients show them, what checks them, and who they say
/// somebody is. Each `[[jwt]]` adds one; a token's `iss` chooses among several. docs/security.md says more.
struct JwtConfig {
    std::string issuer = {};                 ///< the tokens' `iss`; several tables need one each
    std::vector<std::string> audience = {};  ///< one of which is in a token's `aud`; empty: not looked at
    std::vector<std::string> algorithms =
        {};                     ///< that may sign: "RS256", "ES256", "EdDSA" ...; there is no default
    std::string jwks_url = {};  ///< where the issuer publishes its keys: https, or http on this machine
    std::string jwks_ca = {};   ///< a file of certificates to trust for that instead of the system's
    std::string key_file = {};  ///< or its public keys: PEM, or a JSON Web Key or a set of them
    std::string secret_file =
        {};                   ///< or, for HS256 and the like, the secret: 32 bytes or more, all of the file
    bool bearer = true;       ///< shown in the header `Authorization: Bearer ...`, of the request or CONNECT
    std::string cookie = {};  ///< also shown in the cookie of this name
    std::string query_parameter = {};           ///< also shown in the URL; proxies' logs may keep it
    std::string type = {};                      ///< the tokens' `typ`, such as "at+jwt"; empty: not looked at
    std::string name_claim = "sub";             ///< whose value is the user's name
    std::string authorities_claim = "scope";    ///< words, or a list; "realm_access.roles" is a path
    std::string authorities_prefix = "SCOPE_";  ///< put before each of those
    std::vector<std::string> claims =
        {};                      ///< further ones to keep with the user, besides `sid`, `jti` and `iss`
    bool require_expiry = true;  ///< whether a token needs `exp`
    std::chrono::milliseconds max_age{86'400'000};  ///< of a token: from `iat` on, and until `exp`
    std::chrono::milliseconds leeway{30'000};       ///< that the issuer's clock may differ by
    std::chrono::milliseconds refresh{600'000};     ///< between two looks at jwks_url
    std::chrono::milliseconds refetch_interval{
        60'000};  ///< between two that tokens with an unknown key cause, and the longest pause while it fails
    std::chrono::milliseconds max_stale{86'400'000};  ///< that keys stay in force while jwks_url fails
    std::chrono::milliseconds fetch_timeout{5'000};   ///< for its answer
    std::size_t max_keys_size = 256 * 1024;           ///< bytes of that answer, or of a file of keys
    std::size_t max_size = std::size_t{8} * 1024;     ///< bytes of a token
    std::size_t max_waiting = 1'000;                  ///< tokens that wait for keys; more are refused
};
BOOST_DESCRIBE_STRUCT(JwtConfig, (),
                      (issuer, audience, algorithms, jwks_url, jwks_ca, key_file, secret_file, bearer, cookie,
                       query_parameter, type, name_claim, authorities_claim, authorities_prefix, claims,
                       require_expiry, max_age, leeway, refresh, refetch_interval, max_stale, fetch_timeout,
                       max_keys_size, max_size, max_waiting))

/// Tokens of one issuer, or of several, for App::add_authentication_provider. Reads the files. Throws
/// ConfigError.
[[nodiscard]] std::shared_ptr<AuthenticationProvider> jwt(JwtConfig config);
[[nodiscard]] std::shared_ptr<AuthenticationProvider> jwt(std::vector<JwtConfig> issuers);

}  // namespace stentor
