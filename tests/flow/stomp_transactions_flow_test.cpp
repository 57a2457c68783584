#include "flow_test.hpp"

namespace stentor::test {
namespace {

class StompTransactionsFlow : public FlowTest {
protected:
    void SetUp() override {
        app().enable_simple_broker({"/queue", "/topic"});
        app().add_stomp_endpoint("/ws").with_sockjs();
        stage->start();
    }
    void begin(StompClient& by) {
        by.say("BEGIN\ntransaction:t\nreceipt:begun\n\n^");
        EXPECT_EQ(by.next().header("receipt-id"), "begun");
    }
    void end(StompClient& by, const std::string& command) {
        by.say(command + "\ntransaction:t\nreceipt:ended\n\n^");
        EXPECT_EQ(by.next().header("receipt-id"), "ended");
    }
};
INSTANTIATE_TEST_SUITE_P(On, StompTransactionsFlow, testing::Values(1U, 2U), shards_of);

TEST_P(StompTransactionsFlow, WhatIsSentInOneReachesOthersAtCOMMITInOrder) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& listener = client();
        listener.subscribe("1", "/topic/x");
        StompClient& publisher = client(transport);
        begin(publisher);
        publisher.send("/topic/x", "a", "transaction:t\n");
        publisher.send("/topic/x", "b", "transaction:t\nreceipt:taken\n");
        EXPECT_EQ(publisher.next().header("receipt-id"), "taken");
        publisher.send("/topic/x", "before");
        end(publisher, "COMMIT");
        EXPECT_THAT(listener.next_bodies(3), ElementsAre("before", "a", "b"));
        publisher.disconnect();
        listener.disconnect();
    }
}

TEST_P(StompTransactionsFlow, NothingIsSentAfterABORT) {
    StompClient& listener = client();
    listener.subscribe("1", "/topic/x");
    StompClient& publisher = client();
    begin(publisher);
    publisher.send("/topic/x", "a", "transaction:t\n");
    end(publisher, "ABORT");
    publisher.send("/topic/x", "end");
    EXPECT_THAT(listener.next_bodies(1), ElementsAre("end"));
}

TEST_P(StompTransactionsFlow, TheLossOfTheConnectionIsABORT) {
    StompClient& listener = client();
    listener.subscribe("1", "/topic/x");
    StompClient& publisher = client();
    begin(publisher);
    publisher.send("/topic/x", "a", "transaction:t\nreceipt:taken\n");
    EXPECT_EQ(publisher.next().header("receipt-id"), "taken");
    lose(publisher);
    StompClient& other = client();
    other.send("/topic/x", "end");
    EXPECT_THAT(listener.next_bodies(1), ElementsAre("end"));
}

TEST_P(StompTransactionsFlow, AnACKCountsFromCOMMITOn) {
    StompClient& worker = client();
    worker.say("SUBSCRIBE\nid:q\ndestination:/queue/work\nack:client-individual\nreceipt:s\n\n^");
    EXPECT_EQ(worker.next().header("receipt-id"), "s");
    StompClient& publisher = client();
    publisher.send("/queue/work", "a", "receipt:1\n");
    publisher.send("/queue/work", "b", "receipt:2\n");
    const StompFrame a = worker.next();
    const StompFrame b = worker.next();
    begin(worker);
    worker.say("ACK\nid:" + a.header("ack") + "\ntransaction:t\n\n^");
    end(worker, "COMMIT");
    begin(worker);
    worker.say("ACK\nid:" + b.header("ack") + "\ntransaction:t\n\n^");
    worker.disconnect();
    StompClient& second = client();
    second.say("SUBSCRIBE\nid:q\ndestination:/queue/work\nack:client-individual\n\n^");
    const StompFrame again = second.next();
    EXPECT_EQ(again.body, "b");
    EXPECT_EQ(again.header("redelivered"), "true");
}

}  // namespace
}  // namespace stentor::test
