#include "session/closings.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::session {
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint begin = base::TimePoint{} + 1h;

Closings::Which user(const std::string& name) {
    return [name](std::string_view, const Principal* user) { return user != nullptr && user->name == name; };
}

TEST(Closings, ConcernWhoWasThereBefore) {
    Closings closings;
    closings.add(begin + 1s, 10s, user("alice"));
    closings.add(begin + 2s, 10s, user("bob"));
    const Principal alice{"alice"};
    EXPECT_TRUE(closings.concern(begin, "s", &alice));
    EXPECT_TRUE(closings.concern(begin + 1s, "s", &alice));
    EXPECT_FALSE(closings.concern(begin + 1001ms, "s", &alice));
    EXPECT_FALSE(closings.concern(begin, "s", nullptr));
}

TEST(Closings, AreForgottenWhenNobodyCanBeConnectingSince) {
    Closings closings;
    int asked = 0;
    closings.add(begin, 10s, [&](std::string_view, const Principal*) { return ++asked > 0; });
    closings.add(begin + 11s, 10s, [](std::string_view, const Principal*) { return false; });
    EXPECT_FALSE(closings.concern(begin - 1s, "s", nullptr));
    EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace stentor::session
