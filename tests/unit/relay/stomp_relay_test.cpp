#include "relay/stomp_relay.hpp"

#include "stomp_relay_fixture.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using stomp::Command;

class StompRelaySubscribe : public StompRelayTest {};
class StompRelayPublish : public StompRelayTest {};

TEST_F(StompRelaySubscribe, IsDoneWhenTheBrokersReceiptCame) {
    connect();
    auto a = session.subscription("/topic/chat/lobby");
    subscribe(a);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].command, Command::subscribe);
    EXPECT_EQ(frames[0]["destination"], "/topic/chat.lobby");
    EXPECT_EQ(frames[0]["ack"], "auto");
    EXPECT_EQ(outcome(a), "waits");
    broker.say_receipt(frames[0]["receipt"]);
    EXPECT_EQ(outcome(a), "done");
}

TEST_F(StompRelaySubscribe, AManySubscribedDestinationIsSubscribedOnceAtTheBroker) {
    connect();
    std::deque<broker::Subscription> all;
    for (int i = 0; i < 200; ++i) subscribe(all.emplace_back(session.subscription("/topic/a")));
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    broker.say_receipt(frames[0]["receipt"]);
    for (const auto& each : all) EXPECT_EQ(outcome(each), "done");
    auto late = session.subscription("/topic/a");
    subscribe(late);
    EXPECT_EQ(outcome(late), "done");  // at once: the broker has it
    EXPECT_EQ(broker.got().size(), 0U);
    broker.say_message(frames[0]["id"], "x");
    EXPECT_EQ(session.deliveries(), 201U);
    for (auto& each : all) relay->unsubscribe(each);
    relay->unsubscribe(late);
}

TEST_F(StompRelaySubscribe, TheLastToUnsubscribeEndsItAtTheBroker) {
    connect();
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    const std::string id = subscribed(one);
    subscribe(two);
    relay->unsubscribe(one);
    EXPECT_EQ(broker.got().size(), 0U);
    relay->unsubscribe(two);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].command, Command::unsubscribe);
    EXPECT_EQ(frames[0]["id"], id);
    EXPECT_EQ(relay->subscriptions(), 0U);
}

TEST_F(StompRelaySubscribe, ATopicsSelectorIsAppliedHere) {
    connect();
    auto a = session.subscription("/topic/a");
    a.selector = std::make_shared<const messaging::Selector>(messaging::Selector::parse("a = '1'").value());
    subscribe(a);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0]["selector"], "(none)");
    broker.say_receipt(frames[0]["receipt"]);
    for (const char* value : {"1", "2"})
        broker.say(Command::message, {{"subscription", frames[0]["id"]}, {"message-id", "1"}, {"a", value}},
                   value);
    EXPECT_EQ(session.bodies(a), "1");
    relay->unsubscribe(a);
}

TEST_F(StompRelaySubscribe, AQueueHasNoSelectors) {
    connect();
    auto a = session.subscription("/queue/a");
    a.selector = std::make_shared<const messaging::Selector>(messaging::Selector::parse("a = 1").value());
    relay->subscribe(a, [this](const Result<void>& result) { last_error = result.error(); });
    EXPECT_EQ(last_error, (Error{Errc::unsupported, "A queue subscription cannot have a selector"}));
    EXPECT_EQ(broker.got().size(), 0U);
    relay->unsubscribe(a);
}

TEST_F(StompRelaySubscribe, OneThatEndsBeforeItsReceiptIsNotAnswered) {
    connect();
    auto a = session.subscription("/topic/a");
    subscribe(a);
    const auto frames = broker.got();
    relay->unsubscribe(a);
    ASSERT_EQ(broker.got().at(0).command, Command::unsubscribe);
    broker.say_receipt(frames[0]["receipt"]);
    EXPECT_EQ(outcome(a), "waits");
    auto again = session.subscription("/topic/a");
    subscribe(again);
    EXPECT_NE(broker.got().at(0)["id"], frames[0]["id"]);
    EXPECT_EQ(outcome(again), "waits");
    relay->unsubscribe(again);
}

