#include "fake_queues.hpp"
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class StompAcks : public ::testing::Test {
protected:
    StompBench::Client& subscribed(const std::string& ack_mode, std::string_view version = "1.2",
                                   const std::string& more = {}) {
        bench.other_broker = &queues;
        StompBench::Client& made = bench.connected(version);
        made.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:" + ack_mode + "\n" + more + "\n^");
        EXPECT_EQ(made.outcome(), "");
        return made;
    }

    FakeQueues queues;
    StompBench bench;
};

TEST_F(StompAcks, Stomp1_2_AMESSAGECarriesTheIdToAcknowledgeItBy) {
    StompBench::Client& client = subscribed("client");
    queues.deliver("1", "m-1", 5);
    EXPECT_EQ(client.outcome(),
              "MESSAGE\ndestination:/queue/x\nmessage-id:m-1\nsubscription:1\nack:1\ncontent-length:0\n\n^");
    client.hear("ACK\nid:1\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted"));
}

TEST_F(StompAcks, Stomp1_2_ARedeliveryIsSaidToBeOne) {
    StompBench::Client& client = subscribed("client");
    queues.deliver("1", "m-1", 5, true);
    EXPECT_EQ(client.outcome(),
              "MESSAGE\ndestination:/queue/x\nmessage-id:m-1\nsubscription:1\nack:1\nredelivered:true\n"
              "content-length:0\n\n^");
}

TEST_F(StompAcks, AutoARedeliveryIsSaidToBeOneToo) {
    StompBench::Client& client = subscribed("auto");
    queues.deliver("1", "m-1", 5, true);
    EXPECT_EQ(client.outcome(),
              "MESSAGE\ndestination:/queue/x\nmessage-id:m-1\nsubscription:1\nredelivered:true\n"
              "content-length:0\n\n^");
}

TEST_F(StompAcks, Stomp1_1_AMESSAGEIsAcknowledgedByItsIdAndSubscription) {
    StompBench::Client& client = subscribed("client-individual", "1.1");
    queues.deliver("1", "m-1", 5);
    queues.deliver("1", "m-2", 6);
    EXPECT_THAT(client.outcome(), Not(HasSubstr("\nack:")));
    client.hear("ACK\nmessage-id:m-2\nsubscription:1\n\n^NACK\nmessage-id:m-1\nsubscription:1\n\n^");
    EXPECT_EQ(client.outcome(), "");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 6 accepted", "1 5 rejected"));
}

TEST_F(StompAcks, Stomp1_0_AMESSAGEIsAcknowledgedByItsId) {
    StompBench::Client& client = subscribed("client", "1.0");
    queues.deliver("1", "m-1", 5);
    queues.deliver("1", "m-2", 6);
    EXPECT_THAT(client.outcome(), Not(HasSubstr("\nack:")));
    client.hear("ACK\nmessage-id: m-2\n\n^");
    EXPECT_EQ(client.outcome(), "");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted", "1 6 accepted"));
}

TEST_F(StompAcks, Stomp1_0_ASubscriptionWithoutIdIsNotNamed) {
    bench.other_broker = &queues;
    StompBench::Client& client = bench.connected("1.0");
    client.hear("SUBSCRIBE\ndestination:/queue/x\nack:client\n\n^");
    queues.deliver("\n/queue/x", "m-1", 5, true);
    EXPECT_EQ(client.outcome(),
              "MESSAGE\ndestination:/queue/x\nmessage-id:m-1\nredelivered:true\ncontent-length:0\n\n^");
    client.hear("ACK\nmessage-id:m-1\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("\n/queue/x 5 accepted"));
}

TEST_F(StompAcks, ClientModeIsCumulative) {
    StompBench::Client& client = subscribed("client");
    client.hear("SUBSCRIBE\nid:2\ndestination:/queue/y\nack:client\n\n^");
    queues.deliver("1", "m-1", 1);
    queues.deliver("2", "m-2", 1);
    queues.deliver("1", "m-3", 2);
    queues.deliver("1", "m-4", 3);
    client.hear("ACK\nid:3\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 1 accepted", "1 2 accepted"));
    client.hear("NACK\nid:4\n\n^NACK\nid:2\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 3 rejected", "2 1 rejected"));
}

