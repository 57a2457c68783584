#include "fake_queues.hpp"
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StompTransactions : public ::testing::Test {
protected:
    StompBench::Client& first() {
        bench.other_broker = &queues;
        return bench.connected();
    }

    FakeQueues queues;
    StompBench bench;
    StompBench::Client& client = first();
};

TEST_F(StompTransactions, SENDsHappenAtCOMMITInOrder) {
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n1^"
        "SEND\ndestination:/topic/b\ntransaction:t\n\n2^");
    EXPECT_THAT(queues.published, IsEmpty());
    client.hear("SEND\ndestination:/topic/c\n\n3^COMMIT\ntransaction:t\n\n^");
    EXPECT_THAT(queues.published, ElementsAre("/topic/c 3", "/topic/a 1", "/topic/b 2"));
    EXPECT_EQ(client.outcome(), "");
}

TEST_F(StompTransactions, ACKsAndNACKsHappenAtCOMMIT) {
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client-individual\n\n^");
    for (std::uint64_t n = 1; n <= 3; ++n) queues.deliver("1", "m", n);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^ACK\nid:1\ntransaction:t\n\n^NACK\nid:2\ntransaction:t\n\n^"
        "SEND\ndestination:/queue/y\ntransaction:t\n\nhi^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
    client.hear("COMMIT\ntransaction:t\nreceipt:r\n\n^");
    EXPECT_THAT(queues.settlements(), ElementsAre("1 1 accepted", "1 2 rejected"));
    EXPECT_THAT(queues.published, ElementsAre("/queue/y hi"));
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
}

TEST_F(StompTransactions, NothingHappensAfterABORT) {
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client\n\n^");
    queues.deliver("1", "m", 1);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n1^"
        "ACK\nid:1\ntransaction:t\n\n^ABORT\ntransaction:t\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_THAT(queues.published, IsEmpty());
    client.hear("ACK\nid:1\nreceipt:s\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:s\n\n^") << "it is still to be acknowledged";
    EXPECT_THAT(queues.settlements(), ElementsAre("1 1 accepted"));
}

TEST_F(StompTransactions, AFramesOwnReceiptSaysThatItWasTaken) {
    client.hear(
        "BEGIN\ntransaction:t\nreceipt:1\n\n^SEND\ndestination:/topic/a\ntransaction:t\nreceipt:2\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:1\n\n^RECEIPT\nreceipt-id:2\n\n^");
    EXPECT_THAT(queues.published, IsEmpty());
}

TEST_F(StompTransactions, TheCOMMITsReceiptComesAfterAllEffects) {
    queues.hold = true;
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n^"
        "SEND\ndestination:/topic/b\ntransaction:t\n\n^COMMIT\ntransaction:t\nreceipt:c\n\n^"
        "BEGIN\ntransaction:t\nreceipt:d\n\n^");
    ASSERT_EQ(queues.waiting.size(), 2u);
    queues.waiting[1]({});
    EXPECT_EQ(client.outcome(), "");
    queues.waiting[0]({});
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:c\n\n^RECEIPT\nreceipt-id:d\n\n^");
}

TEST_F(StompTransactions, TheBrokerGetsItsMessagesTogetherAndControllersTheirsAfterThem) {
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n1^"
        "SEND\ndestination:/app/later\ntransaction:t\n\nx^SEND\ndestination:/queue/b\ntransaction:t\n\n2^"
        "COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_THAT(queues.together, ElementsAre(2u));
    EXPECT_THAT(queues.published, ElementsAre("/topic/a 1", "/queue/b 2"));
    EXPECT_EQ(client.outcome(), "") << "the controller works";
    bench.run_workers();
    EXPECT_THAT(client.outcome(), HasSubstr("RECEIPT\nreceipt-id:c\n"));
}

TEST_F(StompTransactions, WhatItAcknowledgesIsSettledOnceTheBrokerHasWhatItSends) {
    queues.hold = true;
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client-individual\n\n^");
    queues.deliver("1", "m", 1);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^ACK\nid:1\ntransaction:t\n\n^"
        "SEND\ndestination:/queue/y\ntransaction:t\n\nhi^COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
    queues.waiting.at(0)({});
    EXPECT_THAT(queues.settlements(), ElementsAre("1 1 accepted"));
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:c\n\n^");
}

