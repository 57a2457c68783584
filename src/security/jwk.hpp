#pragma once

#include "stentor/result.hpp"

#include <openssl/evp.h>
#include <boost/json/object.hpp>

#include <memory>
#include <string>

namespace stentor::security {

/// The public key of a JSON Web Key (RFC 7518 6.2, 6.3, RFC 8037 2): RSA, the curves P-256, P-384, P-521 and
/// Ed25519. Members of its private half are not looked at.
Result<std::shared_ptr<EVP_PKEY>> public_key_of_jwk(const boost::json::object& jwk);

/// The bytes of a symmetric one (RFC 7518 6.4).
Result<std::string> secret_of_jwk(const boost::json::object& jwk);

}  // namespace stentor::security
