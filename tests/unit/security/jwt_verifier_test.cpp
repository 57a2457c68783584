#include "security/jwt_verifier.hpp"

#include "support/token_maker.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;
using test::TokenMaker;

constexpr WallTime now{1'700'000'000s};
const std::string alice = R"({"sub":"alice","iss":"https://id","exp":1700000100})";

class JwtVerifier : public ::testing::Test {
protected:
    std::string answer(const std::string& token) const {
        const auto shown = take_apart(token, 8192);
        if (shown.has_error()) return shown.error().message;
        const auto found = verify(*shown, rules, keys, now);
        return found.has_error() ? found.error().message : found->principal.name;
    }
    void trust(const std::string& jwks) { keys = KeySet::from_json(jwks, KeySet::Secrets::allowed).value(); }

    TokenMaker maker = TokenMaker::ec();
    JwtRules rules{{JwsAlgorithm::es256}, {}, {}};
    KeySet keys = KeySet::from_json(maker.jwk_named("k1"), KeySet::Secrets::ignored).value();
};

TEST_F(JwtVerifier, ASignedTokenSaysWho) {
    EXPECT_EQ(answer(maker.token("ES256", alice, R"(,"kid":"k1")")), "alice");
    EXPECT_EQ(answer(maker.token("ES256", alice)), "alice");
    EXPECT_EQ(take_apart(maker.token("ES256", alice), 8192)->issuer, "https://id");
}

TEST_F(JwtVerifier, EachBitOfItIsSigned) {
    const std::string good = maker.token("ES256", alice, R"(,"kid":"k1")");
    for (std::size_t i = 0; i < good.size(); ++i)
        for (const char other : {'A', 'B', '.', '\0'}) {
            std::string bad = good;
            if (bad[i] == other) continue;
            bad[i] = other;
            EXPECT_NE(answer(bad), "alice") << i;
        }
}

TEST_F(JwtVerifier, CutAnywhereItIsNone) {
    const std::string good = maker.token("ES256", alice);
    for (std::size_t i = 0; i < good.size(); ++i) EXPECT_NE(answer(good.substr(0, i)), "alice") << i;
}

/// CVE-2015-9235.
TEST_F(JwtVerifier, NoAlgorithmIsNone) {
    const std::string payload = "." + test::base64url(alice) + ".";
    for (const char* const none : {"none", "None", "NONE", "nOnE"}) {
        const std::string header = test::base64url(std::string(R"({"alg":")") + none + "\"}");
        EXPECT_EQ(answer(header + payload), "the token has no signature");
        EXPECT_EQ(answer(header + payload + "c2ln"), "alg is none of the algorithms");
    }
    EXPECT_EQ(answer(test::base64url("{}") + payload + "c2ln"), "alg is none of the algorithms");
    EXPECT_EQ(answer(test::base64url(R"({"alg":["ES256"]})") + payload + "c2ln"),
              "alg is none of the algorithms");
}

/// RFC 8725 2.1: the public key as the secret of a HMAC.
TEST_F(JwtVerifier, APublicKeyIsNoSecret) {
    rules.algorithms = {JwsAlgorithm::es256, JwsAlgorithm::hs256};
    const TokenMaker rsa = TokenMaker::rsa();
    trust(R"({"keys":[)" + maker.jwk() + "," + rsa.jwk() + "]}");
    for (const std::string& secret : {maker.pem(), rsa.pem(), rsa.jwk(), maker.jwk()})
        EXPECT_EQ(answer(TokenMaker::hmac(secret).token("HS256", alice)), "no key is the token's");
}

TEST_F(JwtVerifier, OnlyTheListedAlgorithmsAreTaken) {
    const TokenMaker rsa = TokenMaker::rsa();
    trust(rsa.jwk());
    rules.algorithms = {JwsAlgorithm::ps256};
    EXPECT_EQ(answer(rsa.token("RS256", alice)), "alg is none of the algorithms");
    EXPECT_EQ(answer(rsa.token("PS256", alice)), "alice");
    rules.algorithms = {JwsAlgorithm::es256};
    EXPECT_EQ(answer(rsa.signed_text("RS256", R"({"alg":"ES256"})", alice)), "no key is the token's");
}

/// CVE-2018-0114: keys come from the configuration alone.
TEST_F(JwtVerifier, KeysThatATokenBringsAreNotLookedAt) {
    const TokenMaker attacker = TokenMaker::ec();
    for (const std::string& header :
         {R"(,"jwk":)" + attacker.jwk(), std::string(R"(,"jku":"https://attacker.example/keys")"),
          std::string(R"(,"x5u":"https://attacker.example/x")"), std::string(R"(,"x5c":["MIIB"])")}) {
        EXPECT_EQ(answer(attacker.token("ES256", alice, header)), "the signature is wrong");
        EXPECT_EQ(answer(maker.token("ES256", alice, header)), "alice");
    }
}

TEST_F(JwtVerifier, AnUnknownKeyIsToldApart) {
    const std::string token = maker.token("ES256", alice, R"(,"kid":"k2")");
    const auto found = verify(*take_apart(token, 8192), rules, keys, now);
    EXPECT_EQ(found.error().code, Errc::not_found);
    EXPECT_EQ(answer(maker.token("ES256", alice, R"(,"kid":"")")), "kid is no text, or empty");
    EXPECT_EQ(answer(maker.token("ES256", alice, R"(,"kid":1)")), "kid is no text, or empty");
}

TEST_F(JwtVerifier, TheTypeIsLookedAtWhereItIsConfigured) {
    EXPECT_EQ(answer(maker.token("ES256", alice, R"(,"typ":"whatever")")), "alice");
    rules.type = "at+jwt";
    for (const char* const type : {"at+jwt", "AT+JWT", "application/at+jwt"})
        EXPECT_EQ(answer(maker.token("ES256", alice, std::string(R"(,"typ":")") + type + '"')), "alice");
    EXPECT_EQ(answer(maker.token("ES256", alice, R"(,"typ":"JWT")")), "typ is not the type");
    EXPECT_EQ(answer(maker.token("ES256", alice)), "typ is not the type");
}

TEST_F(JwtVerifier, SizesAndFormsHaveLimits) {
    const std::string large = R"({"sub":"alice","exp":1700000100,"x":")" + std::string(7000, 'x') + "\"}";
    EXPECT_EQ(answer(maker.token("ES256", large)), "the token is too large");
    EXPECT_EQ(answer(std::string(1 << 20, 'a')), "the token is too large");
    EXPECT_EQ(answer(maker.token("ES256", "[]")), "the token's claims are no JSON object");
    EXPECT_EQ(answer(maker.token("ES256", R"({"sub":"alice","sub":"root","exp":1700000100})")),
              "the token's claims are no JSON object");
    EXPECT_EQ(answer(maker.token("ES256", R"({"sub":"alice","exp":1e309})")),
              "the token's claims are no JSON object");
}

TEST_F(JwtVerifier, ClaimsCountOnlyOnceTheSignatureIsRight) {
    EXPECT_EQ(answer(maker.token("ES256", R"({"sub":"alice","exp":1})")), "exp is over");
    EXPECT_EQ(answer(TokenMaker::ec().token("ES256", R"({"sub":"alice","exp":1})")),
              "the signature is wrong");
}

}  // namespace
}  // namespace stentor::security