TEST_F(StompAcks, ClientIndividualModeIsNot) {
    StompBench::Client& client = subscribed("client-individual");
    for (std::uint64_t n = 1; n <= 3; ++n) queues.deliver("1", "m", n);
    client.hear("ACK\nid:2\n\n^NACK\nid:1\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 2 accepted", "1 1 rejected"));
}

TEST_F(StompAcks, A21_AnUnknownOrAcknowledgedIdIsAnError) {
    for (const char* id : {"1", "3", "x", "01", "99999999999999999999999"}) {
        FakeQueues fresh;
        StompBench own;
        own.other_broker = &fresh;
        StompBench::Client& client = own.connected();
        client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client\n\n^");
        fresh.deliver("1", "m-1", 1);
        fresh.deliver("1", "m-2", 2);
        client.hear("ACK\nid:1\n\n^");
        client.said();
        client.hear("ACK\nid:" + std::string(id) + "\nreceipt:r\n\n^");
        EXPECT_EQ(client.outcome(), error_frame("not-found", "There is no such message to acknowledge", "r"))
            << id;
        EXPECT_THAT(fresh.settlements(), ElementsAre("1 1 accepted")) << id;
    }
}

TEST_F(StompAcks, A21_AnothersSessionsIdDoesNothingThere) {
    StompBench::Client& client = subscribed("client");
    queues.deliver("1", "m-1", 5);
    StompBench::Client& other = bench.connected();
    other.hear("ACK\nid:1\n\n^");
    EXPECT_THAT(other.outcome(), HasSubstr("code:not-found"));
    EXPECT_THAT(queues.settlements(), IsEmpty());
    client.hear("ACK\nid:1\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted"));
}

