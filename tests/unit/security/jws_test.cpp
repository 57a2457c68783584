#include "security/jws.hpp"

#include "support/token_maker.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

std::string token(const std::string& header, const std::string& payload = "{}") {
    return test::base64url(header) + "." + test::base64url(payload) + ".c2ln";
}
std::string fault(const std::string& text) {
    const auto jws = parse_jws(text);
    return jws.has_error() ? jws.error().message : "";
}

TEST(Jws, IsTakenApart) {
    const std::string text = token(R"({"alg":"RS256","kid":"1"})", R"({"sub":"a"})");
    const auto jws = parse_jws(text);
    ASSERT_TRUE(jws.has_value());
    EXPECT_EQ(jws->header.at("kid").as_string(), "1");
    EXPECT_EQ(jws->payload, R"({"sub":"a"})");
    EXPECT_EQ(jws->signature, "sig");
    EXPECT_EQ(jws->signing_input, text.substr(0, text.rfind('.')));
}

TEST(Jws, HasThreePartsAndASignature) {
    EXPECT_EQ(fault(""), "the token has not three parts");
    EXPECT_EQ(fault("e30"), "the token has not three parts");
    EXPECT_EQ(fault("e30.e30"), "the token has not three parts");
    EXPECT_EQ(fault("e30.e30.c2ln.e30"), "the token has not three parts");
    EXPECT_EQ(fault("e30.e30."), "the token has no signature");
    EXPECT_EQ(fault("e30.e30.c2ln.e30.e30"), "the token is encrypted");
    EXPECT_EQ(fault(R"({"payload":"e30","signatures":[]})"), "the token has not three parts");
}

TEST(Jws, PartsAreStrictBase64Url) {
    for (const char* const text :
         {"e30=.e30.c2ln", "e30.e30.c2ln\n", " e30.e30.c2ln", "e30.e3 0.c2ln", "e31.e30.c2lo+"})
        EXPECT_EQ(fault(text), "a part of the token is not base64url") << text;
}

TEST(Jws, TheHeaderIsAnObjectWithEachNameOnce) {
    EXPECT_EQ(fault(token("[]")), "the token's header is no JSON object");
    EXPECT_EQ(fault(token(R"({"alg":"RS256","alg":"none"})")), "the token's header is no JSON object");
}

/// RFC 7515 4.1.11, RFC 7797, RFC 7516 4.1.3.
TEST(Jws, WhatIsCriticalCompressedOrUnencodedIsRefused) {
    EXPECT_EQ(fault(token(R"({"alg":"RS256","crit":["exp"],"exp":1})")), "the header has crit");
    EXPECT_EQ(fault(token(R"({"alg":"RS256","crit":[]})")), "the header has crit");
    EXPECT_EQ(fault(token(R"({"alg":"RS256","b64":false})")), "the header has b64");
    EXPECT_EQ(fault(token(R"({"alg":"RS256","zip":"DEF"})")), "the header has zip");
    EXPECT_EQ(fault(token(R"({"alg":"dir","enc":"A128GCM"})")), "the header has enc");
}

}  // namespace
}  // namespace stentor::security
