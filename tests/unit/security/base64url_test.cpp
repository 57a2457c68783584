#include "security/base64url.hpp"

#include "support/token_maker.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

TEST(Base64Url, DecodesEachLength) {
    EXPECT_EQ(decode_base64url(""), "");
    EXPECT_EQ(decode_base64url("Zg"), "f");
    EXPECT_EQ(decode_base64url("Zm8"), "fo");
    EXPECT_EQ(decode_base64url("Zm9v"), "foo");
    EXPECT_EQ(decode_base64url("-_8"), "\xfb\xff");  // the two digits of its own
}

TEST(Base64Url, TakesBackWhatWasEncoded) {
    std::string bytes;
    for (int i = 0; i < 260; ++i) {
        EXPECT_EQ(decode_base64url(test::base64url(bytes)), bytes);
        bytes += static_cast<char>(i);
    }
}

TEST(Base64Url, RefusesEverythingThatIsNotTheOneSpelling) {
    for (const char* const text :
         {"Zg==", "Zm9v\n", " Zm9v", "Zm 9v", "Z", "Zm9vY", "+_8", "-/8", "Zm9v=", "Zm9v."})
        EXPECT_FALSE(decode_base64url(text)) << text;
    EXPECT_FALSE(decode_base64url(std::string_view("Zm9\0", 4)));
    EXPECT_FALSE(decode_base64url("Zh"));   // bits behind the last byte
    EXPECT_FALSE(decode_base64url("Zm9"));  // the same: "Zm8" is its only spelling
}

}  // namespace
}  // namespace stentor::security
