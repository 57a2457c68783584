#pragma once

#include "base/timer_queue.hpp"
#include "security/authentication_manager.hpp"
#include "session/stomp_connect.hpp"
#include "session/user_quota.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::session {

/// How a session's client says who it is, and how long that holds. A session has none where nobody is asked.
/// Shard-local.
struct Login {
    const security::Providers* providers = nullptr;  ///< never null
    std::string_view endpoint = {};                  ///< its path; lives as long as the shard
    base::TimePoint opened = {};                     ///< its session
    base::TimePoint expires = base::never;           ///< by the clock of StompShard::expiries
    std::optional<base::Timer> expiry = {};          ///< set to that
    bool is_ambient = false;  ///< who it is was known by what a browser shows by itself
    bool is_vouched = false;  ///< an interceptor said who it is
    security::AuthenticationManager::Question question = {};  ///< CONNECT's, or a renewal's
    std::unique_ptr<Accepted> accepted = {};                  ///< what CONNECT waits with
    std::string csrf_token = {};                              ///< that it showed
    UserQuota::Place place = {};                              ///< among its user's sessions
    std::size_t early_bytes = 0;                              ///< that came behind it meanwhile
};

/// What the transport knows of who is there.
[[nodiscard]] inline std::unique_ptr<Login> make_login(const security::Providers& providers,
                                                       std::string_view endpoint, const Authentication* known,
                                                       base::TimePoint now) {
    auto login = std::make_unique<Login>();
    login->providers = &providers;
    login->endpoint = endpoint;
    if (known == nullptr) return login;
    login->is_ambient = known->is_ambient;
    if (known->valid_for) login->expires = now + *known->valid_for;
    return login;
}

}  // namespace stentor::session
