#include "security/signature.hpp"

#include "security/base64url.hpp"
#include "security/json_object.hpp"
#include "security/jwk.hpp"
#include "support/token_maker.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <map>

namespace stentor::security {
namespace {

using test::TokenMaker;

std::shared_ptr<EVP_PKEY> key_of(const std::string& jwk) {
    return public_key_of_jwk(*parse_json_object(jwk)).value();
}
std::string bytes(std::string_view text) { return decode_base64url(text).value(); }

constexpr std::string_view joe =
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

TEST(Signature, Rfc7515A1Hs256) {
    const std::string secret =
        bytes("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    const std::string text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" + std::string(joe);
    const std::string mac = bytes("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    EXPECT_TRUE(verify_mac(JwsAlgorithm::hs256, secret, text, mac));
    EXPECT_FALSE(verify_mac(JwsAlgorithm::hs256, secret, text + "x", mac));
    EXPECT_FALSE(verify_mac(JwsAlgorithm::hs256, secret, text, mac.substr(0, 31)));
    EXPECT_FALSE(verify_mac(JwsAlgorithm::hs256, secret, text, mac + "x"));
    EXPECT_FALSE(verify_mac(JwsAlgorithm::hs256, secret, text, ""));
    EXPECT_FALSE(verify_mac(JwsAlgorithm::hs512, secret, text, mac));
}

TEST(Signature, Rfc7515A2Rs256) {
    const auto key = key_of(
        R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEz)"
        R"(P1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbB)"
        R"(YUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco)"
        R"(9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})");
    const std::string signature = bytes(
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
        "O8W2Fp5jujGbds9uJdb"
        "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
        "eSN9383"
        "LcOLn6_dO--xi12jzDwusC-"
        "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
        "wlVmtVrBp0igcN_IoypGlUPQGe77Rw");
    const std::string text = "eyJhbGciOiJSUzI1NiJ9" + std::string(joe);
    EXPECT_TRUE(verify_signature(JwsAlgorithm::rs256, *key, text, signature));
    EXPECT_FALSE(verify_signature(JwsAlgorithm::ps256, *key, text, signature));
    EXPECT_FALSE(verify_signature(JwsAlgorithm::rs256, *key, text, signature.substr(1)));
    EXPECT_FALSE(verify_signature(JwsAlgorithm::rs256, *key, text, '\0' + signature));
    EXPECT_FALSE(verify_signature(JwsAlgorithm::rs256, *key, text, std::string(256, '\0')));
}

TEST(Signature, Rfc7515A3Es256) {
    const auto key = key_of(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                            R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
    const std::string text = "eyJhbGciOiJFUzI1NiJ9" + std::string(joe);
    EXPECT_TRUE(verify_signature(
        JwsAlgorithm::es256, *key, text,
        bytes("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")));
}

TEST(Signature, Rfc7515A4Es512) {
    const auto key = key_of(
        R"({"kty":"EC","crv":"P-521",)"
        R"("x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",)"
        R"("y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})");
    EXPECT_TRUE(
        verify_signature(JwsAlgorithm::es512, *key, "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA",
                         bytes("AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-"
                               "KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKv"
                               "U8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn")));
}

TEST(Signature, Rfc8037A4Ed25519) {
    const auto key =
        key_of(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
    const std::string text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const std::string signature =
        bytes("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    EXPECT_TRUE(verify_signature(JwsAlgorithm::eddsa, *key, text, signature));
    EXPECT_FALSE(verify_signature(JwsAlgorithm::eddsa, *key, text + ".", signature));
    EXPECT_FALSE(verify_signature(JwsAlgorithm::eddsa, *key, text, signature.substr(0, 63)));
}

TEST(Signature, OfEachAlgorithm) {
    const TokenMaker rsa = TokenMaker::rsa();
    const std::map<std::string, std::pair<JwsAlgorithm, TokenMaker>> all{
        {"RS256", {JwsAlgorithm::rs256, rsa}},
        {"RS384", {JwsAlgorithm::rs384, rsa}},
        {"RS512", {JwsAlgorithm::rs512, rsa}},
        {"PS256", {JwsAlgorithm::ps256, rsa}},
        {"PS384", {JwsAlgorithm::ps384, rsa}},
        {"PS512", {JwsAlgorithm::ps512, rsa}},
        {"ES256", {JwsAlgorithm::es256, TokenMaker::ec("P-256")}},
        {"ES384", {JwsAlgorithm::es384, TokenMaker::ec("P-384")}},
        {"ES512", {JwsAlgorithm::es512, TokenMaker::ec("P-521")}},
        {"EdDSA", {JwsAlgorithm::eddsa, TokenMaker::ed25519()}}};
    for (const auto& [name, how] : all) {
        const auto& [algorithm, maker] = how;
        const auto key = key_of(maker.jwk());
        std::string signature = maker.signature(name, "text");
        EXPECT_TRUE(verify_signature(algorithm, *key, "text", signature)) << name;
        EXPECT_FALSE(verify_signature(algorithm, *key, "Text", signature)) << name;
        EXPECT_FALSE(verify_signature(algorithm, *key, "text", "")) << name;
        signature.back() ^= 1;
        EXPECT_FALSE(verify_signature(algorithm, *key, "text", signature)) << name;
    }
}

/// CVE-2022-21449: zeros are a signature of everything where a library does not look.
TEST(Signature, OfEcdsaHasTwoNumbersInRange) {
    const TokenMaker maker = TokenMaker::ec();
    const auto key = key_of(maker.jwk());
    const auto is_one = [&](const std::string& signature) {
        return verify_signature(JwsAlgorithm::es256, *key, "text", signature);
    };
    const std::string good = maker.signature("ES256", "text");
    const std::string r = good.substr(0, 32);
    const std::string s = good.substr(32);
    const std::string order = bytes("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");  // of P-256
    ASSERT_TRUE(is_one(good));
    EXPECT_FALSE(is_one(std::string(64, '\0')));
    EXPECT_FALSE(is_one(r + std::string(32, '\0')));
    EXPECT_FALSE(is_one(std::string(32, '\0') + s));
    EXPECT_FALSE(is_one(order + order));
    EXPECT_FALSE(is_one(r + order));
    EXPECT_FALSE(is_one(std::string(64, '\xff')));
    EXPECT_FALSE(is_one(good + '\0'));
    EXPECT_FALSE(is_one(good.substr(0, 63)));
    EXPECT_FALSE(is_one('\0' + r + '\0' + s));
    EXPECT_FALSE(is_one(maker.signed_by_openssl("ES256", "text")));  // DER, which JWS has not
}

/// TLS on the same thread would take them for its own.
TEST(Signature, LeavesNoErrorsBehind) {
    const TokenMaker maker = TokenMaker::rsa();
    verify_signature(JwsAlgorithm::rs256, *key_of(maker.jwk()), "text", std::string(256, 'x'));
    EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace stentor::security
