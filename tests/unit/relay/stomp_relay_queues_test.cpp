// A queue's message stays the broker's until a subscriber here has settled it.
#include "stomp_relay_fixture.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using broker::Settlement;
using stomp::Command;

constexpr auto accepted = Settlement::accepted;
constexpr auto rejected = Settlement::rejected;

class StompRelayQueues : public StompRelayTest {
protected:
    broker::Subscription consumer(const std::string& destination = "/queue/work",
                                  std::uint32_t window = 100) {
        broker::Subscription made = session.subscription(destination);
        made.acknowledges = true;
        made.window.messages = window;
        return made;
    }
    void connect_to(const std::string& server) {
        broker.server = server;
        connect();
    }
    /// RabbitMQ's answers to the end of a queue's subscription, up to where what was not settled goes back.
    std::string say_ended(const std::string& id) {
        EXPECT_EQ(got(), "UNSUBSCRIBE, SUBSCRIBE");
        broker.say_receipt("u" + id);
        EXPECT_EQ(got(), "BEGIN, ABORT");
        broker.say_receipt("u" + id);
        return got();
    }
};

TEST_F(StompRelayQueues, AreSubscribedWithAcknowledgementAndAPrefetch) {
    connect();
    auto one = session.subscription("/queue/work");
    subscribe(one);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0]["ack"], "client-individual");
    EXPECT_EQ(frames[0]["prefetch-count"], "100");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, TheBrokersPrefetchIsAskedInItsOwnWords) {
    settings.prefetch = 7;
    connect_to("ActiveMQ/5.17.2");
    auto one = session.subscription("/queue/work");
    subscribe(one);
    const auto frames = broker.got();
    EXPECT_EQ(frames.at(0)["activemq.prefetchSize"], "7");
    EXPECT_EQ(frames.at(0)["prefetch-count"], "(none)");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, AMessageIsAcknowledgedOnceItsSubscriberIsDoneWithIt) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    for (const char* body : {"a", "b"}) broker.say_to_consume(id, body);
    EXPECT_EQ(session.bodies(one), "ab");
    EXPECT_EQ(got(), "");
    settle(one, "b", accepted);
    EXPECT_EQ(got(), "ACK b");
    settle(one, "b", accepted);
    EXPECT_EQ(got(), "") << "RabbitMQ ends the connection that says it twice";
    settle(one, "a", accepted);
    EXPECT_EQ(got(), "ACK a");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, WhatTheBrokerGivesAgainSaysSo) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a", true);
    broker.say_to_consume(id, "b");
    EXPECT_EQ(session.bodies(one), "a!b");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, WindowsOfSubscribersAreKeptHere) {
    connect();
    auto one = consumer("/queue/work", 1);
    const std::string id = subscribed(one);
    for (const char* body : {"a", "b", "c"}) broker.say_to_consume(id, body);
    EXPECT_EQ(session.bodies(one), "a");
    settle(one, "a", accepted);
    EXPECT_EQ(session.bodies(one), "ab");
    auto two = consumer("/queue/work", 1);
    subscribe(two);
    EXPECT_EQ(session.bodies(two), "c") << "who comes takes what waits";
    relay->unsubscribe(one);
    relay->unsubscribe(two);
}

