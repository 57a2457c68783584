#include "session/held_back.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

using broker::test::Recorder;

TEST(HeldBack, KeepsDeliveriesInTheirOrder) {
    Recorder a("/queue/a");
    HeldBack held;
    const MessagePtr one = broker::test::message("/queue/a", "1");
    held.add(a.subscription, {one, 7, true});
    held.add(a.subscription, {broker::test::message("/queue/a", "2"), 8, false});
    const HeldBack::Held first = held.take();
    EXPECT_EQ(first.subscription, &a.subscription);
    EXPECT_EQ(first.message, one);
    EXPECT_EQ(first.number, 7U);
    EXPECT_TRUE(first.redelivered);
    EXPECT_EQ(held.take().message->body, "2");
    EXPECT_TRUE(held.empty());
}

TEST(HeldBack, ForgetsThoseOfASubscriptionThatEnds) {
    Recorder a("/queue/a");
    Recorder b("/queue/b");
    HeldBack held;
    held.add(a.subscription, {broker::test::message("/queue/a", "1"), 1});
    held.add(b.subscription, {broker::test::message("/queue/b", "2"), 1});
    held.forget(a.subscription);
    EXPECT_EQ(held.take().message->body, "2");
    EXPECT_TRUE(held.empty());
}

}  // namespace
}  // namespace stentor::session
