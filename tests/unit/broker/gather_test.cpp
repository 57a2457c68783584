#include "broker/gather.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::broker {
namespace {

class GatherTest : public ::testing::Test {
protected:
    Broker::Done done() {
        return [this](const Result<void>& result) {
            told += result.has_error() ? result.error().message : "ok";
        };
    }
    std::string told;
};

TEST_F(GatherTest, IsDoneWithTheLast) {
    Gather gather(2, done());
    gather.one({});
    EXPECT_EQ(told, "");
    EXPECT_FALSE(gather.is_done());
    gather.one({});
    EXPECT_EQ(told, "ok");
    EXPECT_TRUE(gather.is_done());
}

TEST_F(GatherTest, TheFirstFailureIsToldAtOnceAndOnce) {
    Gather gather(3, done());
    gather.one({});
    gather.one(Error{Errc::failed, "no"});
    EXPECT_EQ(told, "no");
    gather.one({});
    gather.one(Error{Errc::failed, "again"});
    EXPECT_EQ(told, "no");
}

}  // namespace
}  // namespace stentor::broker
