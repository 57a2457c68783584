#include "stomp_relay_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using stomp::Command;

class StompRelayRecovery : public StompRelayTest {
protected:
    /// Answers all SUBSCRIBEs until no more come, and gives their destinations.
    std::vector<std::string> answer_all() {
        std::vector<std::string> destinations;
        for (auto frames = broker.got(); !frames.empty(); frames = broker.got())
            for (const Got& frame : frames) {
                if (frame.command != Command::subscribe) continue;
                destinations.push_back(frame["destination"]);
                broker.say_receipt(frame["receipt"]);
            }
        return destinations;
    }
};

TEST_F(StompRelayRecovery, R2DestinationsAreSubscribedAgainExactlyOnce) {
    connect();
    auto a1 = session.subscription("/topic/a");
    auto a2 = session.subscription("/topic/a");
    auto b = session.subscription("/queue/b");
    auto gone = session.subscription("/topic/gone");
    (void)subscribed(a1);
    subscribe(a2);
    (void)subscribed(b);
    (void)subscribed(gone);
    relay->unsubscribe(gone);
    reconnect();
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0].command, Command::connect);
    EXPECT_EQ(frames[1]["destination"], "/topic/a");
    EXPECT_EQ(frames[2]["destination"], "/queue/b");
    broker.say_receipt(frames[1]["receipt"]);
    broker.say_receipt(frames[2]["receipt"]);
    broker.say_message(frames[1]["id"], "x");
    EXPECT_EQ(session.bodies(a1), "x");
    EXPECT_EQ(session.bodies(a2), "x");
    EXPECT_TRUE(relay->is_available());
    for (auto* each : {&a1, &a2, &b}) relay->unsubscribe(*each);
}

TEST_F(StompRelayRecovery, WhetherItCanBeUsedIsToldOnceForEachChange) {
    std::vector<std::string> told;
    relay->on_availability([&](bool available, const std::string& reason) {
        told.push_back(available ? "up" + reason : "down: " + reason);
    });
    auto a = session.subscription("/topic/a");
    subscribe(a);
    broker.pass(0ms);
    broker.say_connected();
    EXPECT_TRUE(told.empty()) << "what was subscribed before is not yet";
    (void)answer_all();
    EXPECT_EQ(told, (std::vector<std::string>{"up"}));
    broker.close();
    EXPECT_EQ(told.back(), "down: the connection was closed");
    broker.pass(30s);
    broker.say_connected();
    broker.close();  // it never could be used
    EXPECT_EQ(told.size(), 2U);
    reconnect();
    (void)answer_all();
    relay->shut_down();
    relay->shut_down();
    EXPECT_EQ(told, (std::vector<std::string>{"up", "down: the connection was closed", "up",
                                              "down: the server stops"}));
    relay->unsubscribe(a);
}

TEST_F(StompRelayRecovery, WhatIsSubscribedWhileTheBrokerIsAwayIsDoneWhenItIsBack) {
    auto early = session.subscription("/topic/early");
    subscribe(early);
    auto left = session.subscription("/topic/left");
    subscribe(left);
    relay->unsubscribe(left);
    EXPECT_EQ(outcome(early), "waits");
    broker.pass(0ms);
    broker.say_connected();
    EXPECT_EQ(answer_all(), std::vector<std::string>{"/topic/early"});
    EXPECT_EQ(outcome(early), "done");
    EXPECT_EQ(outcome(left), "waits");
    relay->unsubscribe(early);
}

TEST_F(StompRelayRecovery, OneThatWaitedWhileTheConnectionWasLostIsAskedAgain) {
    connect();
    auto a = session.subscription("/topic/a");
    subscribe(a);
    (void)broker.got();
    reconnect();
    EXPECT_EQ(answer_all(), std::vector<std::string>{"/topic/a"});
    EXPECT_EQ(outcome(a), "done");
    relay->unsubscribe(a);
}

TEST_F(StompRelayRecovery, EachChangeIsToldOnceWithTheAddressItIsOf) {
    settings.link.addresses = {"a:1", "b:2"};
    broker.random.part = std::byte{0};  // the first of them, and no jitter
    relay = std::make_unique<StompRelay>(settings, broker.dialer(), broker.timers, broker.random);
    std::string told;
    relay->on_availability([&](bool available, const std::string&) {
        told += (available ? "up " : "down ") + relay->address() + " ";
    });
    broker.pass(std::chrono::milliseconds(0));
    broker.say_connected();
    EXPECT_EQ(told, "up a:1 ");
    broker.close();
    EXPECT_EQ(told, "up a:1 down a:1 ");
    broker.reachable = false;
    for (int i = 0; i < 5; ++i) broker.pass(std::chrono::milliseconds(0));
    EXPECT_GT(broker.dials, 3);
    EXPECT_EQ(told, "up a:1 down a:1 ");  // what could not be reached has not changed
    broker.reachable = true;
    while (broker.wire == nullptr) broker.pass(std::chrono::milliseconds(0));
    broker.say_connected();
    EXPECT_EQ(told, "up a:1 down a:1 up " + relay->address() + " ");
}

