#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace stentor {

class AuthenticationProvider;

/// Sessions of another server of yours: it is asked who the cookie's session belongs to. It answers 200 with
/// {"name": "alice", "authorities": ["ROLE_USER"], "expires_in": 1800}, or 401 or 403. docs/security.md says
/// more.
struct SessionCookieConfig {
    std::string name = "JSESSIONID";  ///< of the cookie
    std::string url = {};  ///< what to ask: https, or http on this machine; without it nothing is asked
    std::string ca = {};   ///< a file of certificates to trust for that instead
    std::chrono::milliseconds timeout{3'000};  ///< for the answer
    std::chrono::milliseconds cache{10'000};   ///< for which an answer counts for the same cookie
    std::size_t max_cached = 10'000;           ///< answers kept
    std::size_t max_waiting = 1'000;           ///< clients that wait for an answer; more are turned away
    std::size_t max_answer = std::size_t{64} * 1024;  ///< bytes of an answer

    friend bool operator==(const SessionCookieConfig&, const SessionCookieConfig&) = default;
};
BOOST_DESCRIBE_STRUCT(SessionCookieConfig, (),
                      (name, url, ca, timeout, cache, max_cached, max_waiting, max_answer))

/// For App::add_authentication_provider. Throws ConfigError.
[[nodiscard]] std::shared_ptr<AuthenticationProvider> session_cookie(SessionCookieConfig config);

}  // namespace stentor
