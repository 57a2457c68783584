#include "stomp_relay_fixture.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using stomp::Command;

class StompRelayTransactions : public StompRelayTest {};

TEST_F(StompRelayTransactions, GoToTheBrokerAsOne) {
    connect();
    publish_all({{"/queue/a", "1"}, {"/topic/b", "2"}});
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 4U);
    EXPECT_EQ(frames[0].command, Command::begin);
    const std::string transaction = frames[0]["transaction"];
    EXPECT_EQ(frames[1].command, Command::send);
    EXPECT_EQ(frames[1]["destination"], "/queue/a");
    EXPECT_EQ(frames[1]["persistent"], "true");
    EXPECT_EQ(frames[2]["destination"], "/topic/b");
    EXPECT_EQ(frames[2]["persistent"], "(none)");
    EXPECT_EQ(frames[3].command, Command::commit);
    for (const Got& frame : frames) EXPECT_EQ(frame["transaction"], transaction);
}

TEST_F(StompRelayTransactions, AreDoneWhenEachReceiptCameInWhateverOrder) {
    connect();
    publish_all({{"/queue/a", "1"}, {"/queue/a", "2"}});
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 4U);
    broker.say_receipt(frames[3]["receipt"]);  // RabbitMQ: COMMIT's first
    broker.say_receipt(frames[1]["receipt"]);
    EXPECT_EQ(published, "");
    broker.say_receipt(frames[2]["receipt"]);
    EXPECT_EQ(published, "done ");
    EXPECT_EQ(relay->pending(), 0U);
}

TEST_F(StompRelayTransactions, EachHasItsOwnName) {
    connect();
    publish_all({{"/queue/a", "1"}, {"/queue/a", "2"}});
    const std::string first = broker.got().at(0)["transaction"];
    publish_all({{"/queue/a", "1"}, {"/queue/a", "2"}});
    EXPECT_NE(broker.got().at(0)["transaction"], first);
}

TEST_F(StompRelayTransactions, OfOneMessageNeedNone) {
    connect();
    publish_all({{"/queue/a", "1"}});
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0]["transaction"], "(none)");
    broker.say_receipt(frames[0]["receipt"]);
    EXPECT_EQ(published, "done ");
}

TEST_F(StompRelayTransactions, R2OneThatIsUnderWayFailsOnceWhenTheConnectionIsLost) {
    connect();
    publish_all({{"/queue/a", "1"}, {"/queue/a", "2"}});
    broker.say_receipt(broker.got().at(1)["receipt"]);
    broker.close();
    EXPECT_EQ(published, "unavailable ");
    EXPECT_EQ(relay->pending(), 0U);
}

TEST_F(StompRelayTransactions, NothingIsSentOfOneThatCannotGoWhole) {
    publish_all({{"/queue/a", "1"}, {"/queue/a", "2"}});
    EXPECT_EQ(published, "unavailable ") << "the broker is away";
    connect();
    published.clear();
    publish_all({{"/queue/a", "1"}, {"/queue/a,b", "2"}});
    EXPECT_EQ(published, "unsupported ");
    publish_all({{"/queue/a", std::string(800'000, 'x')}, {"/queue/a", std::string(800'000, 'x')}});
    EXPECT_EQ(published, "unsupported too-large ");
    publish_all(std::vector<std::pair<std::string, std::string>>(1001, {"/queue/a", "x"}));
    EXPECT_EQ(published, "unsupported too-large too-large ");
    EXPECT_EQ(relay->pending(), 0U);
    EXPECT_EQ(broker.got().size(), 0U);
}

TEST_F(StompRelayTransactions, R4ASlowBrokerIsFeltByThePublishers) {
    connect();
    publish_all(std::vector<std::pair<std::string, std::string>>(1000, {"/queue/a", "x"}));
    EXPECT_EQ(published, "");
    publish_all({{"/queue/a", "1"}, {"/queue/a", "2"}});
    EXPECT_EQ(published, "unavailable ");
    EXPECT_EQ(last_error.message, "The broker does not keep up");
    const auto frames = broker.got();
    for (const Got& frame : frames)
        if (frame["receipt"] != "(none)") broker.say_receipt(frame["receipt"]);
    EXPECT_EQ(published, "unavailable done ");
}

TEST_F(StompRelayTransactions, ADestinationTheBrokerRefusesIsKnownThen) {
    connect();
    publish_all({{"/queue/secret", "1"}, {"/queue/secret", "2"}});
    broker.say(Command::error, {{"message", "access refused"}});
    EXPECT_EQ(published, "unavailable ");
    reconnect();
    publish("/queue/secret", "x");
    EXPECT_EQ(published, "unavailable forbidden ");
    publish("/queue/other", "x");
    EXPECT_EQ(relay->pending(), 1U);
}

TEST_F(StompRelayTransactions, NobodysIsBlamedForAnotherOfTheSame) {
    connect();
    publish_all({{"/queue/good", "1"}, {"/queue/secret", "2"}});
    broker.say(Command::error, {{"message", "access refused"}});
    reconnect();
    publish("/queue/good", "x");
    EXPECT_EQ(relay->pending(), 1U);
}

TEST_F(StompRelayTransactions, TheErrorOfItsCommitIsNobodysDestination) {
    connect();
    publish_all({{"/queue/a", "1"}, {"/queue/b", "2"}});
    broker.say(Command::error, {{"message", "no"}, {"receipt-id", broker.got().at(3)["receipt"]}});
    EXPECT_EQ(published, "forbidden ");
    reconnect();
    publish("/queue/a", "x");
    EXPECT_EQ(relay->pending(), 1U);
}

}  // namespace
}  // namespace stentor::relay