TEST_F(StompRelayQueues, RabbitMqGivesARejectedMessageToAnyServer) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    settle(one, "a", rejected);
    EXPECT_EQ(got(), "NACK a");
    broker.say_to_consume(id, "a", true);
    EXPECT_EQ(session.bodies(one), "aa!");
    settle(one, "a", rejected);
    EXPECT_EQ(got(), "") << "it does not go round and round";
    broker.pass(1s);
    EXPECT_EQ(got(), "NACK a");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, ActiveMqWouldMakeItADeadLetterSoItIsGivenAgainHereFirst) {
    settings.upstreams.queue.delivery_limit = 3;
    settings.upstreams.queue.redelivery_delay = 10ms;
    connect_to("ActiveMQ/5.17.2");
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    settle(one, "a", rejected);
    EXPECT_EQ(session.bodies(one), "aa!");
    settle(one, "a", rejected);
    EXPECT_EQ(session.bodies(one), "aa!") << "it rests";
    broker.pass(10ms);
    EXPECT_EQ(session.bodies(one), "aa!a!");
    EXPECT_EQ(got(), "");
    settle(one, "a", rejected);
    EXPECT_EQ(got(), "NACK a");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, OtherBrokersMightLoseIt_SoTheDeadLetterIsSentAndThenItIsAcknowledged) {
    settings.upstreams.queue.delivery_limit = 1;
    connect_to("ActiveMQ-Artemis/2.31.2 ActiveMQ Artemis Messaging Engine");
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    settle(one, "a", rejected);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].command, Command::send);
    EXPECT_EQ(frames[0]["destination"], "/queue/dead-letters");
    EXPECT_EQ(frames[0]["dead-letter-destination"], "/queue/work");
    EXPECT_EQ(frames[0]["persistent"], "true");
    broker.say_receipt(frames[0]["receipt"]);
    EXPECT_EQ(got(), "ACK a");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, ADeadLetterThatIsNotTakenStaysTheBrokers) {
    settings.upstreams.queue.delivery_limit = 1;
    connect_to("");
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    settle(one, "a", rejected);
    const std::string receipt = broker.got().at(0)["receipt"];
    reconnect();
    (void)broker.got();
    broker.say_receipt(receipt);
    EXPECT_EQ(got(), "") << "the ack was the lost connection's";
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, ATopicsDeadLetterIsSentToo) {
    settings.upstreams.topic_backlog.delivery_limit = 1;
    connect();
    auto one = consumer("/topic/a");
    const std::string id = subscribed(one);
    broker.say_message(id, "a");
    settle(one, "a", rejected);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0]["destination"], "/queue/dead-letters");
    EXPECT_EQ(frames[0]["dead-letter-destination"], "/topic/a");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, ATopicsMessageThatIsRejectedRestsAndComesAgain) {
    settings.upstreams.topic_backlog.redelivery_delay = 10ms;
    connect();
    auto one = consumer("/topic/a");
    const std::string id = subscribed(one);
    broker.say_message(id, "a");
    settle(one, "a", rejected);
    settle(one, "a", rejected);
    EXPECT_EQ(session.bodies(one), "aa!");
    broker.pass(10ms);
    EXPECT_EQ(session.bodies(one), "aa!a!");
    settle(one, "a", accepted);
    EXPECT_EQ(got(), "") << "to the broker it is settled";
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, WhatALeavingSubscriberHadIsForTheOthersHere) {
    connect();
    auto one = consumer("/queue/work", 2);
    const std::string id = subscribed(one);
    auto two = consumer();
    for (const char* body : {"a", "b", "c"}) broker.say_to_consume(id, body);
    subscribe(two);
    relay->unsubscribe(one);
    EXPECT_EQ(session.bodies(two), "ca!b!");
    EXPECT_EQ(got(), "");
    settle(two, "a", accepted);
    EXPECT_EQ(got(), "ACK a");
    relay->unsubscribe(two);
}

