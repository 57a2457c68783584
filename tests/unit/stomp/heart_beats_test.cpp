#include "stomp/heart_beats.hpp"

#include <gtest/gtest.h>

namespace stentor::stomp {
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint start = base::TimePoint{} + 1h;

HeartBeats started(std::chrono::milliseconds send, std::chrono::milliseconds expect) {
    HeartBeats beats(2);
    beats.start({send, expect}, start);
    return beats;
}

TEST(StompHeartBeating, NothingIsDueBeforeTheyAreAgreed) {
    const HeartBeats beats(2);
    EXPECT_EQ(beats.next_deadline(), base::never);
    EXPECT_FALSE(beats.due(start));
    EXPECT_FALSE(beats.dead(start));
}

TEST(StompHeartBeating, ZeroMeansNever) { EXPECT_EQ(started(0ms, 0ms).next_deadline(), base::never); }

TEST(StompHeartBeating, OneIsSentATenthBeforeTheInterval) {
    const HeartBeats beats = started(10s, 0ms);
    EXPECT_FALSE(beats.due(start + 9s - 1ms));
    EXPECT_TRUE(beats.due(start + 9s));
}

TEST(StompHeartBeating, AnythingSentCountsAsOne) {
    HeartBeats beats = started(10s, 0ms);
    beats.sent(start + 5s);
    EXPECT_FALSE(beats.due(start + 9s));
    EXPECT_EQ(beats.next_deadline(), start + 14s);
}

TEST(StompHeartBeating, ASilentPeerIsDeadAfterTwoIntervals) {
    const HeartBeats beats = started(0ms, 10s);
    EXPECT_FALSE(beats.dead(start + 20s - 1ms));
    EXPECT_TRUE(beats.dead(start + 20s));
}

TEST(StompHeartBeating, AnythingReceivedCountsAsOne) {
    HeartBeats beats = started(0ms, 10s);
    beats.received(start + 19s);
    EXPECT_FALSE(beats.dead(start + 38s));
    EXPECT_EQ(beats.next_deadline(), start + 39s);
}

TEST(StompHeartBeating, TheNextDeadlineIsTheEarlierOfBoth) {
    EXPECT_EQ(started(10s, 10s).next_deadline(), start + 9s);
    EXPECT_EQ(started(100s, 10s).next_deadline(), start + 20s);
}

TEST(StompHeartBeating, APeerIsDeadAfterAsManyIntervalsAsItIsGiven) {
    HeartBeats beats(3);
    beats.start({0ms, 10s}, start);
    EXPECT_FALSE(beats.dead(start + 30s - 1ms));
    EXPECT_TRUE(beats.dead(start + 30s));
    beats.stop();
    EXPECT_EQ(beats.next_deadline(), base::never);
}

}  // namespace
}  // namespace stentor::stomp
