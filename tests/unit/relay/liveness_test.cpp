#include "relay/liveness.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
constexpr base::TimePoint begin{};

TEST(LivenessStomp12HeartBeating, NothingIsDueWithoutAnAgreement) {
    Liveness liveness;
    liveness.start({0ms, 0ms}, begin);
    EXPECT_EQ(liveness.next_deadline(), base::never);
}

TEST(LivenessStomp12HeartBeating, OwnOnesAreDueATenthEarly) {
    Liveness liveness;
    liveness.start({10'000ms, 0ms}, begin);
    EXPECT_FALSE(liveness.due(begin + 8999ms));
    EXPECT_TRUE(liveness.due(begin + 9s));
    liveness.sent(begin + 5s);
    EXPECT_EQ(liveness.next_deadline(), begin + 14s);
}

TEST(LivenessStomp12HeartBeating, ThreeMissedOnesAreTheEnd) {
    Liveness liveness;
    liveness.start({0ms, 10'000ms}, begin);
    EXPECT_FALSE(liveness.dead(begin + 29'999ms));
    EXPECT_TRUE(liveness.dead(begin + 30s));
    liveness.received(begin + 1s);
    EXPECT_FALSE(liveness.dead(begin + 30s));
    liveness.stop();
    EXPECT_EQ(liveness.next_deadline(), base::never);
}

}  // namespace
}  // namespace stentor::relay