TEST_F(StompRelayQueues, WhenTheLastLeavesRabbitMqIsGivenBackWhatIsNotSettledOnceNothingMoreComes) {
    connect();
    auto one = consumer("/queue/work", 2);
    const std::string id = subscribed(one);
    for (const char* body : {"a", "b", "c"}) broker.say_to_consume(id, body);
    settle(one, "a", accepted);
    EXPECT_EQ(got(), "ACK a");
    relay->unsubscribe(one);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].command, Command::unsubscribe);
    EXPECT_EQ(frames[1].command, Command::subscribe);
    EXPECT_EQ(frames[1]["id"], id);
    EXPECT_TRUE(frames[1]["destination"].starts_with("/topic/stentor-silence."));
    broker.say_to_consume(id, "d");  // was on its way
    broker.say_receipt(frames[0]["receipt"]);
    broker.say_to_consume(id, "e");  // too
    const auto marker = broker.got();
    ASSERT_EQ(marker.size(), 2U);
    broker.say_receipt(marker[0]["receipt"]);
    EXPECT_EQ(got(), "NACK b, NACK c, NACK d, NACK e, UNSUBSCRIBE");
    broker.say_to_consume(id, "after the end");
    broker.say_receipt(marker[0]["receipt"]);
    EXPECT_EQ(got(), "");
}

TEST_F(StompRelayQueues, WhereNothingIsUnsettledNothingGoesBack) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    relay->unsubscribe(one);
    EXPECT_EQ(say_ended(id), "UNSUBSCRIBE");
}

TEST_F(StompRelayQueues, ATopicsMessageThatRabbitMqCannotGiveAnyMoreIsNoError) {
    connect();
    auto stays = session.subscription("/topic/stays");
    auto one = session.subscription("/topic/a");
    (void)subscribed(stays);
    const std::string id = subscribed(one);
    const auto say = [&](const std::string& number) {
        broker.say(Command::error, {{"message", "Subscription not found"}},
                   "There is no current subscription with tag 'T_" + number + "'.");
    };
    relay->unsubscribe(one);
    say(id);
    EXPECT_TRUE(relay->is_available());
    relay->unsubscribe(stays);
    auto queue = consumer();
    const std::string other = (broker.got(), subscribed(queue));
    relay->unsubscribe(queue);
    say(other);
    EXPECT_FALSE(relay->is_available()) << "the message would stay with the connection";
}

TEST_F(StompRelayQueues, OtherErrorsOfThatNameEndTheConnection) {
    for (const char* body : {"", "There is no current subscription with tag 'T_'.", "T_1", "'T_x'"}) {
        connect();
        broker.say(Command::error, {{"message", "Subscription not found"}}, body);
        EXPECT_EQ(broker.wire, nullptr) << body;
        broker.pass(30s);
    }
}

TEST_F(StompRelayQueues, ActiveMqTakesItBackWithTheUnsubscribe) {
    connect_to("ActiveMQ/5.17.2");
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    relay->unsubscribe(one);
    EXPECT_EQ(got(), "UNSUBSCRIBE");
    broker.say_to_consume(id, "b");
    broker.say_receipt("u" + id);
    EXPECT_EQ(got(), "");
}

TEST_F(StompRelayQueues, WhoComesAgainWaitsUntilWhatIsOlderIsBack) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    relay->unsubscribe(one);
    EXPECT_EQ(got(), "UNSUBSCRIBE, SUBSCRIBE");
    auto again = consumer();
    subscribe(again);
    EXPECT_EQ(got(), "");
    broker.say_receipt("u" + id);
    EXPECT_EQ(got(), "BEGIN, ABORT");
    broker.say_receipt("u" + id);
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0].command, Command::nack);
    EXPECT_EQ(frames[2].command, Command::subscribe);
    EXPECT_EQ(frames[2]["destination"], "/queue/work");
    EXPECT_NE(frames[2]["id"], id);
    broker.say_receipt(frames[2]["receipt"]);
    EXPECT_EQ(outcome(again), "done");
    broker.say_to_consume(frames[2]["id"], "a", true);
    EXPECT_EQ(session.bodies(again), "a!");
    relay->unsubscribe(again);
}

TEST_F(StompRelayQueues, WhoComesAgainAndLeavesMeanwhileIsNeverAsked) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    relay->unsubscribe(one);
    auto again = consumer();
    subscribe(again);
    relay->unsubscribe(again);
    EXPECT_EQ(say_ended(id), "UNSUBSCRIBE");
}

