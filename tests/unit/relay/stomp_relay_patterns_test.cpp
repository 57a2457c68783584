#include "stomp_relay_fixture.hpp"

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using stomp::Command;

class StompRelayPatterns : public StompRelayTest {
protected:
    void say_message(const std::string& subscription, std::string_view destination, std::string_view body) {
        const std::size_t before = session.deliveries();
        broker.say(Command::message,
                   {{"subscription", subscription}, {"message-id", "1"}, {"destination", destination}}, body);
        if (session.deliveries() > before)
            got += session.last()->destination + "=" + session.last()->body + " ";
    }

    std::string got;  ///< by the session: "destination=body "
};

TEST_F(StompRelayPatterns, AreAskedInTheBrokersWords) {
    connect();
    auto one = session.subscription("/topic/room/*");
    auto rest = session.subscription("/topic/room/**");
    subscribe(one);
    subscribe(rest);
    const auto asked = broker.got();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(asked[0]["destination"], "/topic/room.*");
    EXPECT_EQ(asked[1]["destination"], "/topic/room.#");
    relay->unsubscribe(one);
    relay->unsubscribe(rest);
}

TEST_F(StompRelayPatterns, AMessageHasItsOwnDestination) {
    connect();
    auto all = session.subscription("/topic/room/*");
    const std::string id = subscribed(all);
    say_message(id, "/topic/room.7", "x");
    say_message(id, "/topic/room.caf%C3%A9", "y");
    EXPECT_EQ(got, "/topic/room/7=x /topic/room/caf\xc3\xa9=y ");
    relay->unsubscribe(all);
}

TEST_F(StompRelayPatterns, WhatTheClientsPatternDoesNotMatchIsNotForIt) {
    connect();
    auto all = session.subscription("/topic/*/b/**");
    const std::string id = subscribed(all);
    for (const char* name : {"/topic/a", "/topic/a.c", "/queue/a.b", "/topic/a.b,c", "/topic/a..b", "",
                             "/exchange/a.b", "/topic/a/b", "/topic/ActiveMQ.b"})
        say_message(id, name, "x");
    broker.say(Command::message, {{"subscription", id}, {"message-id", "1"}}, "without a destination");
    EXPECT_EQ(got, "");
    say_message(id, "/topic/a.b", "y");
    say_message(id, "/topic/a.b.c.d", "z");
    EXPECT_EQ(got, "/topic/a/b=y /topic/a/b/c/d=z ");
    relay->unsubscribe(all);
}

TEST_F(StompRelayPatterns, WhatServersSayToEachOtherIsNotForThem) {
    connect();
    for (const char* pattern : {"/topic/**", "/topic/*/group", "/topic/*/group/*"}) {
        auto all = session.subscription(pattern);
        const std::string id = subscribed(all);
        say_message(id, "/topic/stentor-nodes.group", "x");
        say_message(id, "/topic/stentor-nodes.group.name", "x");
        EXPECT_EQ(got, "") << pattern;
        relay->unsubscribe(all);
        (void)broker.got();
    }
}

TEST_F(StompRelayPatterns, EachSubscriptionAtTheBrokerIsForItsOwn) {
    connect();
    auto exact = session.subscription("/topic/room/7");
    auto pattern = session.subscription("/topic/room/*");
    const std::string exact_id = subscribed(exact);
    const std::string pattern_id = subscribed(pattern);
    say_message(exact_id, "/topic/room.7", "a");  // as the broker sends one message to both
    say_message(pattern_id, "/topic/room.7", "b");
    EXPECT_EQ(session.bodies(exact), "a");
    EXPECT_EQ(session.bodies(pattern), "b");
    relay->unsubscribe(exact);
    say_message(pattern_id, "/topic/room.7", "c");
    EXPECT_EQ(session.bodies(pattern), "bc");
    relay->unsubscribe(pattern);
}

TEST_F(StompRelayPatterns, OfQueuesAreRefused) {
    connect();
    auto all = session.subscription("/queue/*");
    subscribe(all);
    EXPECT_EQ(outcome(all), "unsupported");
    EXPECT_TRUE(broker.got().empty());
    relay->unsubscribe(all);
}

TEST_F(StompRelayPatterns, OfAnUnknownBrokerAreRefused) {
    broker.server = "Other/1";
    connect();
    auto all = session.subscription("/topic/*");
    subscribe(all);
    EXPECT_EQ(outcome(all), "unsupported");
    relay->unsubscribe(all);
}

TEST_F(StompRelayPatterns, FollowToAnotherKindOfBroker) {
    connect();
    auto all = session.subscription("/topic/room/**");
    (void)subscribed(all);
    broker.server = "ActiveMQ/5.17.2";
    reconnect();
    const auto asked = broker.got();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(asked[1]["destination"], "/topic/room.>");
    say_message(asked[1]["id"], "/topic/room.7", "x");
    EXPECT_EQ(got, "/topic/room/7=x ");
    relay->unsubscribe(all);
}

TEST_F(StompRelayPatterns, ThatWaitForABrokerWhichHasNoneAreRefusedThenAndNobodyElse) {
    auto all = session.subscription("/topic/room/*");
    auto exact = session.subscription("/topic/a");
    subscribe(all);
    subscribe(exact);
    EXPECT_EQ(outcome(all), "waits");
    broker.server = "Other/1";
    broker.pass(0ms);
    broker.say_connected();
    EXPECT_EQ(outcome(all), "unsupported");
    const auto asked = broker.got();
    ASSERT_EQ(asked.size(), 2U);  // CONNECT and that
    EXPECT_EQ(asked[1]["destination"], "/topic/a");
    broker.say_receipt(asked[1]["receipt"]);
    EXPECT_TRUE(relay->is_available());
    relay->unsubscribe(all);
    relay->unsubscribe(exact);
}

TEST_F(StompRelayPatterns, StayWithinTheirRule) {
    settings.mapping = DestinationMapping::make({{"/topic/market/**", "/exchange/market/**"}}).value();
    connect();
    auto all = session.subscription("/topic/market/*");
    const std::string id = subscribed(all);
    say_message(id, "/exchange/market/eur", "x");
    say_message(id, "/topic/market.eur", "y");
    say_message(id, "/exchange/other/eur", "z");
    EXPECT_EQ(got, "/topic/market/eur=x ");
    auto several = session.subscription("/topic/**");
    subscribe(several);
    EXPECT_EQ(outcome(several), "unsupported");
    relay->unsubscribe(all);
    relay->unsubscribe(several);
}

}  // namespace
}  // namespace stentor::relay
