#pragma once

#include "base/clock.hpp"
#include "security/http_fetch.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::security {

/// Who the backend says somebody is: {"name": ..., "authorities": [...], "expires_in": seconds}, of which
/// only the name has to be there. It comes from a cookie, and so is ambient.
AuthenticationAnswer answer_of_backend(const HttpAnswer& answer);

/// Whether a cookie may have this value (RFC 6265 4.1.1), so that it can be shown to others.
bool is_cookie_value(std::string_view value);

/// Asks the user's own backend whose session a cookie is. One question stands for all that ask the same
/// meanwhile, and a verdict counts for `cache`. On the fetch's thread.
class CookieHook : public std::enable_shared_from_this<CookieHook> {
public:
    using Done = std::function<void(AuthenticationAnswer)>;

    struct Settings {
        HttpQuestion question = {};  ///< without the headers
        std::string name = "JSESSIONID";
        std::chrono::milliseconds cache{10'000};
        std::size_t max_cached = 10'000;
    };
    struct Shown {
        std::string value;    ///< of the cookie
        std::string address;  ///< of who shows it, without port
        bool is_secure = false;
    };
    /// Digests with a secret key: what a cache holds opens no session.
    using Digest = std::function<std::string(std::string_view)>;

    CookieHook(Settings settings, HttpFetch& fetch, Digest digest)
        : settings_(std::move(settings)), fetch_(fetch), digest_(std::move(digest)) {}

    /// Calls `done` once.
    void ask(const Shown& shown, Done done);
    [[nodiscard]] std::size_t cached() const { return verdicts_.size(); }

private:
    struct Verdict {
        AuthenticationAnswer answer = {};
        base::TimePoint came = {};
        bool is_there = false;
        std::vector<Done> waiting = {};
    };

    void came(const std::string& key, AuthenticationAnswer answer);
    [[nodiscard]] bool is_fresh(const Verdict& verdict, base::TimePoint now) const;
    [[nodiscard]] AuthenticationAnswer aged(const Verdict& verdict, base::TimePoint now) const;
    void make_room(base::TimePoint now);

    Settings settings_;
    HttpFetch& fetch_;
    Digest digest_;
    std::map<std::string, Verdict> verdicts_;  ///< by the digest of what was shown
};

}  // namespace stentor::security