TEST_F(StompRelayQueues, WhoComesAgainWhileTheConnectionIsLostIsAskedWithTheNext) {
    connect();
    auto one = consumer();
    (void)subscribed(one);
    relay->unsubscribe(one);
    auto again = consumer();
    subscribe(again);
    (void)broker.got();
    reconnect();
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[1]["destination"], "/queue/work");
    broker.say_receipt(frames[1]["receipt"]);
    EXPECT_EQ(outcome(again), "done");
    relay->unsubscribe(again);
}

TEST_F(StompRelayQueues, WhatALostConnectionGaveIsNotSettledOnTheNext) {
    connect();
    auto one = consumer("/queue/work", 1);
    const std::string id = subscribed(one);
    for (const char* body : {"a", "b"}) broker.say_to_consume(id, body);
    const std::uint64_t before = session.number("a");
    reconnect();
    const auto frames = broker.got();
    broker.say_receipt(frames.at(1)["receipt"]);
    relay->settle(one, before, accepted);
    relay->settle(one, before, rejected);
    EXPECT_EQ(got(), "");
    broker.say_to_consume(id, "a", true);
    EXPECT_EQ(session.bodies(one), "aa!") << "its window is its own again";
    settle(one, "a", accepted);
    EXPECT_EQ(got(), "ACK a");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, R6SettlingWhatNeverCameDoesNothing) {
    connect();
    auto one = consumer();
    auto never = consumer("/queue/other");
    (void)subscribed(one);
    relay->settle(one, 1, accepted);
    relay->settle(never, 1, rejected);
    EXPECT_EQ(got(), "");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, R6AMessageThatCannotBeAcknowledgedEndsTheConnection) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_message(id, "x");
    EXPECT_EQ(broker.wire, nullptr);
    EXPECT_EQ(session.deliveries(), 0U);
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, R6TheSameMessageIdTwiceIsTwoMessages) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    for (int i = 0; i < 2; ++i)
        broker.say(Command::message,
                   {{"subscription", id}, {"message-id", "same"}, {"ack", std::to_string(i)}},
                   "x" + std::to_string(i));
    settle(one, "x0", accepted);
    settle(one, "x1", accepted);
    EXPECT_EQ(got(), "ACK 0, ACK 1");
    relay->unsubscribe(one);
}

TEST_F(StompRelayQueues, R4ABrokerThatMindsNoPrefetchFillsNoMemory) {
    settings.upstreams.max_unsettled_bytes = 10'000;
    connect_to("Whatever/1");
    auto one = consumer("/queue/work", 1);
    const std::string id = subscribed(one);
    const std::string body(1000, 'x');
    for (int i = 0; i < 9; ++i) broker.say_to_consume(id, body);
    EXPECT_FALSE(session.overflows().empty());
    relay->unsubscribe(one);  // as its session does then
    EXPECT_EQ(relay->held_bytes(), 0U);
}

TEST_F(StompRelayQueues, R4OneThatGivesWithoutEndAfterUnsubscribeLosesTheConnection) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    relay->unsubscribe(one);
    (void)broker.got();
    std::string flood;
    for (std::size_t i = 0; i <= LeavingQueues::max_acks; ++i)
        flood += "MESSAGE\nsubscription:" + id + "\nmessage-id:1\ndestination:/queue/a\nack:1\n\n\0"s;
    broker.say_raw(std::move(flood));
    EXPECT_EQ(broker.wire, nullptr);
}

TEST_F(StompRelayQueues, ShutDownLeavesEverythingToTheBroker) {
    connect();
    auto one = consumer();
    const std::string id = subscribed(one);
    broker.say_to_consume(id, "a");
    relay->shut_down();
    (void)broker.got();
    settle(one, "a", accepted);
    EXPECT_EQ(got(), "");
    relay->unsubscribe(one);
    EXPECT_EQ(got(), "");
}

}  // namespace
}  // namespace stentor::relay