TEST_F(StompRelaySubscribe, TheBrokersOwnPatternsAreRefused) {
    connect();
    for (const char* pattern :
         {"/topic/a/>", "/topic/{x}", "/topic/#", "/topic/a.b", "/topic/a.b/*", "/topic"}) {
        auto a = session.subscription(pattern);
        subscribe(a);
        EXPECT_EQ(outcome(a), "unsupported") << pattern;
        relay->unsubscribe(a);  // also when it was refused
    }
    EXPECT_EQ(broker.got().size(), 0U);
}

TEST_F(StompRelaySubscribe, OneSessionsAnswerMayEndOthers) {
    connect();
    auto one = session.subscription("/topic/a");
    auto two = session.subscription("/topic/a");
    relay->subscribe(one, [&](const Result<void>&) {
        relay->unsubscribe(one);
        relay->unsubscribe(two);
    });
    subscribe(two);
    broker.say_receipt(broker.got().at(0)["receipt"]);
    EXPECT_EQ(outcome(two), "waits");
    EXPECT_EQ(relay->subscriptions(), 0U);
    EXPECT_EQ(broker.got().at(0).command, Command::unsubscribe);
}

TEST_F(StompRelayTest, HandlesItsPrefixesOnly) {
    EXPECT_TRUE(relay->handles("/topic/a"));
    EXPECT_TRUE(relay->handles("/queue/a"));
    EXPECT_FALSE(relay->handles("/topics"));
    EXPECT_FALSE(relay->handles("/exchange/a"));
}

TEST_F(StompRelayTest, AMessageHasTheClientsDestinationAndTheUsersHeaders) {
    connect();
    auto a = session.subscription("/topic/chat/lobby");
    const std::string id = subscribed(a);
    broker.say(Command::message,
               {{"subscription", id},
                {"destination", "/topic/chat.lobby"},
                {"message-id", "T_1@@session-x@@1"},
                {"redelivered", "false"},
                {"content-type", "text/plain"},
                {"room", "7"}},
               "hi");
    EXPECT_EQ(session.last()->destination, "/topic/chat/lobby");
    EXPECT_EQ(session.last()->headers, (Headers{{"content-type", "text/plain"}, {"room", "7"}}));
    EXPECT_EQ(session.last()->body, "hi");
    EXPECT_FALSE(session.last()->id.empty());
    EXPECT_EQ(session.last()->id.find("session"), std::string::npos);
    const std::string first = session.last()->id;
    broker.say_message(id, "again");
    EXPECT_NE(session.last()->id, first);
    relay->unsubscribe(a);
}

TEST_F(StompRelayTest, AQueuesMessageGoesToExactlyOne) {
    connect();
    auto one = session.subscription("/queue/work");
    auto two = session.subscription("/queue/work");
    const std::string id = subscribed(one);
    subscribe(two);
    for (const char* body : {"1", "2", "3", "4"}) broker.say_to_consume(id, body);
    EXPECT_EQ(session.deliveries(), 4U);
    EXPECT_EQ(session.bodies(one).size(), 2U);
    EXPECT_EQ(session.bodies(two).size(), 2U);
    relay->unsubscribe(one);
    relay->unsubscribe(two);
}

TEST_F(StompRelayTest, ATopicsMessageThatComesTooLateIsDropped) {
    connect();
    auto one = session.subscription("/topic/a");
    const std::string id = subscribed(one);
    relay->unsubscribe(one);
    (void)broker.got();
    broker.say_message(id, "x");
    EXPECT_EQ(broker.got().size(), 0U);
    EXPECT_EQ(session.deliveries(), 0U);
}