TEST_F(StompTransactions, WhatItAcknowledgesStaysTheQueuesWhenTheBrokerRefusesWhatItSends) {
    queues.refuses = "/queue/full";
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client-individual\n\n^");
    queues.deliver("1", "m", 1);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^ACK\nid:1\ntransaction:t\n\n^"
        "SEND\ndestination:/queue/full\ntransaction:t\n\nhi^COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "The queue is full", "c"));
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

TEST_F(StompTransactions, NothingIsSentWhereAnAcknowledgementIsInVain) {
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client-individual\n\n^");
    queues.deliver("1", "m", 1);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/queue/y\ntransaction:t\n\nhi^"
        "ACK\nid:1\ntransaction:t\n\n^ACK\nid:1\n\n^COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("not-found", "There is no such message to acknowledge", "c"));
    EXPECT_THAT(queues.published, IsEmpty());
}

TEST_F(StompTransactions, AnEmptyOneMayBeCommitted) {
    client.hear("BEGIN\ntransaction:t\n\n^COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:c\n\n^");
}

TEST_F(StompTransactions, AnEffectThatFailsAtOnceIsAnErrorOfTheCOMMITAndEndsIt) {
    queues.refuses = "/queue/full";
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n1^"
        "SEND\ndestination:/queue/full\ntransaction:t\nreceipt:s\n\n2^"
        "SEND\ndestination:/topic/b\ntransaction:t\n\n3^");
    client.said();
    client.hear("COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "The queue is full", "c"));
    EXPECT_THAT(queues.published, ElementsAre("/topic/a 1", "/queue/full 2"));
}

TEST_F(StompTransactions, AnEffectThatFailsLaterIsAnErrorOfTheCOMMIT) {
    queues.hold = true;
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n^"
        "SEND\ndestination:/topic/b\ntransaction:t\n\n^COMMIT\ntransaction:t\nreceipt:c\n\n^");
    queues.waiting.at(1)(Error{Errc::unavailable, "The broker is not available"});
    EXPECT_EQ(client.outcome(), error_frame("unavailable", "The broker is not available", "c"));
    queues.waiting.at(0)({});
    EXPECT_EQ(client.outcome(), "|closed 1002");
}

TEST_F(StompTransactions, AnApplicationsErrorIsAnErrorOfTheCOMMITWhateverTheClientListensTo) {
    client.hear(
        "SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^BEGIN\ntransaction:t\n\n^"
        "SEND\ndestination:/app/nothing\ntransaction:t\n\n^COMMIT\ntransaction:t\n\n^");
    const std::string said = client.outcome();
    EXPECT_THAT(said, testing::StartsWith("ERROR\n"));
    EXPECT_THAT(said, HasSubstr("code:not-found"));
}

