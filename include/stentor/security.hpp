#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Who a client is. What clients may do is in access.hpp; docs/security.md tells the whole.
namespace stentor {

class Execution;

/// Who a session is. A value.
struct Principal {
    std::string name;
    std::vector<std::string> authorities = {};  ///< "ROLE_ADMIN", "SCOPE_orders"; compared exactly
    /// What else its credential says, by which sessions can be found and ended: {"sid", "1f3a"}.
    std::vector<std::pair<std::string, std::string>> claims = {};

    friend bool operator==(const Principal&, const Principal&) = default;
};

/// What a client shows of itself: with the HTTP request that opens its session, with CONNECT, or when it
/// renews what it has shown.
struct Credentials {
    enum class Shown : std::uint8_t {
        connect,    ///< CONNECT's headers
        handshake,  ///< an HTTP request's headers; over TLS also the certificate
        renewal,    ///< headers of a SEND to the renewal destination
    };
    std::string login = {};           ///< CONNECT's `login`, or HTTP Basic's user
    std::string passcode = {};        ///< of that login
    std::string token = {};           ///< what follows `Bearer` in the header `Authorization` (RFC 6750 2.1)
    std::string cookies = {};         ///< the request's Cookie headers, joined by "; "
    std::string query = {};           ///< of the request's target, as sent
    std::string endpoint = {};        ///< the path; empty for STOMP over TCP
    std::string remote_address = {};  ///< with its port
    bool is_secure = false;           ///< it came over TLS
    Shown shown = Shown::connect;
};

/// Who a client was found to be.
struct Authentication {
    Principal principal;
    /// From now on, after which the session ends unless the client renews; nothing: as long as the session.
    std::optional<std::chrono::milliseconds> valid_for = std::nullopt;
    /// The browser shows this credential by itself, whichever page asks it to: a cookie, Basic, a
    /// certificate. Then a CONNECT needs a CSRF token, and a request an origin.
    bool is_ambient = false;
};

/// What a provider makes of credentials.
struct AuthenticationAnswer {
    enum class Kind : std::uint8_t {
        absent,       ///< there is nothing among them that it could check: the next one is asked
        accepted,     ///< nobody else is asked
        refused,      ///< nor then: a wrong credential is nobody's
        unavailable,  ///< it cannot tell now
    };
    Kind kind = Kind::absent;
    Authentication authentication = {};
    std::string reason = {};  ///< why not, for the log: without anything secret. The client does not see it
    bool is_guess = true;     ///< refused, it counts as a failed login: not what has been right before

    static AuthenticationAnswer absent() { return {}; }
    static AuthenticationAnswer accepted(Authentication who) { return {Kind::accepted, std::move(who), {}}; }
    static AuthenticationAnswer refused(std::string reason) { return {Kind::refused, {}, std::move(reason)}; }
    /// Right once, and so nobody's guess.
    static AuthenticationAnswer expired(std::string reason) {
        return {Kind::refused, {}, std::move(reason), false};
    }
    static AuthenticationAnswer unavailable(std::string reason) {
        return {Kind::unavailable, {}, std::move(reason)};
    }
};

/// One way of finding out who somebody is. All shards share one object. Any thread.
class AuthenticationProvider {
public:
    using Done = std::function<void(AuthenticationAnswer)>;

    virtual ~AuthenticationProvider() = default;
    /// Called on a shard's thread, where it must not wait. Calls `done` exactly once on that thread: before
    /// it returns, or later from a task that `execution` posts there. `credentials` live until it returns.
    virtual void authenticate(const Credentials& credentials, Execution& execution, Done done) const = 0;
    /// What of them, but for a login with its passcode, it would check: a token, or the value of a cookie;
    /// empty: nothing. Where it is refused that is a failed login of its address, once for the same text.
    [[nodiscard]] virtual std::string_view shown_in(const Credentials& credentials) const {
        return credentials.token;
    }
    /// What a 401 tells a client to show: "Basic realm=\"stentor\"", "Bearer"; empty: nothing (RFC 9110
    /// 11.6.1).
    [[nodiscard]] virtual std::string challenge() const { return {}; }
    /// Reads its files anew; what it has stays in force where they are wrong, which is logged.
    virtual void reload() {}
};

/// The simplest provider: checks a login and a passcode and must answer without waiting. Called by every
/// shard, on its own thread, for each CONNECT of somebody who is not known yet, and for HTTP Basic. Where it
/// knows nobody without a login and a passcode, such a one is nobody.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    /// Nothing when the credentials are wrong: the client gets ERROR, with the same words whatever was wrong.
    [[nodiscard]] virtual std::optional<Principal> authenticate(const Credentials& credentials) const = 0;
};

/// A fixed list of logins with their passcodes; meant for tests and closed networks, as it holds them in
/// clear. Who has an empty passcode there cannot log in. Immutable.
class UserList final : public Authenticator {
public:
    UserList(std::initializer_list<std::pair<const std::string, std::string>> users) : users_(users) {}
    /// In a time that does not depend on how much of the passcode is right, nor on whether there is such a
    /// login.
    [[nodiscard]] std::optional<Principal> authenticate(const Credentials& credentials) const override;

private:
    std::map<std::string, std::string, std::less<>> users_;
};

}  // namespace stentor
