#include "security/verify_key.hpp"

#include "security/json_object.hpp"
#include "security/jwk.hpp"
#include "security/signature.hpp"

#include <openssl/core_names.h>

#include <algorithm>
#include <utility>

namespace stentor::security {
namespace {

constexpr int least_rsa_bits = 2048;  // RFC 7518 3.3
constexpr int most_rsa_bits = 8192;   // past it a check takes long
constexpr std::size_t least_secret = 32;

Error unfit(const char* what) { return {Errc::unsupported, what}; }

/// RFC 7517 4.2, 4.3: what it may be used for, where it says so.
bool is_for_signatures(const boost::json::object& jwk) {
    if (jwk.contains("use") && string_in(jwk, "use") != "sig") return false;
    const boost::json::value* const uses = jwk.if_contains("key_ops");
    if (uses == nullptr) return true;
    return uses->is_array() && std::ranges::any_of(uses->as_array(), [](const boost::json::value& use) {
               return use == "verify" || use == "sign";
           });
}

std::optional<VerifyKey::Kind> curve_of(EVP_PKEY& key) {
    char name[64] = {};
    std::size_t size = 0;
    if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, &size) != 1)
        return std::nullopt;
    const std::string_view curve(name, size);
    if (curve == "prime256v1" || curve == "P-256") return VerifyKey::Kind::p256;
    if (curve == "secp384r1" || curve == "P-384") return VerifyKey::Kind::p384;
    if (curve == "secp521r1" || curve == "P-521") return VerifyKey::Kind::p521;
    return std::nullopt;
}

}  // namespace

Result<VerifyKey> VerifyKey::from_secret(std::string secret) {
    if (secret.size() < least_secret) return unfit("the secret has fewer than 32 bytes");
    VerifyKey made;
    made.secret_ = std::move(secret);
    return made;
}

Result<VerifyKey> VerifyKey::from_public_key(std::shared_ptr<EVP_PKEY> key) {
    VerifyKey made;
    switch (EVP_PKEY_get_base_id(key.get())) {
        case EVP_PKEY_RSA:
            if (EVP_PKEY_get_bits(key.get()) < least_rsa_bits) return unfit("an RSA key of under 2048 bits");
            if (EVP_PKEY_get_bits(key.get()) > most_rsa_bits) return unfit("an RSA key of over 8192 bits");
            made.kind_ = Kind::rsa;
            break;
        case EVP_PKEY_EC: {
            const std::optional<Kind> curve = curve_of(*key);
            if (!curve) return unfit("a curve other than P-256, P-384 and P-521");
            made.kind_ = *curve;
            break;
        }
        case EVP_PKEY_ED25519: made.kind_ = Kind::ed25519; break;
        default: return unfit("a kind of key that signs no tokens");
    }
    made.key_ = std::move(key);
    return made;
}

Result<VerifyKey> VerifyKey::from_jwk(const boost::json::object& jwk) {
    if (!is_for_signatures(jwk)) return unfit("a key that is not for signatures");
    Result<VerifyKey> made = Error{};
    if (string_in(jwk, "kty") == "oct") {
        auto secret = secret_of_jwk(jwk);
        made = secret.has_error() ? Result<VerifyKey>(secret.error()) : from_secret(std::move(*secret));
    } else {
        auto key = public_key_of_jwk(jwk);
        made = key.has_error() ? Result<VerifyKey>(key.error()) : from_public_key(std::move(*key));
    }
    if (made.has_error()) return made;
    if (const boost::json::value* const id = jwk.if_contains("kid")) {
        if (!id->is_string()) return unfit("a kid that is no text");
        made->id_ = id->as_string();
    }
    if (jwk.contains("alg")) {
        made->only_ = jws_algorithm(string_in(jwk, "alg").value_or(""));
        if (!made->only_) return unfit("an alg that signs no tokens");
    }
    return made;
}

bool VerifyKey::is_for(JwsAlgorithm algorithm) const {
    if (only_ && *only_ != algorithm) return false;
    switch (algorithm) {
        case JwsAlgorithm::rs256:
        case JwsAlgorithm::rs384:
        case JwsAlgorithm::rs512:
        case JwsAlgorithm::ps256:
        case JwsAlgorithm::ps384:
        case JwsAlgorithm::ps512: return kind_ == Kind::rsa;
        case JwsAlgorithm::es256: return kind_ == Kind::p256;
        case JwsAlgorithm::es384: return kind_ == Kind::p384;
        case JwsAlgorithm::es512: return kind_ == Kind::p521;
        case JwsAlgorithm::eddsa: return kind_ == Kind::ed25519;
        case JwsAlgorithm::hs256: return kind_ == Kind::secret;
        // As many bytes as the digest has (RFC 7518 3.2).
        case JwsAlgorithm::hs384: return kind_ == Kind::secret && secret_.size() >= 48;
        case JwsAlgorithm::hs512: return kind_ == Kind::secret && secret_.size() >= 64;
    }
    return false;
}

bool VerifyKey::verifies(JwsAlgorithm algorithm, std::string_view text, std::string_view signature) const {
    return kind_ == Kind::secret ? verify_mac(algorithm, secret_, text, signature)
                                 : verify_signature(algorithm, *key_, text, signature);
}

}  // namespace stentor::security
