#include "kafka/queue_home.hpp"
#include "fake_session.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::kafka {
namespace {

using broker::Settlement;

class QueueHomeTest : public ::testing::Test {
protected:
    void take(std::int64_t offset, std::int32_t partition = 0) {
        home.take(partition, offset, message("/queue/a", std::to_string(offset)));
    }
    /// All that may be given now: "5 6r " where 6 is marked as redelivered.
    std::string give() {
        std::string all;
        while (const auto turn = home.next()) {
            all += turn->message->body + (turn->redelivered ? "r " : " ");
            numbers[turn->message->body] = turn->number;
        }
        return all;
    }
    void accept(const std::string& body) {
        (void)home.settle(one, numbers.at(body), Settlement::accepted, {});
    }
    auto reject(const std::string& body) {
        return home.settle(one, numbers.at(body), Settlement::rejected, {});
    }
    /// Commits, which succeed: "0:5 " is partition 0 at offset 5.
    std::string commit(bool all = true) {
        std::string said;
        for (const QueueHome::Commit& each : home.commits(all)) {
            said += std::to_string(each.partition) + ":" + std::to_string(each.offset) + " ";
            home.committed(each);
            last = each;
        }
        return said;
    }

    const broker::Consumer one{1, 0};
    broker::QueueLimits limits{.max_messages = 10, .max_bytes = 1 << 20, .delivery_limit = 2};
    QueueHome home{limits};
    QueueHome::Commit last{};
    std::map<std::string, std::uint64_t> numbers;
};

TEST_F(QueueHomeTest, NothingIsGivenBeforeACommitAnnouncedIt) {
    home.join(one, {});
    home.assign(0, 5, 5);
    take(5);
    EXPECT_EQ(give(), "");
    EXPECT_EQ(commit(false), "0:5 ");
    EXPECT_GT(last.given, 6);
    EXPECT_EQ(give(), "5 ");
    take(6);  // announced before it came
    EXPECT_EQ(give(), "6 ");
}

TEST_F(QueueHomeTest, OnlyWhatIsSettledIsCommittedInOrder) {
    home.join(one, {});
    home.assign(0, 0, 1000);
    home.assign(1, 0, 1000);
    for (const int offset : {0, 1, 2}) take(offset);
    take(7, 1);
    EXPECT_EQ(give(), "0r 1r 2r 7r ");
    (void)commit();
    accept("1");
    accept("2");
    EXPECT_EQ(commit(), "");
    accept("0");
    EXPECT_EQ(commit(), "0:3 ");
    accept("7");
    EXPECT_EQ(commit(), "1:8 ");
    EXPECT_EQ(commit(), "");
}

TEST_F(QueueHomeTest, WhatADeadServerMayHaveGivenIsRedelivered) {
    home.join(one, {});
    home.assign(0, 5, 7);
    for (const int offset : {5, 6, 7}) take(offset);
    (void)commit();
    EXPECT_EQ(give(), "5r 6r 7 ");
}

TEST_F(QueueHomeTest, ANewTopicBeginsWithItsFirstRecord) {
    home.join(one, {});
    home.assign(0, -1, -1);
    EXPECT_EQ(commit(), "");
    take(3);
    EXPECT_EQ(commit(), "0:3 ");
    EXPECT_EQ(give(), "3 ");
}

TEST_F(QueueHomeTest, TheLastCommitOfAPartitionTellsWhatWasGivenInTruth) {
    home.join(one, {.window = {.messages = 2}});
    home.assign(0, 0, 0);
    for (const int offset : {0, 1, 2, 3}) take(offset);
    (void)commit();
    EXPECT_EQ(give(), "0 1 ");
    accept("0");
    EXPECT_EQ(give(), "2 ");
    const auto final = home.revoke(0);
    ASSERT_TRUE(final);
    EXPECT_EQ(final->offset, 1);
    EXPECT_EQ(final->given, 3);
    EXPECT_TRUE(home.partitions().empty());
}

TEST_F(QueueHomeTest, WhatWasRevokedIsNotGivenAndItsAcksAreIgnored) {
    home.join(one, {.window = {.messages = 1}});
    home.assign(0, 0, 0);
    home.assign(1, 0, 0);
    take(0);
    take(1);
    take(10, 1);
    (void)commit();
    EXPECT_EQ(give(), "0 ");
    (void)home.revoke(0);
    EXPECT_EQ(give(), "10 ");
    accept("0");
    take(2);  // it was on its way
    EXPECT_EQ(give(), "");
    accept("10");
    EXPECT_EQ(commit(), "1:11 ");
}

TEST_F(QueueHomeTest, ACommitOfAnEarlierAssignmentSaysNothingOfThisOne) {
    home.join(one, {});
    home.assign(0, 0, 0);
    take(0);
    const auto early = home.commits(true);
    home.assign(0, 0, 0);
    take(0);
    for (const auto& each : early) home.committed(each);
    EXPECT_EQ(give(), "");
}

TEST_F(QueueHomeTest, WhatARejectingConsumerBringsToTheLimitIsBuriedBeforeItIsCommitted) {
    home.join(one, {});
    home.assign(0, 0, 1000);
    take(0);
    take(1);
    (void)give();
    EXPECT_FALSE(reject("0"));
    EXPECT_EQ(give(), "0r ");
    const auto dead = reject("0");
    ASSERT_TRUE(dead);
    EXPECT_EQ(dead->offset, 0);
    accept("1");
    (void)commit();
    EXPECT_EQ(last.offset, 0);
    home.buried(*dead);
    EXPECT_EQ(commit(), "0:2 ");
}

TEST_F(QueueHomeTest, WhatAConsumerLeavesGoesToTheNext) {
    home.join(one, {.acknowledges = true});
    home.assign(0, 0, 0);
    take(0);
    (void)commit();
    EXPECT_EQ(give(), "0 ");
    EXPECT_TRUE(home.leave(one).empty());
    EXPECT_EQ(give(), "");
    home.join({2, 1}, {});
    EXPECT_EQ(give(), "0r ");
}

TEST_F(QueueHomeTest, ItSaysWhenItIsFullAndWhenItHasRoomAgain) {
    home.assign(0, 0, 1000);
    EXPECT_TRUE(home.has_room());
    for (int offset = 0; offset < 10; ++offset) take(offset);
    EXPECT_TRUE(home.is_full());
    EXPECT_FALSE(home.has_room());
    take(10);  // it was on its way
    home.join(one, {.window = {.messages = 6}});
    EXPECT_EQ(give(), "0r 1r 2r 3r 4r 5r ");
    EXPECT_FALSE(home.is_full());
    EXPECT_TRUE(home.has_room());
}

TEST_F(QueueHomeTest, RecordsOfNobodyAreSettled) {
    home.join(one, {});
    home.assign(0, 0, 1000);
    home.take(0, 0, nullptr);
    take(1);
    (void)give();
    accept("1");
    EXPECT_EQ(commit(), "0:2 ");
}

TEST_F(QueueHomeTest, ARecordThatComesTwiceCountsOnce) {
    home.join(one, {});
    home.assign(0, 0, 1000);
    take(0);
    take(0);
    EXPECT_EQ(give(), "0r ");
}

}  // namespace
}  // namespace stentor::kafka