TEST_F(StompAcks, A21_Stomp1_1_AMessageOfAnotherSubscriptionIsAnError) {
    StompBench::Client& client = subscribed("client", "1.1");
    client.hear("SUBSCRIBE\nid:2\ndestination:/queue/y\nack:client\n\n^");
    queues.deliver("2", "m-1", 5);
    client.said();
    client.hear("ACK\nmessage-id:m-1\nsubscription:1\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("not-found", "There is no such message to acknowledge", "r"));
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

TEST_F(StompAcks, A21_Stomp1_0_AnUnknownOneIsIgnored) {
    StompBench::Client& client = subscribed("client", "1.0");
    queues.deliver("1", "m-1", 5);
    client.said();
    client.hear(
        "ACK\nmessage-id:other\nreceipt:a\n\n^ACK\nmessage-id:m-1\nsubscription:none\nreceipt:b\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:a\n\n^RECEIPT\nreceipt-id:b\n\n^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

TEST_F(StompAcks, Stomp1_1_AnAckModeAutoSubscriptionIsNamedInTheError) {
    StompBench::Client& client = subscribed("auto", "1.1");
    client.hear("ACK\nmessage-id:m-1\nsubscription:1\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("conflict", "The subscription '1' has ack mode auto"));
}

TEST_F(StompAcks, Stomp1_0_HasNoNACK) {
    StompBench::Client& client = subscribed("client", "1.0");
    client.hear("NACK\nmessage-id:m-1\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("unsupported", "STOMP 1.0 has no NACK", "r"));
}

TEST_F(StompAcks, DeliveriesOfUserDestinationsAreAcknowledgedTooAndThatIsAll) {
    bench.other_broker = &queues;
    StompBench::Client& client = bench.client(Framing::tcp, Authentication{{"alice"}});
    client.hear(
        "CONNECT\naccept-version:1.2\n\n^"
        "SUBSCRIBE\nid:u\ndestination:/user/queue/x\nack:client-individual\n\n^");
    client.said();
    bench.publish("/user/alice/queue/x", "hi");
    EXPECT_THAT(client.said(), HasSubstr("subscription:u\nack:1\n"));
    client.hear("ACK\nid:1\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

// An ACK that is sent when the client did not know yet that its subscription ended does no harm.
TEST_F(StompAcks, Stomp1_2_ALateACKAfterUNSUBSCRIBEIsIgnored) {
    StompBench::Client& client = subscribed("client-individual");
    queues.deliver("1", "m-1", 5);
    queues.deliver("1", "m-2", 6);
    client.said();
    client.hear("ACK\nid:1\n\n^UNSUBSCRIBE\nid:1\n\n^ACK\nid:2\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted")) << "the other went back by itself";
    client.hear("ACK\nid:1\n\n^");
    EXPECT_THAT(client.outcome(), HasSubstr("code:not-found")) << "that one was acknowledged before";
}

TEST_F(StompAcks, Stomp1_1_ALateACKAfterUNSUBSCRIBEIsIgnored) {
    StompBench::Client& client = subscribed("client", "1.1");
    queues.deliver("1", "m-1", 5);
    client.said();
    client.hear("UNSUBSCRIBE\nid:1\n\n^ACK\nmessage-id:m-1\nsubscription:1\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

TEST_F(StompAcks, AnIdUsedAgainDoesNotReachTheEarlierSubscriptionsMessages) {
    StompBench::Client& client = subscribed("client");
    queues.deliver("1", "m-1", 5);
    client.hear("UNSUBSCRIBE\nid:1\n\n^SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client\n\n^");
    queues.deliver("1", "m-1", 9, true);
    client.said();
    client.hear("ACK\nid:1\n\n^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
    client.hear("ACK\nid:2\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 9 accepted"));
}

TEST_F(StompAcks, TheBrokerIsToldModeAndWindow) {
    subscribed("client", "1.2", "prefetch-count:7\n");
    EXPECT_TRUE(queues.subscription("1").acknowledges);
    EXPECT_EQ(queues.subscription("1").window.messages, 7u);
    EXPECT_EQ(queues.subscription("1").window.bytes, 1024 * 1024u);
}

TEST_F(StompAcks, AnUnknownAckModeIsAnError) {
    EXPECT_EQ(converse_in("1.2", "SUBSCRIBE\nid:1\ndestination:/topic/x\nack:sometimes\nreceipt:r\n\n^"),
              error_frame("unsupported", "The ack modes are auto, client and client-individual", "r"));
}

TEST_F(StompAcks, ASelectorWhereTheyAreSwitchedOffIsAnError) {
    EXPECT_EQ(converse_in("1.2", "SUBSCRIBE\nid:1\ndestination:/topic/x\nselector:a = 1\nreceipt:r\n\n^"),
              error_frame("unsupported", "Selectors are switched off", "r"));
}

TEST_F(StompAcks, AutoADeliveryIsAcceptedWhenItIsWritten) {
    StompBench::Client& client = subscribed("auto");
    queues.deliver("1", "m-1", 5);
    queues.deliver("1", "m-2", 6);
    EXPECT_THAT(queues.settlements(), IsEmpty()) << "not inside deliver()";
    bench.turn();
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted", "1 6 accepted"));
    bench.turn();
    EXPECT_THAT(queues.settlements(), IsEmpty());
    EXPECT_THAT(client.said(), Not(HasSubstr("\nack:")));
}

TEST_F(StompAcks, AutoASlowReadersDeliveryIsAcceptedWhenAllIsWritten) {
    StompBench::Client& client = subscribed("auto");
    client.outlet.unsent_bytes = 100;
    queues.deliver("1", "m-1", 5);
    bench.turn();
    bench.turn();
    EXPECT_THAT(queues.settlements(), IsEmpty());
    client.outlet.unsent_bytes = 0;
    client.session.drained();
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted"));
}

// Another session's timer may have brought it in this very turn, before this session's own was due.
TEST_F(StompAcks, AutoADeliveryOfThisTurnIsLookedAtAgainInTheNext) {
    StompBench::Client& client = subscribed("auto");
    client.outlet.unsent_bytes = 100;
    queues.deliver("1", "m-1", 5);
    bench.turn();
    client.outlet.unsent_bytes = 0;
    bench.turn();
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted"));
}

TEST_F(StompAcks, AutoASlowReaderIsNotLookedAtInEveryTurn) {
    StompBench::Client& client = subscribed("auto");
    client.outlet.unsent_bytes = 100;
    queues.deliver("1", "m-1", 5);
    bench.turn();
    bench.turn();
    EXPECT_EQ(bench.timers.next_deadline(), base::never);
}

TEST_F(StompAcks, AutoWhatSettlingBringsIsAcceptedInItsOwnTime) {
    subscribed("auto");
    std::uint64_t next = 5;
    queues.on_settle = [&] {
        if (++next < 8) queues.deliver("1", "m", next);
    };
    queues.deliver("1", "m", next);
    bench.turn();
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted"));
    bench.turn();
    EXPECT_THAT(queues.settlements(), ElementsAre("1 6 accepted"));
}

TEST_F(StompAcks, AutoWhatIsNotWrittenWhenItsSubscriptionEndsIsNotAccepted) {
    StompBench::Client& client = subscribed("auto");
    queues.deliver("1", "m-1", 5);
    client.outlet.unsent_bytes = 100;
    client.hear("UNSUBSCRIBE\nid:1\n\n^SUBSCRIBE\nid:1\ndestination:/queue/x\n\n^");
    bench.turn();
    client.outlet.unsent_bytes = 0;
    bench.turn();
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

TEST_F(StompAcks, AutoWhatIsWrittenWhenItsSubscriptionEndsIsAccepted) {
    StompBench::Client& client = subscribed("auto");
    queues.deliver("1", "m-1", 5);
    client.hear("UNSUBSCRIBE\nid:1\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 5 accepted"));
}

/// What the client got since the last call: the messages' ids.
std::vector<std::string> message_ids(StompBench::Client& client) {
    std::vector<std::string> ids;
    const std::string said = client.said();
    for (std::size_t at = 0; (at = said.find("\nmessage-id:", at)) != std::string::npos;) {
        at += std::string_view("\nmessage-id:").size();
        ids.push_back(said.substr(at, said.find('\n', at) - at));
    }
    return ids;
}

TEST_F(StompAcks, AQueueWaitsForAClientThatOwesMuch) {
    for (const char* const mode : {"auto", "client-individual"}) {
        StompBench::Client& client = subscribed(mode);
        queues.deliver("1", "m-1", 1);
        client.outlet.unsent_bytes = bench.settings.hold_back + 1;
        queues.deliver("1", "m-2", 2);
        client.outlet.unsent_bytes = 1;  // behind what is held back, all the same
        queues.deliver("1", "m-3", 3, true);
        EXPECT_THAT(message_ids(client), ElementsAre("m-1")) << mode;
        client.outlet.unsent_bytes = bench.settings.hold_back + 1;
        bench.turn();
        bench.turn();
        EXPECT_THAT(message_ids(client), IsEmpty()) << mode;
        EXPECT_GT(bench.timers.next_deadline(), bench.now) << "drained() will say when";
        client.outlet.unsent_bytes = 0;
        client.session.drained();
        EXPECT_THAT(message_ids(client), ElementsAre("m-2", "m-3")) << mode;
        client.hear("DISCONNECT\n\n^");
    }
}

TEST_F(StompAcks, WhatWasHeldBackFillsTheConnectionOnceATurn) {
    StompBench::Client& client = subscribed("auto");
    client.outlet.unsent_bytes = bench.settings.hold_back + 1;
    for (int i = 1; i <= 3; ++i) queues.deliver("1", "m-" + std::to_string(i), i);
    client.outlet.unsent_bytes = bench.settings.hold_back;
    client.outlet.grows = true;
    for (const std::string next : {"m-1", "m-2", "m-3"}) {
        bench.turn();
        EXPECT_THAT(message_ids(client), ElementsAre(next));
        client.outlet.unsent_bytes = bench.settings.hold_back;
    }
}

TEST_F(StompAcks, WhatIsHeldBackGoesBackWithItsSubscription) {
    StompBench::Client& client = subscribed("auto");
    client.outlet.unsent_bytes = bench.settings.hold_back + 1;
    queues.deliver("1", "m-1", 1);
    client.hear("UNSUBSCRIBE\nid:1\n\n^");
    client.outlet.unsent_bytes = 0;
    client.session.drained();
    bench.turn();
    EXPECT_THAT(message_ids(client), IsEmpty());
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

TEST_F(StompAcks, NothingIsSettledForASessionThatEnded) {
    StompBench::Client& client = subscribed("auto");
    queues.deliver("1", "m-1", 5);
    client.session.closed({1006, ""});
    bench.turn();
    client.session.drained();
    EXPECT_THAT(queues.settlements(), IsEmpty());
    EXPECT_THAT(queues.subscriptions, IsEmpty());
}

TEST_F(StompAcks, ATopicsMessageToAutoSubscribersIsStillEncodedOnce) {
    bench.other_broker = &queues;
    for (int i = 0; i < 10; ++i) bench.connected().hear("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    const auto message = std::make_shared<const Message>(Message{"/topic/x", {}, "hi", "m-1"});
    for (broker::Subscription* each : queues.subscriptions) each->subscriber.deliver(*each, {message});
    EXPECT_EQ(bench.frames.encoded(), 1u);
    EXPECT_EQ(bench.timers.size(), 0u) << "and nothing is noted";
}

TEST_F(StompAcks, A20_WhoDoesNotAcknowledgeFor30MinutesIsEnded) {
    StompBench::Client& client = subscribed("client");
    queues.deliver("1", "m-1", 5);
    client.said();
    bench.advance(29min);
    queues.deliver("1", "m-2", 6);
    client.hear("ACK\nid:1\n\n^");
    client.said();
    bench.advance(29min);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1min);
    EXPECT_EQ(client.outcome(), error_frame("unavailable", "A message was not acknowledged in time"));
    EXPECT_THAT(queues.subscriptions, IsEmpty());
}

TEST_F(StompAcks, AnOverflowEndsTheSessionInTheNextTurn) {
    StompBench::Client& client = subscribed("client");
    broker::Subscription& subscription = queues.subscription("1");
    subscription.subscriber.overflowed(subscription);
    EXPECT_EQ(client.outcome(), "");
    EXPECT_EQ(queues.subscriptions.size(), 1u) << "nothing changes at once";
    bench.turn();
    EXPECT_EQ(client.outcome(), error_frame("too-large", "The client is too slow", {}, "|closed 1008"));
    EXPECT_THAT(queues.subscriptions, IsEmpty());
}

TEST_F(StompAcks, A20_WhatNoBrokerHoldsBackIsLimitedToo) {
    bench.settings.acks.max_prefetch = 3;
    StompBench::Client& client = subscribed("client");
    for (int i = 0; i < 3; ++i) queues.deliver("1", "m", 0);
    for (std::uint64_t n = 1; n < 10; ++n) queues.deliver("1", "m", n);
    bench.turn();
    client.said();
    EXPECT_EQ(client.outcome(), "") << "those with numbers are the broker's concern";
    queues.deliver("1", "m", 0);
    bench.turn();
    EXPECT_THAT(client.outcome(), HasSubstr("The client is too slow"));
}

TEST_F(StompAcks, A20_AndInBytes) {
    bench.settings.acks.max_bytes = 100;
    StompBench::Client& client = subscribed("client");
    queues.deliver("1", "m", 0, false, std::string(92, 'x'));
    bench.turn();
    client.said();
    EXPECT_EQ(client.outcome(), "");
    queues.deliver("1", "m", 0, false, "x");
    bench.turn();
    EXPECT_THAT(client.outcome(), HasSubstr("The client is too slow"));
}

}  // namespace
}  // namespace stentor::session
