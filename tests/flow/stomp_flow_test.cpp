#include "flow_test.hpp"
#include "stentor/coroutine.hpp"

#include <algorithm>
#include <map>

namespace stentor::test {
namespace {

struct HelloMessage {
    std::string name;
};
struct Greeting {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))

awaitable<Greeting> greet(HelloMessage hello) {
    co_await sleep_for(1ms);
    co_return Greeting{"Hello, " + html_escape(hello.name) + "!"};
}

class StompFlow : public FlowTest {
protected:
    void SetUp() override {
        app().enable_simple_broker({"/queue", "/topic"});
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().message_mapping("/hello", greet).send_to("/topic/greeting");
        stage->start();
    }
};
INSTANTIATE_TEST_SUITE_P(On, StompFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(StompFlow, TheGreetingProgramAnswersOverEveryTransport) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& alice = client(transport);
        alice.subscribe("sub-0", "/topic/greeting");
        alice.send("/app/hello", R"({"name":"<World>"})");
        const StompFrame message = alice.next();
        EXPECT_EQ(message.command, "MESSAGE");
        EXPECT_EQ(message.header("destination"), "/topic/greeting");
        EXPECT_EQ(message.header("subscription"), "sub-0");
        EXPECT_EQ(message.header("content-type"), "application/json");
        EXPECT_EQ(message.body, R"({"content":"Hello, &lt;World&gt;!"})");
        alice.disconnect();
    }
}

TEST_P(StompFlow, OneGreetingReachesClientsOfEveryTransport) {
    for (const Transport transport : stomp_transports)
        client(transport).subscribe("sub-0", "/topic/greeting");
    clients[0]->send("/app/hello", R"({"name":"all"})");
    for (auto& own : clients) EXPECT_THAT(own->next_bodies(1), ElementsAre(R"({"content":"Hello, all!"})"));
}

/// What one client sends in one turn reaches another in the order sent, whichever topics it goes to.
TEST_P(StompFlow, ManyMessagesOfOneTurnKeepTheirOrderAcrossTopics) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& listening = client(transport);
        listening.subscribe("sub-0", "/topic/order/*");
        StompClient& sending = client(Transport::websocket);
        std::vector<std::string> expected;
        for (int i = 0; i < 200; ++i) {
            expected.push_back(std::to_string(i));
            sending.send("/topic/order/" + std::to_string(i / 3 % 4), expected.back());
        }
        EXPECT_EQ(listening.next_bodies(expected.size()), expected);
    }
}

/// What waits for the end of the turn goes before what comes later in it.
TEST_P(StompFlow, AMessageComesBeforeTheReceiptOfItsOwnSend) {
    StompClient& alice = client(Transport::websocket);
    alice.subscribe("sub-0", "/topic/own");
    alice.send("/topic/own", "mine", "receipt:r\n");
    EXPECT_EQ(alice.next().command, "MESSAGE");
    EXPECT_EQ(alice.next().command, "RECEIPT");
}

TEST_P(StompFlow, TheSubprotocolIsTheHighestThatIsOffered) {
    const HttpAnswer answer =
        ask_once(upgrade_request("/ws", "Sec-WebSocket-Protocol: v10.stomp, v12.stomp, mqtt\r\n"));
    EXPECT_EQ(answer.status, 101);
    EXPECT_THAT(answer.head, HasSubstr("Sec-WebSocket-Protocol: v12.stomp\r\n"));
}

TEST_P(StompFlow, ATopicReachesEachSubscriberOnceAndInOrderOfEachPublisher) {
    constexpr std::size_t publishers = 3;
    constexpr int each = 50;
    for (std::size_t i = 0; i < 6; ++i)
        client(stomp_transports[i % std::size(stomp_transports)]).subscribe("sub-0", "/topic/news");
    for (std::size_t p = 0; p < publishers; ++p) client();
    for (int n = 0; n < each; ++n)
        for (std::size_t p = 0; p < publishers; ++p)
            clients[6 + p]->send("/topic/news", std::to_string(p) + ":" + std::to_string(n));
    for (std::size_t i = 0; i < 6; ++i) {
        std::map<char, int> expected;
        for (const std::string& body : clients[i]->next_bodies(publishers * each))
            EXPECT_EQ(body.substr(2), std::to_string(expected[body[0]]++)) << "from publisher " << body[0];
        for (const auto& [publisher, count] : expected) EXPECT_EQ(count, each) << publisher;
    }
    // Behind all of them: whoever had a message twice would find it here.
    clients[6]->send("/topic/news", "end");
    for (std::size_t i = 0; i < 6; ++i) EXPECT_THAT(clients[i]->next_bodies(1), ElementsAre("end"));
}

