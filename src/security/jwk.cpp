#include "security/jwk.hpp"

#include "security/base64url.hpp"
#include "security/json_object.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace stentor::security {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;

struct Free {
    void operator()(BIGNUM* each) const { BN_free(each); }
    void operator()(OSSL_PARAM_BLD* each) const { OSSL_PARAM_BLD_free(each); }
    void operator()(OSSL_PARAM* each) const { OSSL_PARAM_free(each); }
    void operator()(EVP_PKEY_CTX* each) const { EVP_PKEY_CTX_free(each); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

struct Curve {
    std::string_view name;
    const char* group;
    std::size_t size;  ///< bytes of a coordinate
};
constexpr std::array<Curve, 3> curves{
    {{"P-256", "prime256v1", 32}, {"P-384", "secp384r1", 48}, {"P-521", "secp521r1", 66}}};

constexpr std::size_t ed25519_size = 32;
constexpr std::size_t most_modulus = 1024;  // bytes
constexpr std::size_t most_exponent = 8;

Error malformed(const char* what) { return {Errc::malformed, what}; }

std::optional<std::string> bytes_in(const boost::json::object& jwk, std::string_view name) {
    const std::optional<std::string_view> text = string_in(jwk, name);
    return text ? decode_base64url(*text) : std::nullopt;
}

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Owned<BIGNUM> number_of(const std::string& bytes) {
    return Owned<BIGNUM>(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// Null when these are no key: a point that is not on its curve, say.
Key make_key(const char* type, OSSL_PARAM_BLD& parts) {
    const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(&parts));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    return Key(key, EVP_PKEY_free);
}

Result<Key> rsa_key(const boost::json::object& jwk) {
    const auto modulus = bytes_in(jwk, "n");
    const auto exponent = bytes_in(jwk, "e");
    if (!modulus || !exponent) return malformed("an RSA key without n or e");
    if (modulus->size() > most_modulus || exponent->size() > most_exponent)
        return Error{Errc::too_large, "an RSA key that is too large"};
    const Owned<BIGNUM> n = number_of(*modulus);
    const Owned<BIGNUM> e = number_of(*exponent);
    // An even modulus or an exponent of 1 makes anything a signature.
    if (!BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get()))
        return malformed("an RSA key that is none");
    const Owned<OSSL_PARAM_BLD> parts(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    Key key = make_key("RSA", *parts);
    if (!key) return malformed("an RSA key that is none");
    return key;
}

Result<Key> ec_key(const boost::json::object& jwk) {
    const std::string_view name = string_in(jwk, "crv").value_or("");
    for (const Curve& curve : curves) {
        if (curve.name != name) continue;
        const auto x = bytes_in(jwk, "x");
        const auto y = bytes_in(jwk, "y");
        if (!x || !y || x->size() != curve.size || y->size() != curve.size)
            return malformed("a point of another length than its curve's");
        const std::string point = "\x04" + *x + *y;
        const Owned<OSSL_PARAM_BLD> parts(OSSL_PARAM_BLD_new());
        OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0);
        OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
        Key key = make_key("EC", *parts);
        if (!key) return malformed("a point that is not on its curve");
        return key;
    }
    return Error{Errc::unsupported, "a curve other than P-256, P-384 and P-521"};
}

Result<Key> edwards_key(const boost::json::object& jwk) {
    if (string_in(jwk, "crv") != "Ed25519") return Error{Errc::unsupported, "a curve other than Ed25519"};
    const auto x = bytes_in(jwk, "x");
    if (!x || x->size() != ed25519_size) return malformed("an Ed25519 key of another length than 32 bytes");
    Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size()), EVP_PKEY_free);
    if (!key) return malformed("an Ed25519 key that is none");
    return key;
}

}  // namespace

Result<std::shared_ptr<EVP_PKEY>> public_key_of_jwk(const boost::json::object& jwk) {
    const std::string_view type = string_in(jwk, "kty").value_or("");
    if (type == "RSA") return rsa_key(jwk);
    if (type == "EC") return ec_key(jwk);
    if (type == "OKP") return edwards_key(jwk);
    return Error{Errc::unsupported, "a kty other than RSA, EC and OKP"};
}

Result<std::string> secret_of_jwk(const boost::json::object& jwk) {
    auto secret = bytes_in(jwk, "k");
    if (!secret) return malformed("a secret without k");
    return std::move(*secret);
}

}  // namespace stentor::security
