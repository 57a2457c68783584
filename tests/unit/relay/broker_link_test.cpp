#include "relay/broker_link.hpp"

#include "fake_broker.hpp"
#include "support/cuts.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using stomp::Command;

/// A link with what it told its user.
class BrokerLinkTest : public ::testing::Test, private LinkUser {
protected:
    void link_up() override { log += "up "; }
    void link_down() override { log += "down "; }
    void on_frame(const stomp::Frame& frame) override {
        log += std::string(to_string(frame.command)) + " ";
        if (lose_on_frame) link.lose("the user's wish");
    }
    void connect(std::string_view heart_beat = "0,0") {
        broker.pass(0ms);
        broker.say_connected(heart_beat);
    }

    FakeBroker broker;
    LinkSettings settings{{"broker:61613"}, "system", "s3cret", "/prod"};
    std::string log;
    bool lose_on_frame = false;
    BrokerLink link{settings, broker.dialer(), broker.timers, broker.random, *this};
};

TEST_F(BrokerLinkTest, Stomp12ConnectCarriesWhatIsConfiguredF11) {
    EXPECT_EQ(broker.dials, 0);  // not before the first turn
    broker.pass(0ms);
    EXPECT_EQ(
        broker.wire->sent,
        "CONNECT\naccept-version:1.2\nhost:/prod\nheart-beat:10000,10000\nlogin:system\npasscode:s3cret\n\n\0"s);
}

TEST_F(BrokerLinkTest, WithoutLoginNoneIsSent) {
    settings.login.clear();
    broker.pass(0ms);
    EXPECT_EQ(broker.wire->sent, "CONNECT\naccept-version:1.2\nhost:/prod\nheart-beat:10000,10000\n\n\0"s);
}

TEST_F(BrokerLinkTest, ConnectedMakesItUp) {
    broker.pass(0ms);
    EXPECT_FALSE(link.is_up());
    broker.say_connected();
    EXPECT_TRUE(link.is_up());
    EXPECT_EQ(log, "up ");
}

TEST_F(BrokerLinkTest, R3ABrokerThatSaysNothingIsLeftAfterFiveSeconds) {
    broker.pass(0ms);
    broker.pass(4999ms);
    ASSERT_NE(broker.wire, nullptr);
    broker.pass(1ms);
    EXPECT_EQ(broker.wire, nullptr);
    EXPECT_EQ(log, "");
    broker.pass(1s);
    EXPECT_EQ(broker.dials, 2);
}

TEST_F(BrokerLinkTest, TheTimeOfTheDiallingCountsToo) {
    broker.silent = true;
    broker.pass(0ms);
    broker.pass(4s);
    std::exchange(broker.waiting, nullptr)(broker.make_wire());
    broker.pass(999ms);
    ASSERT_NE(broker.wire, nullptr);
    broker.pass(1ms);
    EXPECT_EQ(broker.wire, nullptr);
}

