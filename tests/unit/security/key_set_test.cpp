#include "security/key_set.hpp"

#include "support/token_maker.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace stentor::security {
namespace {

using test::TokenMaker;
using Secrets = KeySet::Secrets;

std::string set(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
    return R"({"keys":[)" + text + "]}";
}
std::string fault(const std::string& text, Secrets secrets = Secrets::ignored) {
    const auto keys = KeySet::from_json(text, secrets);
    return keys.has_error() ? keys.error().message : "";
}

TEST(KeySet, FindsKeysByIdAndAlgorithm) {
    const auto keys = KeySet::from_json(set({TokenMaker::ec().jwk_named("a"), TokenMaker::ec().jwk_named("b"),
                                             TokenMaker::rsa().jwk_named("a")}),
                                        Secrets::ignored);
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->candidates("a", JwsAlgorithm::es256).size(), 1U);
    EXPECT_EQ(keys->candidates("b", JwsAlgorithm::es256).size(), 1U);
    EXPECT_EQ(keys->candidates("b", JwsAlgorithm::rs256).size(), 0U);
    EXPECT_EQ(keys->candidates("c", JwsAlgorithm::es256).size(), 0U);
    EXPECT_EQ(keys->candidates("", JwsAlgorithm::es256).size(), 2U);
    EXPECT_EQ(keys->candidates("A", JwsAlgorithm::es256).size(), 0U);
}

/// RFC 8725 3.10: an id is a key of a map and nothing else.
TEST(KeySet, AnIdIsOpaque) {
    const auto keys = KeySet::from_json(TokenMaker::ec().jwk_named("../../dev/null"), Secrets::ignored);
    EXPECT_EQ(keys->candidates("../../dev/null", JwsAlgorithm::es256).size(), 1U);
    EXPECT_EQ(keys->candidates("/dev/null", JwsAlgorithm::es256).size(), 0U);
    EXPECT_EQ(keys->candidates("' OR 1=1", JwsAlgorithm::es256).size(), 0U);
}

TEST(KeySet, AKeyWithoutIdIsAnyTokens) {
    const auto keys = KeySet::from_pem(TokenMaker::ec().pem());
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->candidates("whichever", JwsAlgorithm::es256).size(), 1U);
}

TEST(KeySet, LeavesOutKeysThatAreNoUse) {
    const auto keys = KeySet::from_json(
        set({R"({"kty":"future"})", TokenMaker::ec().jwk_named("a"), TokenMaker::rsa(1024).jwk_named("b")}),
        Secrets::ignored);
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->size(), 1U);
}

TEST(KeySet, SecretsThatEverybodyCanFetchAreNone) {
    const std::string secret = TokenMaker::hmac(std::string(32, 's')).jwk();
    EXPECT_EQ(fault(set({secret})), "it has no key to check tokens with: a secret");
    EXPECT_EQ(fault(set({secret}), Secrets::allowed), "");
}

TEST(KeySet, SaysWhatIsWrong) {
    EXPECT_EQ(fault("<html>"), "it is no JSON object");
    EXPECT_EQ(fault(R"({"keys":{}})"), "its keys are no list");
    EXPECT_EQ(fault(R"({"keys":[]})"), "it has no key to check tokens with: it has no keys");
    EXPECT_EQ(fault(R"({"keys":[1]})"), "one of its keys is no object");
    EXPECT_EQ(fault(set(std::vector<std::string>(65, "{}"))), "it has over 64 keys");
    EXPECT_EQ(fault(set({TokenMaker::rsa(1024).jwk()})),
              "it has no key to check tokens with: an RSA key of under 2048 bits");
}

TEST(KeySet, TakesEachKeyOfAPemFile) {
    const auto keys = KeySet::from_pem(TokenMaker::ec().pem() + "a comment\n" + TokenMaker::rsa().pem() +
                                       TokenMaker::ed25519().pem());
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->size(), 3U);
    EXPECT_EQ(KeySet::from_pem("nothing").error().message, "it has no public key or certificate in PEM");
    EXPECT_EQ(KeySet::from_pem(TokenMaker::rsa(1024).pem()).error().message, "an RSA key of under 2048 bits");
    EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace stentor::security