TEST_F(StompRelayRecovery, OnlyWithItsSubscriptionsBackTheBrokerIsAvailable) {
    connect();
    auto a = session.subscription("/topic/a");
    (void)subscribed(a);
    reconnect();
    EXPECT_FALSE(relay->is_available());
    publish("/topic/a", "x");
    EXPECT_EQ(published, "unavailable ");
    (void)answer_all();
    EXPECT_TRUE(relay->is_available());
    publish("/topic/a", "x");
    EXPECT_EQ(relay->pending(), 1U);
    relay->unsubscribe(a);
}

TEST_F(StompRelayRecovery, ItDoesNotWaitForWhatLeftMeanwhile) {
    connect();
    auto a = session.subscription("/topic/a");
    auto b = session.subscription("/topic/b");
    (void)subscribed(a);
    (void)subscribed(b);
    reconnect();
    relay->unsubscribe(a);
    (void)answer_all();
    EXPECT_TRUE(relay->is_available());
    relay->unsubscribe(b);
}

TEST_F(StompRelayRecovery, ALateReceiptOfTheOldConnectionChangesNothing) {
    connect();
    auto a = session.subscription("/topic/a");
    (void)subscribed(a);
    publish("/topic/a", "x");
    const std::string receipt = broker.got().at(0)["receipt"];
    reconnect();
    published.clear();
    broker.say_receipt(receipt);
    EXPECT_EQ(published, "");
    relay->unsubscribe(a);
}

TEST_F(StompRelayRecovery, ManyAreAskedAFewAtATime) {
    std::deque<broker::Subscription> all;
    for (int i = 0; i < 500; ++i)
        subscribe(all.emplace_back(session.subscription("/topic/t" + std::to_string(i))));
    broker.pass(0ms);
    broker.say_connected();
    const auto first = broker.got();
    EXPECT_EQ(first.size(), 1U + 64U);  // CONNECT among them
    for (const Got& frame : first)
        if (frame.command == Command::subscribe) broker.say_receipt(frame["receipt"]);
    EXPECT_EQ(answer_all().size(), 500U - 64U);
    EXPECT_TRUE(std::ranges::all_of(all, [&](const auto& each) { return outcome(each) == "done"; }));
    for (auto& each : all) relay->unsubscribe(each);
}

TEST_F(StompRelayRecovery, AnErrorWithAReceiptIdFailsThatPublishAndTheRestIsLost) {
    connect();
    publish("/topic/a", "1");
    publish("/topic/b", "2");
    const auto frames = broker.got();
    broker.say(Command::error,
               {{"message", "access refused in vhost /prod"}, {"receipt-id", frames.at(1)["receipt"]}});
    EXPECT_EQ(published, "forbidden unavailable ");
    EXPECT_EQ(broker.wire, nullptr);
}

TEST_F(StompRelayRecovery, AnErrorWithoutOneFailsAllAndSaysNothingOfTheBrokersInside) {
    connect();
    publish("/topic/a", "1");
    publish("/topic/b", "2");
    broker.say(Command::error, {{"message", "{badmatch,[{rabbit_stomp,...}]}"}}, "details");
    EXPECT_EQ(published, "unavailable unavailable ");
    EXPECT_EQ(last_error.message, "The broker is not available");
}

TEST_F(StompRelayRecovery, ADestinationTheBrokerRefusesDoesNotEndTheConnectionAgain) {
    connect();
    auto good = session.subscription("/topic/good");
    auto bad = session.subscription("/topic/secret");
    (void)subscribed(good);
    subscribe(bad);
    broker.say(Command::error, {{"message", "access refused"}});
    EXPECT_EQ(outcome(bad), "forbidden");
    relay->unsubscribe(bad);
    reconnect(5s);
    EXPECT_EQ(answer_all(), std::vector<std::string>{"/topic/good"});
    auto again = session.subscription("/topic/secret");
    subscribe(again);
    EXPECT_EQ(outcome(again), "forbidden");  // at once, for a while
    publish("/topic/secret", "x");
    EXPECT_EQ(published, "forbidden ");
    EXPECT_EQ(broker.got().size(), 0U);
    broker.pass(RefusedDestinations::time);
    auto later = session.subscription("/topic/secret");
    subscribe(later);
    EXPECT_EQ(broker.got().at(0)["destination"], "/topic/secret");
    for (auto* each : {&good, &again, &later}) relay->unsubscribe(*each);
}

