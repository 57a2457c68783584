#pragma once

#include "security/jws.hpp"
#include "security/jwt_claims.hpp"
#include "security/key_set.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::security {

/// What is asked of one issuer's tokens.
struct JwtRules {
    std::vector<JwsAlgorithm> algorithms = {};
    std::string type = {};  ///< `typ` (RFC 8725 3.11), without case and "application/"; empty: not looked at
    ClaimRules claims = {};
};

/// A token taken apart, and nothing of it verified.
struct ShownJwt {
    Jws jws;
    boost::json::object claims;
    std::string issuer;  ///< which it says is its own; empty: it does not say
};

/// `max_size`: bytes of a token. An error is about its form.
Result<ShownJwt> take_apart(std::string_view token, std::size_t max_size);

/// Who the token says somebody is, once its signature is one of `keys`' (RFC 7515 5.2), its algorithm one of
/// the rules' and its claims are as they shall be. `not_found`: no key is the one that it names, and there
/// may be newer keys. Header fields that name keys (jku, jwk, x5u, x5c) are not looked at.
Result<Authentication> verify(const ShownJwt& token, const JwtRules& rules, const KeySet& keys, WallTime now);

}  // namespace stentor::security
