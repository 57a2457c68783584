#include "hostile_stomp.hpp"

namespace stentor::test {
namespace {

std::string subscribe_frame(const std::string& id, const std::string& destination,
                            const std::string& headers = {}) {
    return "SUBSCRIBE\nid:" + id + "\ndestination:" + destination + "\n" + headers + "\n^";
}

/// Subscribes with headers of its own, and waits for it.
void subscribe(StompClient& client, const std::string& destination, const std::string& headers) {
    client.say(subscribe_frame("1", destination, headers + "receipt:subscribed\n"));
    EXPECT_EQ(client.next().header("receipt-id"), "subscribed");
}

void publish(StompClient& client, const std::string& destination, int count) {
    for (int i = 0; i < count; ++i) client.send(destination, std::to_string(i));
    client.say("SEND\ndestination:/topic/nobody\nreceipt:published\n\n^");
    EXPECT_EQ(client.next().header("receipt-id"), "published");
}

TEST_F(HostileStomp, A01_FramesBeforeConnect) {
    for (const std::string_view text :
         {"SEND\ndestination:/topic/x\nreceipt:r\n\nhi^",
          "SUBSCRIBE\nid:1\ndestination:/topic/x\nreceipt:r\n\n^",
          "SEND\ndestination:/app/echo\nreceipt:r\n\nhi^", "BEGIN\ntransaction:t\nreceipt:r\n\n^",
          "ACK\nid:1\nreceipt:r\n\n^", "DISCONNECT\nreceipt:r\n\n^"})
        EXPECT_EQ(refused_at_first(text).header("receipt-id"), "r");
}

TEST_F(HostileStomp, A02_FramesBehindAConnectThatFails) {
    refused_at_first(
        "CONNECT\naccept-version:1.2\nlogin:bad\n\n^"
        "SEND\ndestination:/topic/x\n\nhi^"
        "CONNECT\naccept-version:1.2\n\n^SEND\ndestination:/topic/x\n\nhi^");
    refused_at_first("CONNECT\naccept-version:9\n\n^SEND\ndestination:/topic/x\n\nhi^");
}

TEST_F(HostileStomp, A03_ASecondConnect) {
    for (const std::string_view command : {"CONNECT", "STOMP"})
        refused(std::string(command) +
                "\naccept-version:1.2\nlogin:somebody else\n\n^"
                "SEND\ndestination:/topic/x\n\nhi^");
}

TEST_F(HostileStomp, A17_ASubscriptionFlood) {
    std::string flood;
    for (int i = 0; i < 1000; ++i) flood += subscribe_frame(std::to_string(i), "/topic/y");
    EXPECT_THAT(refused(flood).body, HasSubstr("128 subscriptions"));
    refused(subscribe_frame("1", "/topic/y") + subscribe_frame("1", "/topic/z"));
}

TEST_F(HostileStomp, A18_AWildcardExplosion) {
    std::string flood;
    for (int i = 0; i < 17; ++i) flood += subscribe_frame(std::to_string(i), "/topic/y/**");
    EXPECT_THAT(refused(flood).body, HasSubstr("wildcards"));
    // What would have to be tried in many ways is no pattern.
    for (const std::string pattern :
         {"/topic/**/y", "/topic/**/**", "/topic/*a*b", "/topic/{a", "/topic/{a}{b}"})
        refused(subscribe_frame("1", pattern));
    StompClient& client = connected();
    for (int i = 0; i < 16; ++i) client.subscribe(std::to_string(i), "/topic/*/*/*/*/*/*/*/*/*/*/*/*/*/y/**");
    for (int i = 0; i < 1000; ++i) client.send("/topic/a/a/a/a/a/a/a/a/a/a/a/a/a/a", "hi");
    works(client);
}

TEST_F(HostileStomp, A19_NamesWithoutEnd) {
    StompClient& client = connected();
    for (int i = 0; i < 2000; ++i) {
        const std::string n = std::to_string(i);
        client.say("SEND\ndestination:/topic/" + n + "\nheader-" + n + ":" + n + "\n\n^" +
                   subscribe_frame(n, "/topic/" + n) + subscribe_frame("q" + n, "/queue/" + n) +
                   "UNSUBSCRIBE\nid:" + n + "\n\n^UNSUBSCRIBE\nid:q" + n + "\n\n^");
    }
    works(client);
    stage.settle();
    EXPECT_EQ(stage.holdings().subscriptions, before.subscriptions);
    EXPECT_EQ(stage.holdings().encodings, before.encodings);
}

TEST_F(HostileStomp, A20_AConsumerThatNeverAcknowledges) {
    for (const std::string ack : {"client", "client-individual"}) {
        StompClient& bad = connected();
        subscribe(bad, "/queue/" + ack, "ack:" + ack + "\n");
        publish(connected(), "/queue/" + ack, 150);
        stage.settle();
        for (int i = 0; i < 100; ++i) EXPECT_EQ(bad.next().body, std::to_string(i));
        stage.settle();
        EXPECT_FALSE(bad.peek()) << "a window of 100 messages";
        bad.disconnect();
        StompClient& good = connected();
        good.subscribe("1", "/queue/" + ack);
        for (int i = 0; i < 150; ++i) {
            const StompFrame message = good.next();
            EXPECT_EQ(message.body, std::to_string(i));
            EXPECT_EQ(message.header("redelivered"), i < 100 ? "true" : "(none)");
        }
    }
}

TEST_F(HostileStomp, A20_AConsumerThatKeepsBytes) {
    StompClient& bad = connected();
    subscribe(bad, "/queue/bytes", "ack:client\n");
    const std::string body(60'000, 'x');
    StompClient& publisher = connected();
    for (int i = 0; i < 30; ++i) publisher.send("/queue/bytes", body);
    works(publisher);
    stage.settle();
    std::size_t bytes = 0;
    for (; bad.peek(); bytes += bad.next().body.size()) {}
    EXPECT_GT(bytes, 900'000U);
    EXPECT_LT(bytes, std::size_t{1 << 20} + 2 * body.size()) << "a window of 1 MiB";
    StompClient& good = connected();
    good.subscribe("1", "/queue/bytes");
    bad.disconnect();
    EXPECT_EQ(good.next_bodies(30).size(), 30U);
}

TEST_F(HostileStomp, A21_AcknowledgementsOfWhatIsNotTheirs) {
    refused("ACK\nid:1\nreceipt:r\n\n^");
    refused("NACK\nid:somebody-elses\nreceipt:r\n\n^");
    StompClient& owner = connected();
    subscribe(owner, "/queue/own", "ack:client-individual\n");
    publish(connected(), "/queue/own", 1);
    const StompFrame message = owner.next();
    refused("ACK\nid:" + message.header("ack") + "\n\n^");
    refused("ACK\nid:" + message.header("message-id") + "\n\n^");
    owner.say("ACK\nid:" + message.header("ack") + "\nreceipt:r\n\n^");
    EXPECT_EQ(owner.next().header("receipt-id"), "r");
    owner.say("ACK\nid:" + message.header("ack") + "\nreceipt:again\n\n^");
    EXPECT_EQ(failure(owner).header("receipt-id"), "again");
}

TEST_F(HostileStomp, A22_AMessageThatIsRejectedForEver) {
    StompClient& undertaker = connected();
    undertaker.subscribe("1", "/queue/dead-letters");
    StompClient& client = connected();
    subscribe(client, "/queue/poison", "ack:client-individual\n");
    client.send("/queue/poison", "poison", "kind:bad\n");
    int deliveries = 0;
    const auto reject = [&] {
        for (stage.settle(); client.peek() && deliveries < 100; stage.settle()) {
            ++deliveries;
            client.say("NACK\nid:" + client.next().header("ack") + "\n\n^");
        }
    };
    reject();
    EXPECT_LE(deliveries, 2) << "then it rests";
    for (int i = 0; i < 30; ++i) {
        pass(1s);
        reject();
    }
    EXPECT_EQ(deliveries, 20);
    const StompFrame dead = undertaker.next();
    EXPECT_EQ(dead.body, "poison");
    EXPECT_EQ(dead.header("kind"), "bad");
    EXPECT_EQ(dead.header("dead-letter-destination"), "/queue/poison");
}

}  // namespace
}  // namespace stentor::test
