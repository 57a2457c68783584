#include "relay/upstreams.hpp"

#include "fake_session.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

MessagePtr message(const char* destination, const char* body) {
    return std::make_shared<const Message>(Message{destination, {}, body, "1"});
}

TEST(Upstreams, OneForEachDestination) {
    FakeSession session;
    auto a1 = session.subscription("/topic/a");
    auto a2 = session.subscription("/topic/a");
    auto b = session.subscription("/topic/b");
    Upstreams upstreams;
    Upstream& first = upstreams.join(a1, "/topic/a", false);
    EXPECT_EQ(&upstreams.join(a2, "/topic/a", false), &first);
    EXPECT_NE(&upstreams.join(b, "/topic/b", false), &first);
    EXPECT_EQ(first.subscribers, 2U);
    EXPECT_EQ(upstreams.subscriptions(), 3U);
    EXPECT_EQ(upstreams.all().size(), 2U);
}

TEST(Upstreams, ATopicsMessageGoesToAll) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    Upstreams upstreams;
    upstreams.join(one, "/topic/a", false);
    Upstream& upstream = upstreams.join(two, "/topic/a", false);
    upstreams.deliver(upstream, message("/topic/a", "x"));
    EXPECT_EQ(session.bodies(one), "x");
    EXPECT_EQ(session.bodies(two), "x");
}

TEST(Upstreams, AQueuesMessagesGoToEachInTurn) {
    FakeSession session;
    auto one = session.subscription("/queue/a");
    auto two = session.subscription("/queue/a");
    auto three = session.subscription("/queue/a");
    Upstreams upstreams;
    for (auto* each : {&one, &two, &three}) upstreams.join(*each, "/queue/a", true);
    Upstream& upstream = *upstreams.find("/queue/a");
    for (const char* body : {"a", "b", "c", "d", "e", "f"})
        upstreams.deliver(upstream, message("/queue/a", body));
    EXPECT_EQ(session.bodies(one).size(), 2U);
    EXPECT_EQ(session.bodies(two).size(), 2U);
    EXPECT_EQ(session.bodies(three).size(), 2U);
    EXPECT_EQ(session.deliveries(), 6U);
}

TEST(Upstreams, AQueuesConsumerThatLeftGetsNoMore) {
    FakeSession session;
    auto one = session.subscription("/queue/a");
    auto two = session.subscription("/queue/a");
    Upstreams upstreams;
    upstreams.join(one, "/queue/a", true);
    Upstream& upstream = upstreams.join(two, "/queue/a", true);
    EXPECT_EQ(upstreams.leave(one), nullptr);
    for (const char* body : {"a", "b", "c"}) upstreams.deliver(upstream, message("/queue/a", body));
    EXPECT_EQ(session.bodies(one), "");
    EXPECT_EQ(session.bodies(two), "abc");
}

TEST(Upstreams, TheLastToLeaveIsTold) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    Upstreams upstreams;
    upstreams.join(one, "/topic/a", false);
    upstreams.join(two, "/topic/a", false);
    EXPECT_EQ(upstreams.leave(one), nullptr);
    EXPECT_EQ(upstreams.leave(one), nullptr);  // it had left
    Upstream* const unused = upstreams.leave(two);
    ASSERT_NE(unused, nullptr);
    upstreams.forget(*unused);
    EXPECT_EQ(upstreams.find("/topic/a"), nullptr);
    EXPECT_EQ(upstreams.subscriptions(), 0U);
}

TEST(Upstreams, NumbersAreNeverUsedTwice) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    Upstreams upstreams;
    const std::uint64_t first = upstreams.join(one, "/topic/a", false).number;
    upstreams.forget(*upstreams.leave(one));
    EXPECT_NE(upstreams.join(one, "/topic/a", false).number, first);
    EXPECT_EQ(upstreams.find(first), nullptr);
}

TEST(Upstreams, WhoLeavesWaitsNoMore) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    Upstreams upstreams;
    Upstream& upstream = upstreams.join(one, "/topic/a", false);
    upstreams.join(two, "/topic/a", false);
    upstream.waiting = {one.key, two.key};
    const std::uint64_t stays = one.key;
    EXPECT_EQ(upstreams.leave(two), nullptr);
    EXPECT_EQ(upstream.waiting, std::set<std::uint64_t>{stays});
}

}  // namespace
}  // namespace stentor::relay
