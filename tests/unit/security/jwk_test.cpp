#include "security/jwk.hpp"

#include "security/json_object.hpp"
#include "support/token_maker.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

std::string fault(const std::string& text) {
    const auto key = public_key_of_jwk(*parse_json_object(text));
    return key.has_error() ? key.error().message : "";
}

TEST(Jwk, EveryKindOfPublicKey) {
    EXPECT_EQ(fault(test::TokenMaker::rsa().jwk()), "");
    EXPECT_EQ(fault(test::TokenMaker::ec("P-256").jwk()), "");
    EXPECT_EQ(fault(test::TokenMaker::ec("P-384").jwk()), "");
    EXPECT_EQ(fault(test::TokenMaker::ec("P-521").jwk()), "");
    EXPECT_EQ(fault(test::TokenMaker::ed25519().jwk()), "");
}

TEST(Jwk, OtherKindsAndCurvesAreNot) {
    EXPECT_EQ(fault(R"({"kty":"oct","k":"AAAA"})"), "a kty other than RSA, EC and OKP");
    EXPECT_EQ(fault(R"({"k":"AAAA"})"), "a kty other than RSA, EC and OKP");
    EXPECT_EQ(fault(R"({"kty":"EC","crv":"secp256k1","x":"","y":""})"),
              "a curve other than P-256, P-384 and P-521");
    EXPECT_EQ(fault(R"({"kty":"OKP","crv":"X25519","x":""})"), "a curve other than Ed25519");
}

/// Invalid curve attacks: a point of another curve.
TEST(Jwk, APointThatIsNotOnItsCurveIsNoKey) {
    const std::string zeros(43, 'A');
    EXPECT_EQ(fault(R"({"kty":"EC","crv":"P-256","x":")" + zeros + R"(","y":")" + zeros + R"("})"),
              "a point that is not on its curve");
    std::string moved = test::TokenMaker::ec("P-256").jwk();
    const std::size_t x = moved.find("\"x\":\"") + 5;
    moved[x + 5] = moved[x + 5] == 'A' ? 'B' : 'A';
    EXPECT_EQ(fault(moved), "a point that is not on its curve");
}

TEST(Jwk, CoordinatesHaveTheirCurvesLength) {
    EXPECT_EQ(fault(R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})"),
              "a point of another length than its curve's");
    EXPECT_EQ(fault(R"({"kty":"EC","crv":"P-256","x":1,"y":"AA"})"),
              "a point of another length than its curve's");
    EXPECT_EQ(fault(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})"),
              "an Ed25519 key of another length than 32 bytes");
}

TEST(Jwk, RsaNumbersCanBeThoseOfAKey) {
    const std::string n = test::base64url(std::string(256, '\xff'));
    EXPECT_EQ(fault(R"({"kty":"RSA","n":")" + n + R"("})"), "an RSA key without n or e");
    EXPECT_EQ(fault(R"({"kty":"RSA","n":")" + n + R"(=","e":"AQAB"})"), "an RSA key without n or e");
    EXPECT_EQ(fault(R"({"kty":"RSA","n":")" + n + R"(","e":"AQ"})"), "an RSA key that is none");
    EXPECT_EQ(fault(R"({"kty":"RSA","n":")" + n + R"(","e":"Ag"})"), "an RSA key that is none");
    EXPECT_EQ(fault(R"({"kty":"RSA","n":"","e":"AQAB"})"), "an RSA key that is none");
    const std::string long_n = test::base64url(std::string(1025, '\xff'));
    EXPECT_EQ(fault(R"({"kty":"RSA","n":")" + long_n + R"(","e":"AQAB"})"), "an RSA key that is too large");
    EXPECT_EQ(fault(R"({"kty":"RSA","n":")" + n + R"(","e":"_________________"})"),
              "an RSA key without n or e");
}

TEST(Jwk, ASecretIsBytes) {
    EXPECT_EQ(secret_of_jwk(*parse_json_object(R"({"kty":"oct","k":"Zm9v"})")).value(), "foo");
    EXPECT_TRUE(secret_of_jwk(*parse_json_object(R"({"kty":"oct","k":"Zm9v="})")).has_error());
    EXPECT_TRUE(secret_of_jwk(*parse_json_object(R"({"kty":"oct"})")).has_error());
}

}  // namespace
}  // namespace stentor::security
