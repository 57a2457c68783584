#include "security/shown_token.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

TEST(ShownToken, ACookieIsFoundByItsName) {
    EXPECT_EQ(shown_cookie("a=1; token=abc; b=2", "token").value(), "abc");
    EXPECT_EQ(shown_cookie("token=a=b", "token").value(), "a=b");
    EXPECT_EQ(shown_cookie("xtoken=1; Token=2; token", "token").value(), std::nullopt);
    EXPECT_EQ(shown_cookie("token=", "token").value(), std::nullopt);
    EXPECT_EQ(shown_cookie("", "token").value(), std::nullopt);
}

/// A sub-domain can set a cookie for its parent (RFC 6265 8.6), and none tells which is whose.
TEST(ShownToken, ACookieThatIsThereTwiceIsRefused) {
    EXPECT_TRUE(shown_cookie("token=a; token=b", "token").has_error());
    EXPECT_TRUE(shown_cookie("token=a; token=a", "token").has_error());
    EXPECT_TRUE(shown_cookie("token=a;token=", "token").has_error());
    EXPECT_TRUE(shown_cookie("token=; x=1; token=a", "token").has_error());
}

TEST(ShownToken, SoIsAParameter) {
    EXPECT_EQ(shown_parameter("a=1&access_token=x.y.z", "access_token").value(), "x.y.z");
    EXPECT_EQ(shown_parameter("a=1;access_token=x", "access_token").value(), std::nullopt);
    EXPECT_TRUE(shown_parameter("access_token=a&access_token=b", "access_token").has_error());
}

}  // namespace
}  // namespace stentor::security
