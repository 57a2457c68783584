#pragma once

#include "security/jws_algorithm.hpp"

#include <openssl/evp.h>

#include <string_view>

namespace stentor::security {

/// Whether `signature` is a JWS's of `text` by that key (RFC 7518 3.3 to 3.5, RFC 8037 3.1), whose kind is
/// the algorithm's. It has exactly the length that the key calls for; ECDSA's is R || S, each from 1 to n
/// - 1.
bool verify_signature(JwsAlgorithm algorithm, EVP_PKEY& key, std::string_view text,
                      std::string_view signature);

/// The same of HMAC (RFC 7518 3.2), in a time that does not tell how much of it is right.
bool verify_mac(JwsAlgorithm algorithm, std::string_view secret, std::string_view text, std::string_view mac);

}  // namespace stentor::security
