#include "stomp/heart_beats.hpp"

#include <gtest/gtest.h>

namespace stentor::stomp {
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint start = base::TimePoint{} + 1h;

HeartBeats started(std::chrono::milliseconds send, std::chrono::milliseconds expect) {
    HeartBeats beats;
    beats.start({send, expect}, start, 2);
    return beats;
}

TEST(StompHeartBeating, NothingIsDueBeforeTheyAreAgreed) {
    const HeartBeats beats;
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

TEST(StompHeartBeating, DeadlinesOfManyFallTogetherWhereAnIntervalHasRoomForThat) {
    HeartBeats beats = started(1s, 0ms);
    beats.sent(start + 1ms);
    EXPECT_TRUE(beats.due(start + 901ms));
    EXPECT_EQ(beats.next_deadline(), start + 950ms) << "and arrives before the interval is over";
    HeartBeats hurried = started(100ms, 0ms);
    hurried.sent(start + 1ms);
    EXPECT_EQ(hurried.next_deadline(), start + 91ms);
}

TEST(StompHeartBeating, APeerIsDeadAfterAsManyIntervalsAsItIsGiven) {
    HeartBeats beats;
    beats.start({0ms, 10s}, start, 3);
    EXPECT_FALSE(beats.dead(start + 30s - 1ms));
    EXPECT_TRUE(beats.dead(start + 30s));
    beats.stop();
    EXPECT_EQ(beats.next_deadline(), base::never);
}

TEST(StompHeartBeating, TheLongestIntervalsAreKept) {
    HeartBeats beats;
    beats.start({600s, 600s}, start, 3);
    EXPECT_EQ(beats.next_deadline(), start + 540s);
    EXPECT_FALSE(beats.dead(start + 1800s - 1ms));
    EXPECT_TRUE(beats.dead(start + 1800s));
}

}  // namespace
}  // namespace stentor::stomp
