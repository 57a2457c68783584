#include "relay/upstreams.hpp"

#include "fake_session.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

const UpstreamSettings settings;

MessagePtr message(const char* destination, const char* body) {
    return std::make_shared<const Message>(Message{destination, {}, body, "1"});
}

TEST(Upstreams, OneForEachDestination) {
    FakeSession session;
    auto a1 = session.subscription("/topic/a");
    auto a2 = session.subscription("/topic/a");
    auto b = session.subscription("/topic/b");
    Upstreams upstreams(settings);
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
    Upstreams upstreams(settings);
    upstreams.join(one, "/topic/a", false);
    upstreams.join(two, "/topic/a", false);
    upstreams.deliver(*upstreams.find("/topic/a"), message("/topic/a", "x"));
    EXPECT_EQ(session.bodies(one), "x");
    EXPECT_EQ(session.bodies(two), "x");
}

TEST(Upstreams, AQueuesMessagesGoToEachInTurn) {
    FakeSession session;
    auto one = session.subscription("/queue/a");
    auto two = session.subscription("/queue/a");
    auto three = session.subscription("/queue/a");
    Upstreams upstreams(settings);
    for (auto* each : {&one, &two, &three}) upstreams.join(*each, "/queue/a", true);
    Upstream& upstream = *upstreams.find("/queue/a");
    for (const char* body : {"a", "b", "c", "d", "e", "f"})
        upstreams.deliver(upstream, message("/queue/a", body), body, false);
    EXPECT_EQ(session.bodies(one).size(), 2U);
    EXPECT_EQ(session.bodies(two).size(), 2U);
    EXPECT_EQ(session.bodies(three).size(), 2U);
    EXPECT_EQ(session.deliveries(), 6U);
}

TEST(Upstreams, AQueuesConsumerThatLeftGetsNoMore) {
    FakeSession session;
    auto one = session.subscription("/queue/a");
    auto two = session.subscription("/queue/a");
    Upstreams upstreams(settings);
    upstreams.join(one, "/queue/a", true);
    Upstream& upstream = upstreams.join(two, "/queue/a", true);
    EXPECT_EQ(upstreams.leave(one).unused, nullptr);
    for (const char* body : {"a", "b", "c"})
        upstreams.deliver(upstream, message("/queue/a", body), body, false);
    EXPECT_EQ(session.bodies(one), "");
    EXPECT_EQ(session.bodies(two), "abc");
}

TEST(Upstreams, TheLastToLeaveIsTold) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    Upstreams upstreams(settings);
    upstreams.join(one, "/topic/a", false);
    upstreams.join(two, "/topic/a", false);
    EXPECT_EQ(upstreams.leave(one).unused, nullptr);
    EXPECT_EQ(upstreams.leave(one).unused, nullptr);  // it had left
    Upstream* const unused = upstreams.leave(two).unused;
    ASSERT_NE(unused, nullptr);
    upstreams.forget(*unused);
    EXPECT_EQ(upstreams.find("/topic/a"), nullptr);
    EXPECT_EQ(upstreams.subscriptions(), 0U);
}

TEST(Upstreams, NumbersAreNeverUsedTwice) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    Upstreams upstreams(settings);
    const std::uint64_t first = upstreams.join(one, "/topic/a", false).number;
    upstreams.forget(*upstreams.leave(one).unused);
    EXPECT_NE(upstreams.join(one, "/topic/a", false).number, first);
    EXPECT_EQ(upstreams.find(first), nullptr);
}

TEST(Upstreams, WhoLeavesWaitsNoMore) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    Upstreams upstreams(settings);
    Upstream& upstream = upstreams.join(one, "/topic/a", false);
    upstreams.join(two, "/topic/a", false);
    upstream.waiting = {one.key, two.key};
    const std::uint64_t stays = one.key;
    EXPECT_EQ(upstreams.leave(two).unused, nullptr);
    EXPECT_EQ(upstream.waiting, std::set<std::uint64_t>{stays});
}