TEST_F(BrokerLinkTest, R1TheWaitForTheNextTryDoublesUpToThirtySeconds) {
    broker.random.part = std::byte{0xff};  // the whole of the jitter
    broker.reachable = false;
    broker.pass(0ms);
    for (const auto ceiling : {1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
        const int dials = broker.dials;
        broker.pass(ceiling / 2);
        EXPECT_EQ(broker.dials, dials) << ceiling.count();
        broker.pass(ceiling / 2);
        EXPECT_EQ(broker.dials, dials + 1) << ceiling.count();
    }
}

TEST_F(BrokerLinkTest, AShortLifeDoesNotMakeTheNextWaitShort) {
    broker.random.part = std::byte{0xff};
    for (const auto ceiling : {1000ms, 2000ms, 4000ms}) {
        connect();
        broker.close();
        const int dials = broker.dials;
        broker.pass(ceiling / 2);
        EXPECT_EQ(broker.dials, dials) << ceiling.count();
        broker.pass(ceiling / 2);
    }
}

TEST_F(BrokerLinkTest, ALongLifeDoes) {
    broker.random.part = std::byte{0xff};
    broker.reachable = false;
    broker.pass(0ms);
    for (int i = 0; i < 8; ++i) broker.pass(30s);
    broker.reachable = true;
    broker.pass(30s);
    broker.say_connected();
    broker.pass(10s);
    broker.close();
    EXPECT_EQ(log, "up down ");
    broker.pass(1s);
    EXPECT_NE(broker.wire, nullptr);
}

TEST_F(BrokerLinkTest, R5ABrokerWithoutHeartBeatsIsDeadAfterThreeOfThem) {
    connect("10000,10000");
    for (int i = 0; i < 29; ++i) broker.pass(1s);
    EXPECT_TRUE(link.is_up());
    broker.pass(1s);
    EXPECT_FALSE(link.is_up());
    EXPECT_EQ(log, "up down ");
}

TEST_F(BrokerLinkTest, Stomp12HeartBeatingAnyByteOfTheBrokerIsOne) {
    connect("10000,10000");
    for (int i = 0; i < 20; ++i) {
        broker.pass(10s);
        broker.say_raw("\n");
    }
    EXPECT_TRUE(link.is_up());
    EXPECT_EQ(log, "up ");
}

TEST_F(BrokerLinkTest, Stomp12HeartBeatingOwnOnesLeaveBeforeTheyAreDue) {
    connect("0,10000");
    broker.wire->sent.clear();
    broker.pass(8900ms);
    EXPECT_EQ(broker.wire->sent, "");
    broker.pass(100ms);
    EXPECT_EQ(broker.wire->sent, "\n");
    link.write("X");
    broker.wire->sent.clear();
    broker.pass(8900ms);
    EXPECT_EQ(broker.wire->sent, "");  // what was written counted
    broker.pass(100ms);
    EXPECT_EQ(broker.wire->sent, "\n");
}

TEST_F(BrokerLinkTest, ABrokerMayWantNoHeartBeats) {
    connect("0,0");
    broker.wire->sent.clear();
    broker.pass(24h);
    EXPECT_EQ(broker.wire->sent, "");
    EXPECT_TRUE(link.is_up());
}

TEST_F(BrokerLinkTest, FramesReachTheUserOnlyWhileItIsUp) {
    connect();
    broker.say_receipt("p1");
    broker.say_message("1", "x");
    EXPECT_EQ(log, "up RECEIPT MESSAGE ");
}

TEST_F(BrokerLinkTest, AfterALossTheRestOfTheBytesIsIgnored) {
    connect();
    lose_on_frame = true;
    broker.say_raw("RECEIPT\nreceipt-id:p1\n\n\0RECEIPT\nreceipt-id:p2\n\n\0"s);
    EXPECT_EQ(log, "up RECEIPT down ");
}

TEST_F(BrokerLinkTest, R6WhatIsNotConnectedFirstEndsIt) {
    const auto message = "MESSAGE\nsubscription:1\nmessage-id:1\ndestination:/topic/a\n\n\0"s;
    for (const std::string& first :
         {message, "RECEIPT\nreceipt-id:p1\n\n\0"s, "ERROR\nmessage:no\n\n\0"s,
          "SEND\ndestination:/topic/a\n\n\0"s, "HTTP/1.1 400 Bad Request\r\n\r\n"s,
          "CONNECTED\nversion:1.1\n\n\0"s, "CONNECTED\n\n\0"s, "CONNECTED\nversion:1.2\nheart-beat:x\n\n\0"s,
          std::string(20'000, 'x')}) {
        broker.pass(30s);
        ASSERT_NE(broker.wire, nullptr);
        broker.say_raw(first);
        EXPECT_EQ(broker.wire, nullptr) << first;
        EXPECT_EQ(log, "") << first;
    }
}

TEST_F(BrokerLinkTest, R6MalformedFramesEndIt) {
    for (const std::string& bad :
         {"NONSENSE\n\n\0"s, "CONNECTED\nversion:1.2\n\n\0"s, "SEND\ndestination:/topic/a\n\n\0"s,
          "MESSAGE\nsubscription\n\n\0"s, "MESSAGE\nx:\\q\n\n\0"s, "MESSAGE\ncontent-length:-1\n\n\0"s,
          "MESSAGE\ncontent-length:1\n\nxx\0"s, "MESSAGE\ncontent-length:99999999999999999999\n\n\0"s,
          "RECEIPT\nreceipt-id:1\n\nbody\0"s, "MESSAGE\nx:\xff\n\n\0"s,
          "MESSAGE\n" + std::string(100'000, 'x')}) {
        log.clear();
        broker.pass(30s);
        ASSERT_NE(broker.wire, nullptr);
        broker.say_connected();
        broker.say_raw(bad);
        EXPECT_EQ(log, "up down ") << bad;
        EXPECT_EQ(broker.wire, nullptr) << bad;
    }
}

TEST_F(BrokerLinkTest, R6AMessagePastTheLimitEndsIt) {
    settings.limits.max_body = 1000;
    connect();
    broker.say_message("1", std::string(1000, 'x'));
    EXPECT_EQ(log, "up MESSAGE ");
    broker.say_message("1", std::string(1001, 'x'));
    EXPECT_EQ(log, "up MESSAGE down ");
}

TEST_F(BrokerLinkTest, HoweverTheBytesAreCut) {
    const auto bytes =
        "\nMESSAGE\nsubscription:1\nmessage-id:1\ndestination:/topic/a\ncontent-length:3\n\na\0b\0\n"
        "RECEIPT\nreceipt-id:p1\n\n\0\n"s;
    const auto run = [&](test::Pieces pieces) {
        log.clear();
        broker.close();
        broker.pass(30s);
        broker.say_connected();
        for (const std::string_view piece : pieces) broker.say_raw(std::string(piece));
        return log;
    };
    connect();
    EXPECT_EQ(test::same_for_every_cut(bytes, run), "down up MESSAGE RECEIPT ");
}

TEST_F(BrokerLinkTest, ShutDownTakesLeaveAndDoesNotComeBack) {
    connect();
    broker.wire->sent.clear();
    link.shut_down();
    EXPECT_EQ(broker.wire->sent, "DISCONNECT\n\n\0"s);
    EXPECT_TRUE(broker.wire->finished);
    EXPECT_EQ(log, "up down ");
    broker.close();
    broker.pass(1h);
    EXPECT_EQ(broker.dials, 1);
}

TEST_F(BrokerLinkTest, ShutDownWhileItDialsDropsWhatComes) {
    broker.silent = true;
    broker.pass(0ms);
    link.shut_down();
    std::exchange(broker.waiting, nullptr)(broker.make_wire());
    broker.pass(1h);
    EXPECT_EQ(broker.wire, nullptr);
    EXPECT_EQ(broker.dials, 1);
}

TEST_F(BrokerLinkTest, ShutDownWhileItWaits) {
    broker.reachable = false;
    broker.pass(0ms);
    link.shut_down();
    broker.pass(1h);
    EXPECT_EQ(broker.dials, 1);
}

TEST_F(BrokerLinkTest, ItKnowsWhomItSpeaksTo) {
    broker.pass(0ms);
    broker.say(Command::connected, {{"version", "1.2"}, {"server", "RabbitMQ/3.10.8"}});
    EXPECT_EQ(link.dialect(), Dialect::rabbitmq);
    EXPECT_EQ(link.address(), "broker:61613");
    broker.close();
    broker.pass(1s);
    broker.say_connected();
    EXPECT_EQ(link.dialect(), Dialect::specification);
}

/// Three brokers, of which the one in the middle is the first by chance.
class FailoverTest : public ::testing::Test, private LinkUser {
protected:
    void link_up() override { log += "up " + link->address() + " "; }
    void link_down() override { log += "down " + link->address() + " "; }
    void on_frame(const stomp::Frame&) override {}
    void begin(std::byte chance = std::byte{0x01}) {
        broker.random.part = chance;  // 0x0101 is 257, 2 more than a multiple of 3
        LinkUser& user = *this;
        link = std::make_unique<BrokerLink>(settings, broker.dialer(), broker.timers, broker.random, user);
        broker.random.part = std::byte{0xff};  // the whole of the jitter
    }
    std::vector<std::size_t> dialled() { return std::exchange(broker.dialled, {}); }
    using Dialled = std::vector<std::size_t>;

    FakeBroker broker;
    LinkSettings settings{{"a:1", "b:2", "c:3"}, "system", "s3cret", "/"};
    std::string log;
    std::unique_ptr<BrokerLink> link;
};

TEST_F(FailoverTest, AnyIsTheFirst) {
    for (const auto& [chance, first] : std::map<std::byte, std::size_t>{
             {std::byte{0x00}, 0}, {std::byte{0x01}, 2}, {std::byte{0x02}, 1}, {std::byte{0xff}, 0}}) {
        begin(chance);
        broker.pass(0ms);
        EXPECT_EQ(dialled(), Dialled{first});
        link.reset();
        broker.wire = nullptr;
    }
}

TEST_F(FailoverTest, TheOthersFollowAtOnceAndInOrder) {
    broker.reachable = false;
    begin();
    for (int i = 0; i < 3; ++i) broker.pass(0ms);
    EXPECT_EQ(dialled(), (Dialled{2, 0, 1}));
}

TEST_F(FailoverTest, AfterARoundComesAWaitThatGrows) {
    broker.reachable = false;
    begin();
    for (int i = 0; i < 3; ++i) broker.pass(0ms);
    for (const auto ceiling : {1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
        (void)dialled();
        broker.pass(ceiling / 2);
        EXPECT_EQ(dialled(), Dialled{}) << ceiling.count();
        broker.pass(ceiling / 2);
        broker.pass(0ms);
        broker.pass(0ms);
        EXPECT_EQ(dialled(), (Dialled{2, 0, 1})) << ceiling.count();
    }
}

TEST_F(FailoverTest, ABrokerThatRefusesConnectCountsAsFailed) {
    begin();
    broker.pass(0ms);
    broker.say(Command::error, {{"message", "Bad CONNECT"}});
    broker.pass(0ms);
    EXPECT_EQ(dialled(), (Dialled{2, 0}));
    broker.say_connected();
    EXPECT_EQ(log, "up a:1 ");
}

TEST_F(FailoverTest, SoDoesOneThatSaysNothing) {
    begin();
    broker.pass(0ms);
    broker.pass(5s);
    broker.pass(0ms);
    EXPECT_EQ(dialled(), (Dialled{2, 0}));
    broker.say_connected();
    EXPECT_EQ(log, "up a:1 ");
}

TEST_F(FailoverTest, WhenTheOneInUseIsLostTheNextRoundBeginsWithItsNeighbour) {
    begin();
    broker.pass(0ms);
    broker.say_connected();
    broker.close();
    EXPECT_EQ(log, "up c:3 down c:3 ");
    EXPECT_EQ(dialled(), Dialled{2});
    broker.reachable = false;
    broker.pass(1s);
    broker.reachable = true;
    broker.pass(0ms);
    broker.say_connected();
    EXPECT_EQ(dialled(), (Dialled{0, 1}));
    EXPECT_EQ(log, "up c:3 down c:3 up b:2 ");
}

TEST_F(FailoverTest, BrokersThatTakeAndDropAtOnceAreTriedMoreAndMoreRarely) {
    begin();
    broker.pass(0ms);
    for (const auto ceiling : {1000ms, 2000ms, 4000ms}) {
        broker.say_connected();
        broker.close();
        const int dials = broker.dials;
        broker.pass(ceiling / 2);
        EXPECT_EQ(broker.dials, dials) << ceiling.count();
        broker.pass(ceiling / 2);
        EXPECT_EQ(broker.dials, dials + 1) << ceiling.count();
    }
}

TEST_F(FailoverTest, ShutDownInTheMiddleOfARoundEndsIt) {
    broker.reachable = false;
    begin();
    broker.pass(0ms);
    link->shut_down();
    broker.pass(1h);
    EXPECT_EQ(broker.dials, 1);
}

TEST_F(BrokerLinkTest, ThePasscodeIsNotLoggedEvenWhenTheBrokerRepeatsIt) {
    broker.pass(0ms);
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    broker.say(Command::error, {{"message", "no such passcode: s3cret"}}, "s3cret");
    const std::string logged =
        ::testing::internal::GetCapturedStderr() + ::testing::internal::GetCapturedStdout();
    EXPECT_NE(logged.find("broker_error"), std::string::npos);
    EXPECT_EQ(logged.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace stentor::relay
