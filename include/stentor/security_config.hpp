#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace stentor {

/// Failed logins. Each address and each login has some that cost nothing; every further one makes the next
/// wait, twice as long each time. See docs/security.md.
struct LoginsConfig {
    std::size_t free_failures = 5;                    ///< in a minute
    std::chrono::milliseconds first_delay{1'000};     ///< after the first one past those
    std::chrono::milliseconds longest_delay{60'000};  ///< of an address, however many follow
    std::chrono::milliseconds longest_login_delay{
        5'000};  ///< of a login, whose owner others must not lock out
    std::chrono::milliseconds longest_wait{
        5'000};  ///< for an address's turn; who would wait longer is told when to come again. This and
                 ///< longest_login_delay are at most half of stomp.connect_timeout and http.head_timeout
    std::size_t max_waiting = 1'000;          ///< logins that wait at once; more are refused
    std::size_t max_checks = 2;               ///< passcodes under check at once, on workers; more wait
    std::size_t max_checks_per_address = 16;  ///< logins of an address that are checked or wait for that
};
BOOST_DESCRIBE_STRUCT(LoginsConfig, (),
                      (free_failures, first_delay, longest_delay, longest_login_delay, longest_wait,
                       max_waiting, max_checks, max_checks_per_address))

/// What clients must show of themselves, and what becomes of it. The ways to show it are tables of their own.
struct SecurityConfig {
    bool anonymous = false;  ///< whether who shows no credentials may open sessions, as nobody; without any
                             ///< way to show some, everybody, which addresses but loopback's need to be told
    std::string renewal_destination = "/stentor/renew";  ///< where clients SEND new credentials to
    bool csrf =
        true;  ///< whether a CONNECT needs a token where a cookie, Basic or a certificate said who it is
    std::string csrf_header = "X-CSRF-TOKEN";  ///< of CONNECT, with the token from `{endpoint}/csrf`
    std::string csrf_key_file = {};  ///< 32 bytes or more, the same for all servers; random when empty
    bool require_origin = true;      ///< whether requests need an Origin where such a credential came along
    std::size_t max_sessions_per_user = 1'000;  ///< on this server
    std::string denied = "error";  ///< how a client hears that a rule denies what it asked for: "error" ends
                                   ///< its session, "tell" tells its error destination if it listens there
    LoginsConfig logins = {};
};
BOOST_DESCRIBE_STRUCT(SecurityConfig, (),
                      (anonymous, renewal_destination, csrf, csrf_header, csrf_key_file, require_origin,
                       max_sessions_per_user, denied, logins))

}  // namespace stentor