TEST_F(StompRelayRecovery, AfterAnErrorOneIsAskedAtATimeUntilTheBadOneIsFound) {
    connect();
    auto a = session.subscription("/topic/a");
    auto bad = session.subscription("/topic/bad");
    auto c = session.subscription("/topic/c");
    subscribe(a);
    subscribe(bad);
    subscribe(c);
    (void)broker.got();
    broker.say(Command::error, {{"message", "one of them"}});
    EXPECT_EQ(outcome(bad), "waits");  // nobody knows which
    reconnect();
    auto frames = broker.got();
    ASSERT_EQ(frames.size(), 2U);
    broker.say_receipt(frames[1]["receipt"]);
    EXPECT_EQ(outcome(a), "done");
    frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0]["destination"], "/topic/bad");
    broker.say(Command::error, {{"message", "this one"}});
    EXPECT_EQ(outcome(bad), "forbidden");
    broker.pass(5s);
    broker.say_connected();
    EXPECT_EQ(answer_all(), (std::vector<std::string>{"/topic/a", "/topic/c"}));
    EXPECT_TRUE(relay->is_available());
    for (auto* each : {&a, &bad, &c}) relay->unsubscribe(*each);
}

TEST_F(StompRelayRecovery, ARefusedDestinationThatIsStillWantedIsTriedAgainWithALaterConnection) {
    connect();
    auto a = session.subscription("/topic/a");
    (void)subscribed(a);
    reconnect();
    (void)broker.got();
    broker.say(Command::error, {{"message", "not yet"}});
    broker.pass(5s);
    broker.say_connected();
    EXPECT_TRUE(relay->is_available());  // without it
    EXPECT_EQ(answer_all().size(), 0U);
    broker.pass(RefusedDestinations::time);
    reconnect();
    EXPECT_EQ(answer_all(), std::vector<std::string>{"/topic/a"});
    relay->unsubscribe(a);
}

TEST_F(StompRelayRecovery, R6ReceiptsNeverAskedForAndMessagesOfUnknownSubscriptionsAreIgnored) {
    connect();
    auto a = session.subscription("/topic/a");
    const std::string id = subscribed(a);
    for (const char* receipt : {"", "p1", "s99", "u1", "x", "p18446744073709551616"})
        broker.say_receipt(receipt);
    for (const char* subscription : {"", "99", "-1", "1x", "sub-0", "18446744073709551616"})
        broker.say_message(subscription, "x");
    broker.say_raw("MESSAGE\n\n\0RECEIPT\n\n\0"s);
    EXPECT_EQ(session.deliveries(), 0U);
    EXPECT_TRUE(relay->is_available());
    broker.say_message(id, "x");
    EXPECT_EQ(session.deliveries(), 1U);
    relay->unsubscribe(a);
}

TEST_F(StompRelayRecovery, R8HeadersOfTheBrokerCannotChooseAnotherDestination) {
    connect();
    auto a = session.subscription("/topic/a");
    auto b = session.subscription("/topic/b");
    const std::string id = subscribed(a);
    (void)subscribed(b);
    broker.say(Command::message, {{"subscription", id}, {"message-id", "1"}, {"destination", "/topic/b"}},
               "x");
    EXPECT_EQ(session.bodies(a), "x");
    EXPECT_EQ(session.bodies(b), "");
    relay->unsubscribe(a);
    relay->unsubscribe(b);
}

TEST_F(StompRelayRecovery, AnAnswerThatEndsTheSessionMayComeWhileTheConnectionIsLost) {
    connect();
    auto a = session.subscription("/topic/a");
    (void)subscribed(a);
    relay->publish(std::make_shared<const Message>(Message{"/topic/a", {}, "x", "1"}),
                   [&](const Result<void>&) { relay->unsubscribe(a); });
    broker.close();
    EXPECT_EQ(relay->subscriptions(), 0U);
    broker.pass(30s);
    broker.say_connected();
    EXPECT_EQ(answer_all().size(), 0U);
}

}  // namespace
}  // namespace stentor::relay