TEST_P(StompFlow, AQueueReachesExactlyOneSubscriber) {
    for (int i = 0; i < 4; ++i) client().subscribe("q", "/queue/work");
    StompClient& publisher = client();
    publisher.subscribe("d", "/topic/done");
    std::vector<std::string> sent;
    for (int n = 0; n < 40; ++n) {
        sent.push_back(std::to_string(1000 + n));
        publisher.send("/queue/work", sent.back(), "receipt:" + sent.back() + "\n");
    }
    for (int n = 0; n < 40; ++n) EXPECT_EQ(publisher.next().command, "RECEIPT");
    std::vector<std::string> got;
    ASSERT_TRUE(until([&] {
        for (int i = 0; i < 4; ++i)
            while (clients[i]->peek()) got.push_back(clients[i]->next().body);
        return got.size() >= sent.size();
    }));
    std::ranges::sort(got);
    EXPECT_EQ(got, sent);
    // Every consumer is asked once more: a message too many would come before its receipt.
    for (int i = 0; i < 4; ++i) {
        clients[i]->say("UNSUBSCRIBE\nid:q\nreceipt:u\n\n^");
        EXPECT_EQ(clients[i]->next().header("receipt-id"), "u");
    }
}

TEST_P(StompFlow, AQueueKeepsWhatComesBeforeItsFirstSubscriber) {
    StompClient& publisher = client();
    for (int n = 0; n < 5; ++n)
        publisher.send("/queue/early", std::to_string(n), "receipt:" + std::to_string(n) + "\n");
    for (int n = 0; n < 5; ++n) EXPECT_EQ(publisher.next().header("receipt-id"), std::to_string(n));
    StompClient& consumer = client();
    consumer.say("SUBSCRIBE\nid:q\ndestination:/queue/early\n\n^");
    EXPECT_THAT(consumer.next_bodies(5), ElementsAre("0", "1", "2", "3", "4"));
}

TEST_P(StompFlow, NothingComesAfterTheReceiptOfAnUNSUBSCRIBE) {
    StompClient& alice = client();
    StompClient& bob = client();
    alice.subscribe("1", "/topic/x");
    bob.subscribe("1", "/topic/x");
    alice.say("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    EXPECT_EQ(alice.next().header("receipt-id"), "u");
    bob.send("/topic/x", "for bob");
    EXPECT_THAT(bob.next_bodies(1), ElementsAre("for bob"));
    alice.say("SUBSCRIBE\nid:2\ndestination:/topic/y\nreceipt:s\n\n^");
    EXPECT_EQ(alice.next().header("receipt-id"), "s");
}

TEST_P(StompFlow, AMessageIsEncodedOnceForAllWhoSubscribedAlike) {
    for (int i = 0; i < 40; ++i) client().subscribe("sub-0", "/topic/x");
    const std::uint64_t before = stage->encoded();
    clients[0]->send("/topic/x", "hello");
    for (auto& own : clients) EXPECT_THAT(own->next_bodies(1), ElementsAre("hello"));
    EXPECT_EQ(stage->encoded() - before, GetParam()) << "once a shard";
}

TEST_P(StompFlow, ASubscriptionOfASessionThatIsGoneIsGone) {
    client().subscribe("1", "/topic/x");
    client().subscribe("1", "/topic/x");
    clients[0].reset();
    clients[1]->send("/topic/x", "a");
    clients[1]->send("/topic/x", "b");
    EXPECT_THAT(clients[1]->next_bodies(2), ElementsAre("a", "b"));
}

TEST_P(StompFlow, BinaryBodiesArriveAsTheyAre) {
    StompClient& alice = client(Transport::tcp);
    StompClient& bob = client(Transport::websocket);
    bob.subscribe("1", "/topic/x");
    const std::string bytes("\xff\0\n\xfe", 4);
    alice.send("/topic/x", bytes, "content-length:4\n");
    EXPECT_THAT(bob.next_bodies(1), ElementsAre(bytes));
}

TEST_P(StompFlow, TheMessengerSendsFromAnyThread) {
    client().subscribe("1", "/topic/x");
    Stage::on_another_thread([&] {
        for (int n = 0; n < 10; ++n) app().messenger().send("/topic/x", std::to_string(n));
    });
    EXPECT_THAT(clients[0]->next_bodies(10), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

TEST_P(StompFlow, TheEndOfTheApplicationIsTold) {
    StompClient& websocket = client(Transport::websocket);
    StompClient& sockjs = client(Transport::sockjs_websocket);
    StompClient& stream = client(Transport::xhr_streaming);
    StompClient& poll = client(Transport::xhr);
    StompClient& tcp = client(Transport::tcp);
    stage->stop([&] {
        for (StompClient* own : {&websocket, &sockjs, &stream, &poll, &tcp}) own->carrier().update();
    });
    EXPECT_EQ(websocket.carrier().close_code, 1001);
    EXPECT_EQ(sockjs.carrier().close_code, 1001);
    EXPECT_EQ(stream.carrier().close_code, 3000);
    EXPECT_EQ(poll.carrier().close_code, 3000);
    EXPECT_TRUE(tcp.carrier().ended);
}

}  // namespace
}  // namespace stentor::test
