#include "security/verified_logins.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint start = base::TimePoint{} + 1h;

TEST(VerifiedLogins, HoldForAWhile) {
    VerifiedLogins logins({1, 2, 3}, 60s);
    EXPECT_FALSE(logins.has("alice", "secret", start));
    logins.add("alice", "secret", start);
    EXPECT_TRUE(logins.has("alice", "secret", start));
    EXPECT_TRUE(logins.has("alice", "secret", start + 59s));
    EXPECT_FALSE(logins.has("alice", "secret", start + 60s));
}

TEST(VerifiedLogins, AreOfThatLoginWithThatPasscodeOnly) {
    VerifiedLogins logins({}, 60s, 1);
    logins.add("ab", "cd", start);
    EXPECT_FALSE(logins.has("ab", "ce", start));
    EXPECT_FALSE(logins.has("a", "bcd", start));
    EXPECT_FALSE(logins.has("abc", "d", start));
    EXPECT_FALSE(logins.has("", "abcd", start));
    EXPECT_TRUE(logins.has("ab", "cd", start));
}

TEST(VerifiedLogins, HaveAFixedNumberOfPlacesAndCanBeForgotten) {
    VerifiedLogins logins({}, 60s, 4);
    for (int i = 0; i < 100; ++i) logins.add("user" + std::to_string(i), "x", start);
    int known = 0;
    for (int i = 0; i < 100; ++i) known += logins.has("user" + std::to_string(i), "x", start) ? 1 : 0;
    EXPECT_GE(known, 1);
    EXPECT_LE(known, 4);
    EXPECT_TRUE(logins.has("user99", "x", start));
    logins.clear();
    EXPECT_FALSE(logins.has("user99", "x", start));
}

}  // namespace
}  // namespace stentor::security
