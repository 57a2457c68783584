#include "flow_test.hpp"

namespace stentor::test {
namespace {

class StompAcksFlow : public FlowTest {
protected:
    void SetUp() override {
        app().enable_simple_broker({"/queue", "/topic"});
        app().add_stomp_endpoint("/ws").with_sockjs();
        stage->start();
    }
    StompClient& consumer(const std::string& ack_mode, const std::string& more = {},
                          Transport transport = Transport::websocket) {
        StompClient& made = client(transport);
        made.say("SUBSCRIBE\nid:q\ndestination:/queue/work\nack:" + ack_mode + "\n" + more +
                 "receipt:subscribed\n\n^");
        EXPECT_EQ(made.next().header("receipt-id"), "subscribed");
        return made;
    }
    /// Answers, and waits until it is done.
    void answer(StompClient& by, const std::string& command, const StompFrame& message) {
        by.say(command + "\nid:" + message.header("ack") + "\nreceipt:answered\n\n^");
        EXPECT_EQ(by.next().header("receipt-id"), "answered");
    }
    /// Nothing is on its way to it.
    void expect_silence(StompClient& one) {
        one.send("/topic/nobody", "", "receipt:silence\n");
        EXPECT_EQ(one.next().header("receipt-id"), "silence");
    }
    void publish(const std::string& body) {
        StompClient& publisher = client();
        publisher.send("/queue/work", body, "receipt:published\n");
        EXPECT_EQ(publisher.next().header("receipt-id"), "published");
    }
};
INSTANTIATE_TEST_SUITE_P(On, StompAcksFlow, testing::Values(1U, 2U), shards_of);

TEST_P(StompAcksFlow, AnAcknowledgedMessageDoesNotComeBack) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& first = consumer("client-individual", {}, transport);
        publish("once");
        const StompFrame message = first.next();
        EXPECT_EQ(message.body, "once");
        EXPECT_EQ(message.header("redelivered"), "(none)");
        answer(first, "ACK", message);
        first.disconnect();
        StompClient& second = consumer("client-individual");
        publish("next");
        const StompFrame next = second.next();
        EXPECT_EQ(next.body, "next");
        answer(second, "ACK", next);
        second.disconnect();
    }
}

TEST_P(StompAcksFlow, WhatALostClientDidNotAcknowledgeGoesToAnother) {
    StompClient& first = consumer("client");
    publish("a");
    publish("b");
    publish("c");
    const StompFrame a = first.next();
    EXPECT_EQ(first.next().body, "b");
    EXPECT_EQ(first.next().body, "c");
    answer(first, "ACK", a);
    StompClient& second = consumer("client");
    lose(first);
    for (const char* body : {"b", "c"}) {
        const StompFrame again = second.next();
        EXPECT_EQ(again.body, body);
        EXPECT_EQ(again.header("redelivered"), "true");
    }
}

TEST_P(StompAcksFlow, WhatIsNotAcknowledgedAtUNSUBSCRIBEGoesToAnother) {
    StompClient& first = consumer("client-individual");
    publish("a");
    EXPECT_EQ(first.next().body, "a");
    first.say("UNSUBSCRIBE\nid:q\nreceipt:u\n\n^");
    EXPECT_EQ(first.next().header("receipt-id"), "u");
    StompClient& second = consumer("client-individual");
    const StompFrame again = second.next();
    EXPECT_EQ(again.body, "a");
    EXPECT_EQ(again.header("redelivered"), "true");
}

TEST_P(StompAcksFlow, ARejectedMessageGoesToAnotherClient) {
    StompClient& first = consumer("client-individual", "prefetch-count:1\n");
    publish("a");
    const StompFrame message = first.next();
    EXPECT_EQ(message.body, "a");
    StompClient& second = consumer("client-individual");
    answer(first, "NACK", message);
    first.say("UNSUBSCRIBE\nid:q\nreceipt:u\n\n^");
    const StompFrame again = second.next();
    EXPECT_EQ(again.body, "a");
    EXPECT_EQ(again.header("redelivered"), "true");
}

TEST_P(StompAcksFlow, NoMoreIsUnderWayThanPrefetchSays) {
    StompClient& one = consumer("client", "prefetch-count:2\n");
    for (const char* body : {"a", "b", "c"}) publish(body);
    EXPECT_EQ(one.next().body, "a");
    const StompFrame b = one.next();
    EXPECT_EQ(b.body, "b");
    expect_silence(one);
    one.say("ACK\nid:" + b.header("ack") + "\n\n^");
    EXPECT_EQ(one.next().body, "c");
}

TEST_P(StompAcksFlow, AutoEveryMessageComesOnceThoughTheWindowIsSmall) {
    StompClient& one = consumer("auto", "prefetch-count:3\n");
    StompClient& publisher = client();
    std::vector<std::string> sent;
    for (int n = 0; n < 50; ++n) {
        sent.push_back(std::to_string(n));
        publisher.send("/queue/work", sent.back(), "receipt:" + sent.back() + "\n");
        EXPECT_EQ(publisher.next().header("receipt-id"), sent.back());
    }
    EXPECT_EQ(one.next_bodies(50), sent);
    one.disconnect();
    StompClient& other = consumer("auto");
    publish("end");
    EXPECT_THAT(other.next_bodies(1), ElementsAre("end"));
}

TEST_P(StompAcksFlow, AMessageToAUserIsAcknowledgedLikeOthers) {
    StompClient& one = client();
    one.say("SUBSCRIBE\nid:e\ndestination:/user/queue/errors\nack:client\nreceipt:s\n\n^");
    EXPECT_EQ(one.next().header("receipt-id"), "s");
    one.send("/app/nothing", "");
    const StompFrame message = one.next();
    EXPECT_EQ(message.header("destination"), "/user/queue/errors");
    answer(one, "ACK", message);
}

}  // namespace
}  // namespace stentor::test
