#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::test {

inline std::string base64url(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4 && i + k <= bytes.size(); ++k) out += digits[bits >> (18 - 6 * k) & 63];
    }
    return out;
}

/// Signs tokens with a key of its own, as an issuer does; also such that no honest issuer would.
class TokenMaker {
public:
    static TokenMaker rsa(unsigned bits = 2048) { return TokenMaker(EVP_RSA_gen(bits)); }
    static TokenMaker ec(const char* curve = "P-256") { return TokenMaker(EVP_EC_gen(curve)); }
    static TokenMaker ed25519() { return TokenMaker(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }
    static TokenMaker hmac(std::string secret) {
        TokenMaker made(nullptr);
        made.secret_ = std::move(secret);
        return made;
    }

    /// `alg` says what the header says and how it is signed.
    [[nodiscard]] std::string token(const std::string& alg, const std::string& claims,
                                    const std::string& more_header = {}) const {
        return signed_text(alg, R"({"alg":")" + alg + '"' + more_header + "}", claims);
    }
    [[nodiscard]] std::string signed_text(const std::string& alg, const std::string& header,
                                          const std::string& claims) const {
        const std::string text = base64url(header) + "." + base64url(claims);
        return text + "." + base64url(signature(alg, text));
    }
    /// As a JWS has it (RFC 7518 3).
    [[nodiscard]] std::string signature(const std::string& alg, const std::string& text) const {
        if (alg.starts_with("HS")) return mac(alg, text);
        const std::string der = signed_by_openssl(alg, text);
        return alg.starts_with("ES") ? raw_of(der, alg) : der;
    }
    [[nodiscard]] std::string signed_by_openssl(const std::string& alg, const std::string& text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        EVP_PKEY_CTX* options = nullptr;
        EVP_DigestSignInit(context.get(), &options, digest_of(alg), nullptr, key_.get());
        if (alg.starts_with("PS")) {
            EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
        }
        const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
        std::size_t size = 0;
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
        std::string out(size, '\0');
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                       text.size());
        out.resize(size);
        return out;
    }

    /// The public key, `more` being further members.
    [[nodiscard]] std::string jwk(const std::string& more = {}) const {
        if (!key_) return R"({"kty":"oct","k":")" + base64url(secret_) + '"' + more + "}";
        switch (EVP_PKEY_get_base_id(key_.get())) {
            case EVP_PKEY_RSA:
                return R"({"kty":"RSA","n":")" + base64url(number(OSSL_PKEY_PARAM_RSA_N, 0)) + R"(","e":")" +
                       base64url(number(OSSL_PKEY_PARAM_RSA_E, 0)) + '"' + more + "}";
            case EVP_PKEY_EC: {
                const int bits = EVP_PKEY_get_bits(key_.get());
                const std::size_t size = static_cast<std::size_t>(bits + 7) / 8;
                return R"({"kty":"EC","crv":"P-)" + std::to_string(bits) + R"(","x":")" +
                       base64url(number(OSSL_PKEY_PARAM_EC_PUB_X, size)) + R"(","y":")" +
                       base64url(number(OSSL_PKEY_PARAM_EC_PUB_Y, size)) + '"' + more + "}";
            }
            default: {
                std::string raw(32, '\0');
                std::size_t size = raw.size();
                EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
                return R"({"kty":"OKP","crv":"Ed25519","x":")" + base64url(raw) + '"' + more + "}";
            }
        }
    }
    [[nodiscard]] std::string jwk_named(const std::string& kid) const {
        return jwk(R"(,"kid":")" + kid + '"');
    }
    [[nodiscard]] std::string pem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PUBKEY(out.get(), key_.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(out.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }

private:
    explicit TokenMaker(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

    static const EVP_MD* digest_of(const std::string& alg) {
        if (alg == "EdDSA") return nullptr;
        return alg.ends_with("256") ? EVP_sha256() : alg.ends_with("384") ? EVP_sha384() : EVP_sha512();
    }
    [[nodiscard]] std::string mac(const std::string& alg, const std::string& text) const {
        unsigned char out[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        HMAC(digest_of(alg), secret_.data(), static_cast<int>(secret_.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
        return {reinterpret_cast<char*>(out), size};
    }
    static std::string raw_of(const std::string& der, const std::string& alg) {
        const int half = alg == "ES256" ? 32 : alg == "ES384" ? 48 : 66;
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        ECDSA_SIG* const both = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
        std::string out(static_cast<std::size_t>(half) * 2, '\0');
        auto* const to = reinterpret_cast<unsigned char*>(out.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(both), to, half);
        BN_bn2binpad(ECDSA_SIG_get0_s(both), to + half, half);
        ECDSA_SIG_free(both);
        return out;
    }
    /// `size` 0: as many bytes as it takes.
    [[nodiscard]] std::string number(const char* name, std::size_t size) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &value);
        std::string out(size == 0 ? static_cast<std::size_t>(BN_num_bytes(value)) : size, '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
        BN_free(value);
        return out;
    }

    std::shared_ptr<EVP_PKEY> key_;
    std::string secret_;
};

}  // namespace stentor::test
