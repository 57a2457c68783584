#include "security/signature.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <cassert>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace stentor::security {
namespace {

struct Free {
    void operator()(EVP_MD_CTX* each) const { EVP_MD_CTX_free(each); }
    void operator()(ECDSA_SIG* each) const { ECDSA_SIG_free(each); }
    void operator()(BIGNUM* each) const { BN_free(each); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr std::size_t ed25519_signature = 64;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Null for EdDSA, which takes the text itself.
const EVP_MD* digest_of(JwsAlgorithm algorithm) {
    switch (algorithm) {
        case JwsAlgorithm::rs256:
        case JwsAlgorithm::ps256:
        case JwsAlgorithm::es256:
        case JwsAlgorithm::hs256: return EVP_sha256();
        case JwsAlgorithm::rs384:
        case JwsAlgorithm::ps384:
        case JwsAlgorithm::es384:
        case JwsAlgorithm::hs384: return EVP_sha384();
        case JwsAlgorithm::rs512:
        case JwsAlgorithm::ps512:
        case JwsAlgorithm::es512:
        case JwsAlgorithm::hs512: return EVP_sha512();
        case JwsAlgorithm::eddsa: return nullptr;
    }
    return nullptr;
}

bool is_pss(JwsAlgorithm algorithm) {
    return algorithm == JwsAlgorithm::ps256 || algorithm == JwsAlgorithm::ps384 ||
           algorithm == JwsAlgorithm::ps512;
}

bool is_in_range(const BIGNUM& number, const BIGNUM& order) {
    return !BN_is_zero(&number) && BN_cmp(&number, &order) < 0;
}

/// R || S (RFC 7518 3.4) as OpenSSL wants it. Nothing when it cannot be a signature: 0 for both would be one
/// of everything, where a library does not look.
std::optional<std::string> der_of(EVP_PKEY& key, std::string_view signature) {
    const auto half = static_cast<std::size_t>(EVP_PKEY_get_bits(&key) + 7) / 8;
    if (signature.size() != 2 * half) return std::nullopt;
    BIGNUM* order = nullptr;
    EVP_PKEY_get_bn_param(&key, OSSL_PKEY_PARAM_EC_ORDER, &order);
    const Owned<BIGNUM> owned_order(order);
    Owned<BIGNUM> r(BN_bin2bn(bytes_of(signature), static_cast<int>(half), nullptr));
    Owned<BIGNUM> s(BN_bin2bn(bytes_of(signature) + half, static_cast<int>(half), nullptr));
    if (order == nullptr || !is_in_range(*r, *order) || !is_in_range(*s, *order)) return std::nullopt;
    const Owned<ECDSA_SIG> both(ECDSA_SIG_new());
    ECDSA_SIG_set0(both.get(), r.release(), s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(both.get(), &der);
    std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

bool verify(JwsAlgorithm algorithm, EVP_PKEY& key, std::string_view text, std::string_view signature) {
    const EVP_MD* const digest = digest_of(algorithm);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr;
    if (EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, &key) != 1) return false;
    if (is_pss(algorithm) && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
                              EVP_PKEY_CTX_set_rsa_mgf1_md(options, digest) != 1 ||
                              EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    const int answer =
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size());
    ERR_clear_error();  // TLS on this thread takes what is left there for its own
    return answer == 1;
}

}  // namespace

bool verify_signature(JwsAlgorithm algorithm, EVP_PKEY& key, std::string_view text,
                      std::string_view signature) {
    switch (EVP_PKEY_get_base_id(&key)) {
        case EVP_PKEY_EC: {
            const std::optional<std::string> der = der_of(key, signature);
            return der && verify(algorithm, key, text, *der);
        }
        case EVP_PKEY_RSA:
            return signature.size() == static_cast<std::size_t>(EVP_PKEY_get_size(&key)) &&
                   verify(algorithm, key, text, signature);
        default: return signature.size() == ed25519_signature && verify(algorithm, key, text, signature);
    }
}

bool verify_mac(JwsAlgorithm algorithm, std::string_view secret, std::string_view text,
                std::string_view mac) {
    unsigned char right[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    const EVP_MD* const digest = digest_of(algorithm);
    assert(digest != nullptr);
    if (HMAC(digest, secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(), right,
             &size) == nullptr)
        return false;
    return mac.size() == size && CRYPTO_memcmp(right, mac.data(), size) == 0;
}

}  // namespace stentor::security
