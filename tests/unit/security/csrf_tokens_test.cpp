#include "security/csrf_tokens.hpp"

#include "support/counted_random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stentor::security {
namespace {

CsrfTokens tokens_with(std::string_view key) {
    return CsrfTokens(std::as_bytes(std::span(key.data(), key.size())));
}

const CsrfTokens tokens = tokens_with("0123456789abcdef0123456789abcdef");
const Principal alice{"alice", {}, {{"sid", "7"}}};

TEST(CsrfTokens, ATokenIsGoodForWhomItWasMade) {
    test::CountedRandom random;
    const std::string token = tokens.make(alice, random);
    EXPECT_TRUE(tokens.is_valid(token, alice));
    EXPECT_FALSE(tokens.is_valid(token, {"bob"}));
    EXPECT_FALSE(tokens.is_valid(token, {"alice", {}, {{"sid", "8"}}})) << "another login of the same user";
    EXPECT_FALSE(tokens_with("another key of 32 bytes or more!").is_valid(token, alice));
}

TEST(CsrfTokens, AuthoritiesMayChangeMeanwhile) {
    test::CountedRandom random;
    EXPECT_TRUE(tokens.is_valid(tokens.make(alice, random), {"alice", {"ROLE_ADMIN"}, {{"sid", "7"}}}));
}

TEST(CsrfTokens, NoTwoLookAlike) {
    test::CountedRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(tokens.make(alice, random)).second);
}

TEST(CsrfTokens, A4_AnythingElseIsNone) {
    test::CountedRandom random;
    const std::string token = tokens.make(alice, random);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string other = token;
        other[i] = other[i] == '0' ? '1' : '0';
        EXPECT_FALSE(tokens.is_valid(other, alice)) << i;
        EXPECT_FALSE(tokens.is_valid(token.substr(0, i), alice)) << i;
        other[i] = 'G';
        EXPECT_FALSE(tokens.is_valid(other, alice)) << i;
    }
    EXPECT_FALSE(tokens.is_valid(token + "00", alice));
}

TEST(CsrfTokens, NamesAndClaimsDoNotRunTogether) {
    test::CountedRandom random;
    const std::string token = tokens.make({"a", {}, {{"b", "c"}}}, random);
    EXPECT_FALSE(tokens.is_valid(token, {"ab", {}, {{"", "c"}}}));
    EXPECT_FALSE(tokens.is_valid(token, {"a", {}, {{"bc", ""}}}));
    EXPECT_FALSE(tokens.is_valid(token, {"a1:b1:c"}));
}

}  // namespace
}  // namespace stentor::security
