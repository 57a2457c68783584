#include "stentor/result.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error{Errc::malformed, "odd"};
    return number / 2;
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_EQ(*half(4), 2);
    EXPECT_EQ(half(3).error(), (Error{Errc::malformed, "odd"}));
}

TEST(Result, ValueOfAnErrorThrowsWithItsCodeAndText) {
    try {
        static_cast<void>(half(3).value());
        FAIL() << "nothing was thrown";
    } catch (const std::logic_error& error) {
        EXPECT_NE(std::string(error.what()).find("malformed: odd"), std::string::npos) << error.what();
    }
}

TEST(Errc, NamesAreStable) {
    EXPECT_STREQ(to_string(Errc::malformed), "malformed");
    EXPECT_STREQ(to_string(Errc::too_large), "too-large");
    EXPECT_STREQ(to_string(Errc::unsupported), "unsupported");
    EXPECT_STREQ(to_string(Errc::forbidden), "forbidden");
    EXPECT_STREQ(to_string(Errc::not_found), "not-found");
    EXPECT_STREQ(to_string(Errc::conflict), "conflict");
    EXPECT_STREQ(to_string(Errc::conversion), "conversion");
    EXPECT_STREQ(to_string(Errc::failed), "failed");
    EXPECT_STREQ(to_string(Errc::unavailable), "unavailable");
}

}  // namespace
}  // namespace stentor
