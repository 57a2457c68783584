#pragma once

#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace stentor::security {

/// What clocks on walls show; given, never asked for.
using WallTime = std::chrono::system_clock::time_point;

/// What a token's claims must be (RFC 7519 4, RFC 8725 3.8 to 3.11), and which of them say who somebody is.
struct ClaimRules {
    std::string issuer = {};                 ///< `iss`; empty: not looked at
    std::vector<std::string> audience = {};  ///< one of which is in `aud`; none: not looked at
    bool require_expiry = true;
    std::chrono::milliseconds max_age{std::chrono::hours(24)};   ///< from `iat` on, and until `exp`
    std::chrono::milliseconds leeway{std::chrono::seconds(30)};  ///< that clocks may differ by
    std::string name_claim = "sub";
    std::string authorities_claim = "scope";
    std::string authorities_prefix = "SCOPE_";
    std::vector<std::string> claims = {};  ///< kept in Principal::claims besides `sid`, `jti` and `iss`
};

/// Who the claims of a verified token say somebody is, until the time at which the token would be refused. An
/// error says which claim is wrong.
Result<Authentication> check_claims(const boost::json::object& claims, const ClaimRules& rules, WallTime now);

}  // namespace stentor::security
