#pragma once

#include "security/jws_algorithm.hpp"
#include "stentor/result.hpp"

#include <openssl/evp.h>
#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::security {

/// A key to check signatures with. Which algorithms it is for is its own kind's to say, never a token's (RFC
/// 8725 3.1). Immutable.
class VerifyKey {
public:
    enum class Kind : std::uint8_t { rsa, p256, p384, p521, ed25519, secret };

    /// A JSON Web Key (RFC 7517, RFC 8037); of a private one its public half. An error where it is of another
    /// kind, not for signatures, or weak.
    static Result<VerifyKey> from_jwk(const boost::json::object& jwk);
    /// The same of OpenSSL's own, such as one out of a PEM file. It has no id.
    static Result<VerifyKey> from_public_key(std::shared_ptr<EVP_PKEY> key);
    /// For HMAC; of 32 bytes or more (RFC 7518 3.2).
    static Result<VerifyKey> from_secret(std::string secret);

    [[nodiscard]] const std::string& id() const { return id_; }  ///< `kid`; empty: it has none
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is_for(JwsAlgorithm algorithm) const;
    /// Whether `signature` is this key's of `text`. The key is for that algorithm.
    [[nodiscard]] bool verifies(JwsAlgorithm algorithm, std::string_view text,
                                std::string_view signature) const;

private:
    VerifyKey() = default;

    Kind kind_ = Kind::secret;
    std::string id_;
    std::optional<JwsAlgorithm> only_;  ///< `alg` of a JSON Web Key
    std::shared_ptr<EVP_PKEY> key_;     ///< of every kind but a secret
    std::string secret_;
};

}  // namespace stentor::security