TEST_F(StompRelayPublish, IsDoneWhenTheBrokersReceiptCame) {
    connect();
    publish("/topic/chat/lobby", "hi", {{"room", "7"}, {"x-queue-name", "evil"}});
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].command, Command::send);
    EXPECT_EQ(frames[0]["destination"], "/topic/chat.lobby");
    EXPECT_EQ(frames[0]["room"], "7");
    EXPECT_EQ(frames[0]["x-queue-name"], "(none)");
    EXPECT_EQ(frames[0].body, "hi");
    EXPECT_EQ(frames[0]["persistent"], "(none)");
    EXPECT_EQ(published, "");
    broker.say_receipt(frames[0]["receipt"]);
    EXPECT_EQ(published, "done ");
}

TEST_F(StompRelayPublish, WhatIsSentToAQueueOutlivesTheBroker) {
    connect();
    publish("/queue/work", "x", {{"persistent", "false"}});
    EXPECT_EQ(broker.got().at(0)["persistent"], "true");
}

TEST_F(StompRelayPublish, EachIsDoneOnceAndByItsOwnReceipt) {
    connect();
    publish("/topic/a", "1");
    publish("/topic/a", "2");
    const auto frames = broker.got();
    broker.say_receipt(frames.at(1)["receipt"]);
    EXPECT_EQ(relay->pending(), 1U);
    broker.say_receipt(frames.at(1)["receipt"]);
    EXPECT_EQ(published, "done ");
    broker.say_receipt(frames.at(0)["receipt"]);
    EXPECT_EQ(published, "done done ");
}

TEST_F(StompRelayPublish, R1IsRefusedAtOnceWhileTheBrokerIsAway) {
    publish("/topic/a", "1");
    EXPECT_EQ(published, "unavailable ");
    EXPECT_EQ(last_error.message, "The broker is not available");
    broker.pass(0ms);
    publish("/topic/a", "2");  // no CONNECTED yet
    EXPECT_EQ(published, "unavailable unavailable ");
}

TEST_F(StompRelayPublish, R2WhatIsUnderWayFailsWhenTheConnectionIsLost) {
    connect();
    for (int i = 0; i < 3; ++i) publish("/topic/a", "x");
    EXPECT_EQ(published, "");
    broker.close();
    EXPECT_EQ(published, "unavailable unavailable unavailable ");
    EXPECT_EQ(relay->pending(), 0U);
}

TEST_F(StompRelayPublish, R4ASlowBrokerIsFeltByThePublishersNotByTheMemory) {
    connect();
    for (int i = 0; i < 1000; ++i) publish("/topic/a", "x");
    EXPECT_EQ(published, "");
    publish("/topic/a", "x");
    EXPECT_EQ(published, "unavailable ");
    EXPECT_EQ(last_error.message, "The broker does not keep up");
    EXPECT_EQ(relay->pending(), 1000U);
}

TEST_F(StompRelayPublish, R4TheirBytesAreBoundedToo) {
    connect();
    for (int i = 0; i < 5; ++i) publish("/topic/a", std::string(200'000, 'x'));
    publish("/topic/a", std::string(200'000, 'x'));
    EXPECT_EQ(published, "unavailable ");
    published.clear();
    publish("/topic/a", std::string(std::size_t{2} << 20, 'x'));
    EXPECT_EQ(published, "too-large ");
}

TEST_F(StompRelayPublish, WhatHasNoNameAtTheBrokerIsRefused) {
    connect();
    for (const char* destination : {"/topic/a.b", "/topic/*", "/queue/a,b", "/topic"})
        publish(destination, "x");
    EXPECT_EQ(published, "unsupported unsupported unsupported unsupported ");
    EXPECT_EQ(broker.got().size(), 0U);
}

TEST_F(StompRelayTest, ShutDownRefusesEverythingThatWaits) {
    connect();
    publish("/topic/a", "x");
    relay->shut_down();
    EXPECT_EQ(published, "unavailable ");
    publish("/topic/a", "x");
    EXPECT_EQ(published, "unavailable unavailable ");
}

}  // namespace
}  // namespace stentor::relay
