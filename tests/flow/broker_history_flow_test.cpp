#include "flow_test.hpp"

#include <set>

namespace stentor::test {
namespace {

class BrokerHistoryFlow : public FlowTest {
protected:
    void start() {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().keep_history({.destination = "/topic/price/*"});
        app().keep_history({.destination = "/topic/log/*", .messages = 100});
        stage->start();
    }
    void publish(const std::string& destination, const std::string& body, const std::string& headers = {}) {
        StompClient& by = publisher_ == nullptr ? *(publisher_ = &client()) : *publisher_;
        by.send(destination, body, headers + "receipt:p\n");
        EXPECT_EQ(by.next().header("receipt-id"), "p");
    }
    StompClient& subscriber(const std::string& destination, const std::string& headers = {},
                            Transport transport = Transport::websocket) {
        StompClient& made = client(transport);
        made.say("SUBSCRIBE\nid:s\ndestination:" + destination + "\n" + headers + "receipt:r\n\n^");
        return made;
    }

private:
    StompClient* publisher_ = nullptr;
};
INSTANTIATE_TEST_SUITE_P(On, BrokerHistoryFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(BrokerHistoryFlow, TheLastValueComesOnSUBSCRIBEAndIsMarked) {
    start();
    publish("/topic/price/a", "1");
    publish("/topic/price/a", "2", "currency:eur\n");
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& late = subscriber("/topic/price/a", {}, transport);
        const StompFrame last = late.next();
        EXPECT_EQ(last.command, "MESSAGE");
        EXPECT_EQ(last.body, "2");
        EXPECT_EQ(last.header("destination"), "/topic/price/a");
        EXPECT_EQ(last.header("currency"), "eur");
        EXPECT_EQ(last.header("x-history"), "true");
        EXPECT_EQ(late.next().header("receipt-id"), "r") << "after what was given first";
        publish("/topic/price/a", "2", "currency:eur\n");
        EXPECT_EQ(late.next().header("x-history"), "(none)");
    }
}

TEST_P(BrokerHistoryFlow, AKeptMessageHasItsMessageId) {
    start();
    StompClient& there = subscriber("/topic/price/a");
    EXPECT_EQ(there.next().command, "RECEIPT");
    publish("/topic/price/a", "1");
    const StompFrame live = there.next();
    EXPECT_EQ(live.header("x-history"), "(none)");
    EXPECT_EQ(subscriber("/topic/price/a").next().header("message-id"), live.header("message-id"));
}

TEST_P(BrokerHistoryFlow, AClientSaysHowManyItWants) {
    start();
    for (const char* body : {"1", "2", "3"}) publish("/topic/log/a", body);
    StompClient& two = subscriber("/topic/log/a", "x-history:2\n");
    EXPECT_THAT(two.next_bodies(2), ElementsAre("2", "3"));
    EXPECT_EQ(subscriber("/topic/log/a", "x-history:0\n").next().command, "RECEIPT");
    EXPECT_THAT(subscriber("/topic/log/a", "x-history:99999999999999999999\n").next_bodies(3),
                ElementsAre("1", "2", "3"));
    for (const char* wrong : {"all", "-1", "1.5", ""}) {
        const StompFrame error = subscriber("/topic/log/a", std::string("x-history:") + wrong + "\n").next();
        EXPECT_EQ(error.command, "ERROR") << wrong;
        EXPECT_EQ(error.header("message"), "x-history is not a number");
    }
}

TEST_P(BrokerHistoryFlow, APublisherCannotMarkAMessageAsKept) {
    start();
    StompClient& there = subscriber("/topic/price/a");
    EXPECT_EQ(there.next().command, "RECEIPT");
    publish("/topic/price/a", "1", "x-history:true\n");
    EXPECT_EQ(there.next().header("x-history"), "(none)");
}

TEST_P(BrokerHistoryFlow, APublisherRemovesWhatIsKept) {
    start();
    publish("/topic/price/a", "1");
    publish("/topic/price/b", "2");
    publish("/topic/price/a", "", "x-history-clear:true\n");
    EXPECT_EQ(subscriber("/topic/price/a").next().command, "RECEIPT");
    EXPECT_EQ(subscriber("/topic/price/b").next().body, "2");
}

TEST_P(BrokerHistoryFlow, APatternGetsAllThatIsKept) {
    start();
    std::set<std::string> expected;
    for (int i = 0; i < 20; ++i) {
        publish("/topic/price/" + std::to_string(i), "old");
        publish("/topic/price/" + std::to_string(i), std::to_string(i));
        expected.insert(std::to_string(i));
    }
    StompClient& wild = subscriber("/topic/**");
    const auto got = wild.next_bodies(20);
    EXPECT_EQ(std::set<std::string>(got.begin(), got.end()), expected);
    EXPECT_EQ(wild.next().command, "RECEIPT");
}

/// What its window has room for comes before the receipt, so that nobody waits for the other one.
TEST_P(BrokerHistoryFlow, WhoAcknowledgesGetsAWindowThenTheReceiptThenTheRest) {
    start();
    for (const char* body : {"1", "2", "3"}) publish("/topic/log/a", body);
    StompClient& careful = subscriber("/topic/log/a", "ack:client\nprefetch-count:2\n");
    EXPECT_EQ(careful.next().body, "1");
    const StompFrame second = careful.next();
    EXPECT_EQ(second.body, "2");
    EXPECT_EQ(careful.next().command, "RECEIPT");
    EXPECT_FALSE(careful.peek());
    careful.say("ACK\nid:" + second.header("ack") + "\n\n^");
    const StompFrame third = careful.next();
    EXPECT_EQ(third.body, "3");
    EXPECT_EQ(third.header("x-history"), "true");
    careful.say("NACK\nid:" + third.header("ack") + "\n\n^");
    const StompFrame again = careful.next();
    EXPECT_EQ(again.header("redelivered"), "true");
    EXPECT_EQ(again.header("x-history"), "true");
    careful.say("ACK\nid:" + again.header("ack") + "\n\n^");
    publish("/topic/log/a", "4");
    EXPECT_EQ(careful.next().body, "4");
}

TEST_P(BrokerHistoryFlow, ASmallWindowGetsAllOfItAsItIsWrittenAndThenWhatIsLive) {
    start();
    for (int i = 0; i < 50; ++i) publish("/topic/log/a", std::to_string(i));
    StompClient& late = subscriber("/topic/log/a", "prefetch-count:3\n");
    for (int i = 50; i < 100; ++i) publish("/topic/log/a", std::to_string(i));
    for (int expected = 0, frames = 0; frames < 101; ++frames) {
        const StompFrame frame = late.next();
        if (frame.command == "RECEIPT") continue;
        ASSERT_EQ(frame.body, std::to_string(expected++));
    }
}

/// Some subscribe while others publish: what is given first and what is live is all there is, in order.
TEST_P(BrokerHistoryFlow, NothingIsMissedOrDoubledWhoeverSubscribesWhen) {
    start();
    StompClient& publisher = client();
    constexpr int count = 90;
    std::vector<StompClient*> subscribers;
    for (int i = 0; i < count; ++i) {
        publisher.send("/topic/log/a", std::to_string(i));
        if (i % 15 == 0) {
            subscribers.push_back(&client(stomp_transports[static_cast<std::size_t>(i / 15)]));
            subscribers.back()->say(std::string("SUBSCRIBE\nid:s\nx-history:100\ndestination:/topic/log/") +
                                    (i % 2 == 0 ? "a" : "*") + "\n\n^");
        }
    }
    for (StompClient* one : subscribers)
        for (int i = 0; i < count; ++i) ASSERT_EQ(one->next().body, std::to_string(i));
}

}  // namespace
}  // namespace stentor::test