TEST(Upstreams, WhoSelectsGetsWhatMatchesAndTheOthersAll) {
    FakeSession session;
    auto all = session.subscription("/topic/a");
    auto some = session.subscription("/topic/a");
    some.selector =
        std::make_shared<const messaging::Selector>(messaging::Selector::parse("room = '7'").value());
    Upstreams upstreams(settings);
    upstreams.join(all, "/topic/a", false);
    Upstream& upstream = upstreams.join(some, "/topic/a", false);
    EXPECT_EQ(upstream.subscribers, 2U);
    for (const char* room : {"7", "8"})
        upstreams.deliver(*upstreams.find("/topic/a"),
                          std::make_shared<const Message>(Message{"/topic/a", {{"room", room}}, room, "1"}));
    EXPECT_EQ(session.bodies(all), "78");
    EXPECT_EQ(session.bodies(some), "7");
    EXPECT_EQ(upstreams.leave(some).unused, nullptr);
    upstreams.deliver(*upstreams.find("/topic/a"),
                      std::make_shared<const Message>(Message{"/topic/a", {{"room", "7"}}, "7", "1"}));
    EXPECT_EQ(session.bodies(all), "787");
    EXPECT_EQ(session.bodies(some), "7");
    EXPECT_NE(upstreams.leave(all).unused, nullptr);
}

TEST(Upstreams, ATopicsSubscriberThatAcknowledgesHasAWindow) {
    FakeSession session;
    auto one = session.subscription("/topic/a");
    one.acknowledges = true;
    one.window.messages = 1;
    Upstreams upstreams(settings);
    upstreams.join(one, "/topic/a", false);
    for (const char* body : {"a", "b"})
        upstreams.deliver(*upstreams.find("/topic/a"), message("/topic/a", body));
    EXPECT_EQ(session.bodies(one), "a");
    EXPECT_GT(upstreams.held_bytes(), 0U);
    auto settled =
        upstreams.settle(one, session.number("a"), broker::Settlement::rejected, Rejected::given_back, {});
    EXPECT_FALSE(settled.answer) << "the broker gave it as settled";
    EXPECT_EQ(session.bodies(one), "aa!");
    settled =
        upstreams.settle(one, session.number("a"), broker::Settlement::accepted, Rejected::given_back, {});
    EXPECT_EQ(session.bodies(one), "aa!b");
    EXPECT_NE(upstreams.leave(one).unused, nullptr);
    EXPECT_EQ(upstreams.held_bytes(), 0U);
}

TEST(Upstreams, WhatIsNotSettledIsKnownWhenTheLastLeaves) {
    FakeSession session;
    auto one = session.subscription("/queue/a");
    Upstreams upstreams(settings);
    Upstream& upstream = upstreams.join(one, "/queue/a", true);
    for (const char* body : {"a", "b", "c"})
        upstreams.deliver(upstream, message("/queue/a", body), body, false);
    const auto settled =
        upstreams.settle(one, session.number("b"), broker::Settlement::accepted, Rejected::given_back, {});
    EXPECT_EQ(settled.answer.value().ack, "b");
    Upstream* const unused = upstreams.leave(one).unused;
    ASSERT_NE(unused, nullptr);
    EXPECT_EQ(upstreams.forget(*unused), (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(upstreams.held_bytes(), 0U);
}

TEST(Upstreams, R4TheConsumersOfTheLargestQueueEndWhenAllQueuesHoldTooMuch) {
    UpstreamSettings small;
    small.max_unsettled_bytes = 2000;
    FakeSession session;
    auto little = session.subscription("/queue/little");
    auto much = session.subscription("/queue/much");
    Upstreams upstreams(small);
    Upstream& first = upstreams.join(little, "/queue/little", true);
    Upstream& second = upstreams.join(much, "/queue/much", true);
    const std::string large(800, 'x');
    upstreams.deliver(second, message("/queue/much", large.c_str()), "1", false);
    upstreams.deliver(first, message("/queue/little", "x"), "2", false);
    EXPECT_TRUE(session.overflows().empty());
    upstreams.deliver(second, message("/queue/much", large.c_str()), "3", false);
    EXPECT_EQ(session.overflows(), std::vector<std::string>{much.id});
    upstreams.forget(*upstreams.leave(much).unused);
    upstreams.deliver(first, message("/queue/little", "y"), "4", false);
    EXPECT_EQ(session.overflows().size(), 1U);
    EXPECT_EQ(session.bodies(little), "xy");
}

TEST(Upstreams, WhatALostConnectionGaveIsForgotten) {
    FakeSession session;
    auto one = session.subscription("/queue/a");
    Upstreams upstreams(settings);
    Upstream& upstream = upstreams.join(one, "/queue/a", true);
    upstreams.deliver(upstream, message("/queue/a", "x"), "1", false);
    upstreams.forget_unsettled();
    EXPECT_EQ(upstreams.held_bytes(), 0U);
    EXPECT_FALSE(
        upstreams.settle(one, session.number("x"), broker::Settlement::accepted, Rejected::given_back, {})
            .answer);
}

}  // namespace
}  // namespace stentor::relay
