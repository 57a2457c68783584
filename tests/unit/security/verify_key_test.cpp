#include "security/verify_key.hpp"

#include "security/json_object.hpp"
#include "support/token_maker.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

using test::TokenMaker;

Result<VerifyKey> key_of(const std::string& jwk) { return VerifyKey::from_jwk(*parse_json_object(jwk)); }
std::string fault(const std::string& jwk) {
    const auto key = key_of(jwk);
    return key.has_error() ? key.error().message : "";
}

TEST(VerifyKey, HasItsIdAndKind) {
    const auto key = key_of(TokenMaker::ec().jwk_named("k1"));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->id(), "k1");
    EXPECT_EQ(key->kind(), VerifyKey::Kind::p256);
    EXPECT_EQ(key_of(TokenMaker::ec().jwk())->id(), "");
    EXPECT_EQ(fault(TokenMaker::ec().jwk(R"(,"kid":7)")), "a kid that is no text");
}

/// RFC 8725 3.1: an RSA key is never an HMAC secret, nor a key of another curve.
TEST(VerifyKey, ItsKindSaysWhichAlgorithmsItIsFor) {
    const auto rsa = key_of(TokenMaker::rsa().jwk());
    const auto p256 = key_of(TokenMaker::ec().jwk());
    const auto ed = key_of(TokenMaker::ed25519().jwk());
    const auto secret = VerifyKey::from_secret(std::string(32, 's'));
    for (const auto algorithm : {JwsAlgorithm::rs256, JwsAlgorithm::ps512}) {
        EXPECT_TRUE(rsa->is_for(algorithm));
        EXPECT_FALSE(p256->is_for(algorithm));
        EXPECT_FALSE(secret->is_for(algorithm));
    }
    EXPECT_FALSE(rsa->is_for(JwsAlgorithm::hs256));
    EXPECT_FALSE(rsa->is_for(JwsAlgorithm::es256));
    EXPECT_TRUE(p256->is_for(JwsAlgorithm::es256));
    EXPECT_FALSE(p256->is_for(JwsAlgorithm::es384));
    EXPECT_FALSE(p256->is_for(JwsAlgorithm::hs256));
    EXPECT_TRUE(ed->is_for(JwsAlgorithm::eddsa));
    EXPECT_FALSE(ed->is_for(JwsAlgorithm::es256));
    EXPECT_TRUE(secret->is_for(JwsAlgorithm::hs256));
    EXPECT_FALSE(secret->is_for(JwsAlgorithm::hs512));  // which wants 64 bytes (RFC 7518 3.2)
    EXPECT_TRUE(VerifyKey::from_secret(std::string(64, 's'))->is_for(JwsAlgorithm::hs512));
}

TEST(VerifyKey, ItsAlgLeavesOneAlgorithm) {
    const auto key = key_of(TokenMaker::rsa().jwk(R"(,"alg":"PS256")"));
    EXPECT_TRUE(key->is_for(JwsAlgorithm::ps256));
    EXPECT_FALSE(key->is_for(JwsAlgorithm::rs256));
    EXPECT_EQ(fault(TokenMaker::rsa().jwk(R"(,"alg":"RSA-OAEP")")), "an alg that signs no tokens");
}

/// RFC 7517 4.2, 4.3.
TEST(VerifyKey, KeysOfOtherUseAreNone) {
    EXPECT_EQ(fault(TokenMaker::ec().jwk(R"(,"use":"sig","key_ops":["verify"])")), "");
    EXPECT_EQ(fault(TokenMaker::ec().jwk(R"(,"use":"enc")")), "a key that is not for signatures");
    EXPECT_EQ(fault(TokenMaker::ec().jwk(R"(,"key_ops":["encrypt"])")), "a key that is not for signatures");
    EXPECT_EQ(fault(TokenMaker::ec().jwk(R"(,"key_ops":"verify")")), "a key that is not for signatures");
}

TEST(VerifyKey, WeakKeysAreNone) {
    EXPECT_EQ(fault(TokenMaker::rsa(1024).jwk()), "an RSA key of under 2048 bits");
    EXPECT_EQ(VerifyKey::from_secret(std::string(31, 's')).error().message,
              "the secret has fewer than 32 bytes");
    EXPECT_EQ(fault(R"({"kty":"oct","k":"AAAA"})"), "the secret has fewer than 32 bytes");
}

TEST(VerifyKey, VerifiesItsOwnAlone) {
    const TokenMaker maker = TokenMaker::ec();
    const auto key = key_of(maker.jwk());
    EXPECT_TRUE(key->verifies(JwsAlgorithm::es256, "text", maker.signature("ES256", "text")));
    EXPECT_FALSE(key->verifies(JwsAlgorithm::es256, "texu", maker.signature("ES256", "text")));
    const TokenMaker other = TokenMaker::hmac(std::string(32, 's'));
    const auto secret = key_of(other.jwk());
    EXPECT_TRUE(secret->verifies(JwsAlgorithm::hs256, "text", other.signature("HS256", "text")));
    EXPECT_FALSE(secret->verifies(JwsAlgorithm::hs256, "texu", other.signature("HS256", "text")));
}

}  // namespace
}  // namespace stentor::security
