#include "net/connection_list.hpp"

#include "unit/net/line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::net {
namespace {

using namespace test;

class ConnectionListTest : public ::testing::Test {
protected:
    ConnectionListTest() {
        for (int i = 0; i < 4; ++i)
            connections_.push_back(
                std::make_unique<Connection>(turned_.loop, turned_.flusher, -1, "peer", SendLimits{}));
    }
    /// The place noted is the Flusher's own: nothing must be left in it.
    ~ConnectionListTest() override {
        for (const auto& connection : connections_) list_.remove(*connection);
    }
    Connection& at(std::size_t i) { return *connections_[i]; }

    TurnedLoop turned_;
    std::vector<std::unique_ptr<Connection>> connections_;
    ConnectionList list_{&ListPlaces::blocked};
};

TEST_F(ConnectionListTest, KeepsTheOrderAndEachOnce) {
    list_.add(at(0));
    list_.add(at(1));
    list_.add(at(0));
    ASSERT_EQ(list_.size(), 2U);
    EXPECT_EQ(list_.take(0), &at(0));
    EXPECT_EQ(list_.take(1), &at(1));
    EXPECT_EQ(list_.take(0), nullptr);
}

TEST_F(ConnectionListTest, LeavesAGapForOneThatIsRemoved) {
    for (std::size_t i = 0; i < 3; ++i) list_.add(at(i));
    list_.remove(at(1));
    list_.remove(at(1));
    list_.remove(at(3));
    EXPECT_EQ(list_.size(), 3U);
    EXPECT_EQ(list_.take(1), nullptr);
    EXPECT_EQ(list_.take(2), &at(2));
}

TEST_F(ConnectionListTest, ClosesTheGaps) {
    for (std::size_t i = 0; i < 4; ++i) list_.add(at(i));
    list_.remove(at(0));
    list_.remove(at(2));
    list_.compact();
    ASSERT_EQ(list_.size(), 2U);
    list_.remove(at(3));
    EXPECT_EQ(list_.take(0), &at(1));
    EXPECT_EQ(list_.take(1), nullptr);
}

TEST_F(ConnectionListTest, OneThatWasTakenMayComeBack) {
    list_.add(at(0));
    EXPECT_EQ(list_.take(0), &at(0));
    list_.add(at(0));
    list_.compact();
    ASSERT_EQ(list_.size(), 1U);
    EXPECT_EQ(list_.take(0), &at(0));
}

}  // namespace
}  // namespace stentor::net
