#include "kafka/resuming.hpp"
#include "fake_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace stentor::kafka {
namespace {

class ResumingTest : public ::testing::Test {
protected:
    static Arrival at(std::int64_t offset, std::int32_t partition = 0, const std::string& to = "/topic/a") {
        return {partition, offset, message(to, std::to_string(offset) + " ")};
    }
    /// The reader has read all before that.
    static Arrival passed(std::int64_t offset, std::int32_t partition = 0) {
        return {partition, offset - 1, nullptr};
    }
    void read(std::vector<Arrival> records) { resuming.on_read(records, 0); }
    void live(std::vector<Arrival> records) { resuming.on_live(records); }
    /// The session has written all that it got.
    void settle_all() {
        auto& got = session.got[subscription.id];
        for (; settled < got.size(); ++settled)
            resuming.settle(got[settled].number, broker::Settlement::accepted);
    }
    std::string bodies() { return session.bodies(subscription); }

    FakeSession session;
    broker::QueueLimits limits{.max_messages = 10'000, .max_bytes = 1 << 20};
    broker::Subscription subscription = session.subscription("/topic/a");
    Resuming resuming{subscription, limits};
    std::size_t settled = 0;
};

TEST_F(ResumingTest, TheReaderBringsWhatWasAndTheLiveStreamWhatComes) {
    resuming.begin({{0, 2}}, {4});
    read({at(2), at(3)});
    EXPECT_FALSE(resuming.needs_reader());
    live({at(4)});
    EXPECT_EQ(bodies(), "2 3 4 ");
    settle_all();
    EXPECT_TRUE(resuming.is_live());
}

TEST_F(ResumingTest, WhatIsLiveBeforeTheReaderIsThereComesByTheReaderOnce) {
    resuming.begin({{0, 2}}, {4});
    read({at(2)});
    live({at(4), at(5)});
    EXPECT_EQ(bodies(), "2 ");
    read({at(3), at(4)});
    EXPECT_TRUE(resuming.needs_reader());
    read({at(5)});
    EXPECT_FALSE(resuming.needs_reader());
    live({at(6)});
    EXPECT_EQ(bodies(), "2 3 4 5 6 ");
}

TEST_F(ResumingTest, AReaderThatIsAheadOfTheLiveStreamBringsNothingTwice) {
    resuming.begin({{0, 2}}, {3});
    read({at(2), at(3), at(4)});  // joined after 2: the rest is the live stream's
    live({at(3)});
    settle_all();
    live({at(4), at(5)});
    EXPECT_EQ(bodies(), "2 3 4 5 ");
}

TEST_F(ResumingTest, BeyondTheEndTheLiveStreamIsPassedOver) {
    resuming.begin({{0, 6}}, {4});
    EXPECT_FALSE(resuming.needs_reader());
    settle_all();
    EXPECT_FALSE(resuming.is_live());
    live({at(4), at(5), at(6)});
    settle_all();
    EXPECT_EQ(bodies(), "6 ");
    EXPECT_TRUE(resuming.is_live());
}

TEST_F(ResumingTest, OffsetsMayHaveGapsAndEndWithThem) {
    resuming.begin({{0, 0}}, {10});
    read({at(3)});
    EXPECT_TRUE(resuming.needs_reader());
    read({passed(10)});  // the end: what is between are no records
    EXPECT_FALSE(resuming.needs_reader());
    live({at(12)});
    EXPECT_EQ(bodies(), "3 12 ");
}

TEST_F(ResumingTest, PartitionsJoinOneByOneAndThoseThatWereNotAskedForAtOnce) {
    resuming.begin({{0, 0}, {1, 0}}, {2, 2, 7});
    live({at(7, 2)});
    EXPECT_EQ(bodies(), "7 ");
    read({at(0, 0), at(1, 0)});
    live({at(2, 0), at(2, 1)});
    EXPECT_EQ(bodies(), "7 0 1 2 ");
    read({at(0, 1), at(1, 1)});
    EXPECT_TRUE(resuming.needs_reader());
    read({at(2, 1)});
    EXPECT_FALSE(resuming.needs_reader());
    EXPECT_EQ(bodies(), "7 0 1 2 0 1 2 ");
}

TEST_F(ResumingTest, OnlyWhatItSubscribedToComes) {
    resuming.begin({{0, 0}}, {2});
    read({at(0, 0, "/topic/b"), at(1)});
    live({at(2, 0, "/topic/b"), at(3), {0, 4, nullptr}});
    EXPECT_EQ(bodies(), "1 3 ");
}

TEST_F(ResumingTest, APatternTakesAllThatItStandsFor) {
    broker::Subscription all = session.subscription("/topic/*");
    Resuming wild(all, limits);
    wild.begin({{0, 0}}, {2});
    wild.on_read(std::vector{at(0, 0, "/topic/b"), at(1)}, 0);
    EXPECT_EQ(session.bodies(all), "0 1 ");
}

TEST_F(ResumingTest, NoMoreIsGivenThanTheWindowHasRoomFor) {
    subscription.window = {.messages = 2};
    Resuming narrow(subscription, limits);
    narrow.begin({{0, 0}}, {3});
    narrow.on_read(std::vector{at(0), at(1), at(2)}, 0);
    EXPECT_EQ(bodies(), "0 1 ");
    EXPECT_FALSE(narrow.is_live());
    narrow.on_live(std::vector{at(3)});
    narrow.settle(1, broker::Settlement::accepted);
    narrow.settle(2, broker::Settlement::accepted);
    EXPECT_EQ(bodies(), "0 1 2 3 ");
    EXPECT_FALSE(narrow.is_live());
    narrow.settle(3, broker::Settlement::accepted);
    narrow.settle(4, broker::Settlement::accepted);
    EXPECT_TRUE(narrow.is_live());
}

TEST_F(ResumingTest, TheReaderIsAllowedNoMoreThanIsWanted) {
    resuming.begin({{0, 0}}, {1'000'000});
    const std::size_t first = resuming.allowance();
    EXPECT_GT(first, 0U);
    EXPECT_EQ(resuming.allowance(), 0U);
    const std::string large(first, 'x');
    resuming.on_read(std::vector{Arrival{0, 0, message("/topic/a", large)}}, first);
    EXPECT_EQ(resuming.allowance(), 0U);  // it is not settled
    settle_all();
    EXPECT_GT(resuming.allowance(), 0U);
}

TEST_F(ResumingTest, ASubscriberThatDoesNotKeepUpWithTheLiveStreamOverflows) {
    limits.max_messages = 10;
    subscription.window = {.messages = 1};
    Resuming slow(subscription, limits);
    slow.begin({}, {0});
    for (std::int64_t offset = 0; offset < 20; ++offset) slow.on_live(std::vector{at(offset)});
    EXPECT_EQ(session.overflows.size(), 1U);
    EXPECT_EQ(slow.allowance(), 0U);
    EXPECT_FALSE(slow.is_live());
}

/// A topic's log with gaps, two streams over it that go on as it pleases them, and a client that settles when
/// it likes: every record from the asked offset on comes once and in order.
TEST(Resuming, HowEverTheStreamsRaceNothingIsMissedOrRepeated) {
    std::mt19937 random(11);
    for (int round = 0; round < 500; ++round) {
        FakeSession session;
        broker::Subscription subscription = session.subscription("/topic/a");
        subscription.window.messages = 1 + static_cast<std::uint32_t>(random() % 5);
        const broker::QueueLimits limits;
        Resuming resuming(subscription, limits);
        std::vector<std::int64_t> log;
        for (std::int64_t offset = static_cast<std::int64_t>(random() % 3); log.size() < 60;
             offset += 1 + (random() % 4 == 0 ? static_cast<std::int64_t>(random() % 5) : 0))
            log.push_back(offset);
        const std::size_t live_from = random() % log.size();
        const std::size_t asked = random() % log.size();
        std::size_t live = live_from;
        std::size_t reader = asked;
        std::size_t written = live_from;  // how far the log is
        std::size_t settled = 0;
        std::size_t took_over = log.size();
        resuming.begin({{0, log[asked]}}, {log[live_from]});
        const auto arrival = [&](std::size_t i) {
            return Arrival{0, log[i], message("/topic/a", std::to_string(log[i]))};
        };
        for (int steps = 0; took_over == log.size() && steps < 100'000; ++steps) {
            switch (random() % 4) {
                case 0: written = std::min(written + 1, log.size()); break;
                case 1:
                    if (live < written) resuming.on_live(std::vector{arrival(live++)});
                    break;
                case 2:
                    if (reader < written && resuming.needs_reader())
                        resuming.on_read(std::vector{arrival(reader++)}, 10);
                    else if (resuming.needs_reader() && written < log.size())
                        resuming.on_read(std::vector{Arrival{0, log[written] - 1, nullptr}}, 0);
                    break;
                default: {
                    const auto& got = session.got[subscription.id];
                    if (settled < got.size())
                        resuming.settle(got[settled++].number, broker::Settlement::accepted);
                }
            }
            if (resuming.is_live()) took_over = live;
            const bool has_settled = settled == session.got[subscription.id].size();
            if (live == log.size() && !resuming.needs_reader() && has_settled) break;
        }
        std::vector<std::int64_t> seen;
        for (const auto& got : session.got[subscription.id]) seen.push_back(std::stoll(got.body));
        for (std::size_t i = took_over; i < log.size(); ++i) seen.push_back(log[i]);  // among the others
        const std::vector<std::int64_t> wanted(log.begin() + static_cast<std::ptrdiff_t>(asked), log.end());
        ASSERT_EQ(seen, wanted) << "round " << round << " live from " << live_from << " asked " << asked;
    }
}

}  // namespace
}  // namespace stentor::kafka