TEST_F(StompTransactions, ControllersAreCalledAtCOMMITAndItsReceiptWaitsForThem) {
    client.hear("BEGIN\ntransaction:t\n\n^SEND\ndestination:/app/later\ntransaction:t\n\nhi^");
    EXPECT_TRUE(bench.workers.empty());
    client.hear("COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), "");
    bench.run_workers();
    EXPECT_THAT(client.outcome(), HasSubstr("RECEIPT\nreceipt-id:c\n"));
}

TEST_F(StompTransactions, AFrameIsCheckedWhenItArrives) {
    for (const char* frame :
         {"SEND\ndestination:/elsewhere\ntransaction:t\nreceipt:r\n\n^",
          "SEND\ndestination:/user/bob/queue/x\ntransaction:t\nreceipt:r\n\n^",
          "SEND\ndestination:topic\ntransaction:t\nreceipt:r\n\n^", "SEND\ntransaction:t\nreceipt:r\n\n^",
          "SEND\ndestination:/topic/x\ntransaction:\nreceipt:r\n\n^",
          "ACK\nid:1\ntransaction:t\nreceipt:r\n\n^"}) {
        StompBench::Client& own = bench.connected();
        own.hear("BEGIN\ntransaction:t\n\n^" + std::string(frame));
        const std::string said = own.outcome();
        EXPECT_THAT(said, testing::StartsWith("ERROR\n")) << frame;
        EXPECT_THAT(said, HasSubstr("receipt-id:r\n")) << frame;
    }
}

TEST_F(StompTransactions, F23_WhatIsNotOpenIsAnError) {
    for (const char* frame :
         {"SEND\ndestination:/topic/x\ntransaction:u\nreceipt:r\n\n^",
          "COMMIT\ntransaction:u\nreceipt:r\n\n^", "ABORT\ntransaction:u\nreceipt:r\n\n^"}) {
        StompBench::Client& own = bench.connected();
        own.hear(frame);
        EXPECT_EQ(own.outcome(), error_frame("not-found", "There is no such transaction", "r")) << frame;
    }
}

TEST_F(StompTransactions, F23_COMMITAfterABORTIsAnError) {
    client.hear("BEGIN\ntransaction:t\n\n^ABORT\ntransaction:t\n\n^COMMIT\ntransaction:t\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("not-found", "There is no such transaction", "r"));
}

TEST_F(StompTransactions, F23_BEGINTwiceIsAnError) {
    client.hear("BEGIN\ntransaction:t\n\n^BEGIN\ntransaction:t\nreceipt:r\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("conflict", "There is a transaction of that id already", "r"));
}

TEST_F(StompTransactions, F17_TheTransactionMustBeNamed) {
    for (const std::string command : {"BEGIN", "COMMIT", "ABORT"}) {
        StompBench::Client& own = bench.connected();
        own.hear(command + "\nreceipt:r\n\n^");
        EXPECT_EQ(own.outcome(), error_frame("malformed", command + " needs a header 'transaction'", "r"));
    }
}

TEST_F(StompTransactions, F23_TenThousandBEGINsEndAtTheSeventeenth) {
    std::string flood;
    for (int i = 0; i < 10'000; ++i) flood += "BEGIN\ntransaction:" + std::to_string(i) + "\n\n^";
    client.hear(flood);
    EXPECT_EQ(client.outcome(), error_frame("too-large", "A session may have 16 transactions open"));
}

TEST_F(StompTransactions, F23_OneOpenFor60SecondsEndsTheSession) {
    client.hear("BEGIN\ntransaction:t\n\n^");
    bench.advance(60s - 1ms);
    EXPECT_EQ(client.outcome(), "");
    bench.advance(1ms);
    EXPECT_EQ(client.outcome(), error_frame("unavailable", "A transaction did not end in time"));
}

TEST_F(StompTransactions, F23_DISCONNECTIsABORT) {
    client.hear(
        "BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n^DISCONNECT\nreceipt:d\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:d\n\n^|closed 1000");
    EXPECT_THAT(queues.published, IsEmpty());
}

TEST_F(StompTransactions, F23_SoIsTheLossOfTheConnection) {
    client.hear("BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/a\ntransaction:t\n\n^");
    client.session.closed({1006, ""});
    bench.advance(1h);
    EXPECT_THAT(queues.published, IsEmpty());
    EXPECT_EQ(bench.timers.size(), 0u);
}

TEST_F(StompTransactions, AMessageAcknowledgedMeanwhileMakesTheCOMMITFail) {
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client\n\n^");
    queues.deliver("1", "m", 1);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^ACK\nid:1\ntransaction:t\n\n^ACK\nid:1\n\n^"
        "COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("not-found", "There is no such message to acknowledge", "c"));
    EXPECT_THAT(queues.settlements(), ElementsAre("1 1 accepted"));
}

TEST_F(StompTransactions, AMessageWhoseSubscriptionEndedMeanwhileDoesNot) {
    client.hear("SUBSCRIBE\nid:1\ndestination:/queue/x\nack:client\n\n^");
    queues.deliver("1", "m", 1);
    client.said();
    client.hear(
        "BEGIN\ntransaction:t\n\n^ACK\nid:1\ntransaction:t\n\n^UNSUBSCRIBE\nid:1\n\n^"
        "COMMIT\ntransaction:t\nreceipt:c\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:c\n\n^");
    EXPECT_THAT(queues.settlements(), IsEmpty());
}

}  // namespace
}  // namespace stentor::session
