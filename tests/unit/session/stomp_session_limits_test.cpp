#include "stomp_bench.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

std::string subscribe(int id, const std::string& destination) {
    return "SUBSCRIBE\nid:" + std::to_string(id) + "\ndestination:" + destination + "\n\n^";
}

TEST(StompA17, The129thSubscriptionIsAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    for (int i = 0; i < 128; ++i) client.hear(subscribe(i, "/topic/" + std::to_string(i)));
    EXPECT_EQ(client.outcome(), "");
    client.hear(subscribe(128, "/topic/x"));
    EXPECT_EQ(client.outcome(), error_frame("too-large", "A session may have 128 subscriptions"));
    EXPECT_EQ(bench.broker.subscriptions(), 0u);
}

TEST(StompA18, The17thSubscriptionWithWildcardsIsAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    for (int i = 0; i < 16; ++i) client.hear(subscribe(i, "/topic/" + std::to_string(i) + "/*"));
    client.hear(subscribe(16, "/topic/exact"));
    EXPECT_EQ(client.outcome(), "");
    client.hear(subscribe(17, "/topic/**"));
    EXPECT_EQ(client.outcome(),
              error_frame("too-large", "A session may have 16 subscriptions with wildcards"));
}

TEST(StompA18, ABrokenPatternIsAnError) {
    EXPECT_NE(converse_in("1.2", "SUBSCRIBE\nid:1\ndestination:/topic/**/x\n\n^").find("ERROR\n"),
              std::string::npos);
}

TEST(StompA18, AQueueCannotBeSubscribedWithWildcards) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear(subscribe(1, "/queue/*"));
    EXPECT_EQ(client.outcome(), error_frame("unsupported", "A queue subscription cannot have wildcards"));
    EXPECT_EQ(bench.frames.size(), 0u);
}

TEST(StompF18, ADestinationOf256BytesIsAnError) {
    const auto outcome = [](std::size_t size) {
        StompBench bench;
        StompBench::Client& client = bench.connected();
        client.hear("SEND\ndestination:/topic/" + std::string(size - 7, 'x') + "\n\nhi^");
        return client.outcome();
    };
    EXPECT_EQ(outcome(255), "");
    EXPECT_TRUE(outcome(256).starts_with("ERROR\n"));
}

TEST(StompF24, AReceiptIdOf129BytesIsAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/topic/x\nreceipt:" + std::string(128, 'r') + "\n\n^");
    EXPECT_TRUE(client.outcome().starts_with("RECEIPT\n"));
    client.hear("SEND\ndestination:/topic/x\nreceipt:" + std::string(129, 'r') + "\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "A receipt id may have 128 bytes"));
}

TEST(StompA17, ASubscriptionIdOf129BytesIsAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SUBSCRIBE\nid:" + std::string(129, 'i') + "\ndestination:/topic/x\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "A subscription id may have 128 bytes"));
}

TEST(StompF24, ReceiptsThatCannotBeGivenYetAreLimited) {
    StompBench bench;
    bench.settings.max_receipts = 3;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/later\nreceipt:1\n\n^");
    for (int i = 2; i <= 3; ++i)
        client.hear("SEND\ndestination:/topic/x\nreceipt:" + std::to_string(i) + "\n\n^");
    EXPECT_EQ(client.outcome(), "");
    client.hear("SEND\ndestination:/topic/x\nreceipt:4\n\n^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "More than 3 receipts are owed", "4"));
    bench.run_workers();
    EXPECT_EQ(client.outcome(), "|closed 1002") << "a late answer finds the session ended";
}

TEST(StompF4, BeforeCONNECTIsAcceptedAFrameMayHave16KiB) {
    const auto outcome = [](std::size_t size) {
        const std::string begin = "CONNECT\naccept-version:1.2\n";
        std::string frame = begin;
        while (frame.size() + 2 < size)
            frame += "h:" + std::string(std::min<std::size_t>(5000, size - frame.size() - 2 - 3), 'x') + "\n";
        StompBench bench;
        StompBench::Client& client = bench.client();
        client.hear(frame + "\n^");
        return client.outcome();
    };
    EXPECT_TRUE(outcome(16 * 1024).starts_with("CONNECTED\n"));
    EXPECT_EQ(outcome(16 * 1024 + 1), error_frame("too-large", "the first frame is longer than 16384 bytes"));
}

TEST(StompF2, HeadersWithoutEndAreAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\n");
    for (int i = 0; i < 1000 && !client.outlet.closed; ++i) client.hear("a:1\n");
    EXPECT_TRUE(client.outcome().starts_with("ERROR\n"));
}

TEST(StompF1, ALineWithoutEndIsAnError) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear(std::string(33, 'A'));
    EXPECT_TRUE(client.outcome().starts_with("ERROR\n"));
}

TEST(StompF3, ABodyOverTheLimitIsAnErrorBeforeItIsRead) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/topic/x\nreceipt:r\ncontent-length:9999999999999\n\n");
    const std::string said = client.outcome();
    EXPECT_TRUE(said.starts_with("ERROR\n")) << said;
    EXPECT_NE(said.find("receipt-id:r\n"), std::string::npos) << said;
}

TEST(StompSession, SubscribersWithTheSameIdShareOneEncoding) {
    StompBench bench;
    for (int i = 0; i < 50; ++i) bench.connected().hear(subscribe(0, "/topic/x"));
    bench.publish("/topic/x", "hello");
    EXPECT_EQ(bench.frames.encoded(), 1u);
    for (const auto& client : bench.clients)
        EXPECT_EQ(client->outlet.frames.back(), bench.clients[0]->outlet.frames.back());
}

TEST(StompSession, NothingIsLeftOfAClosedSession) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear(subscribe(1, "/topic/x") + subscribe(2, "/queue/x") + subscribe(3, "/user/queue/x"));
    EXPECT_EQ(bench.broker.subscriptions(), 2u);
    client.session.closed({1006, ""});
    EXPECT_EQ(bench.broker.subscriptions(), 0u);
    EXPECT_EQ(bench.broker.queues(), 0u);
    EXPECT_EQ(bench.frames.size(), 0u);
    EXPECT_EQ(bench.hub().users().sessions(), 0u);
    EXPECT_EQ(bench.timers.size(), 0u);
}

TEST(StompSession, AnAnswerThatComesAfterTheEndIsDropped) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/later\nreceipt:1\n\nhi^");
    client.session.closed({1006, ""});
    bench.run_workers();
    EXPECT_EQ(client.outcome(), "");
}

TEST(StompSession, AnErrorWhileAMessageIsUnderWayToOthersReachesThemAll) {
    StompBench bench;
    StompBench::Client& a = bench.connected();
    StompBench::Client& b = bench.connected();
    a.hear(subscribe(1, "/topic/x"));
    b.hear(subscribe(1, "/topic/x"));
    a.hear("SEND\ndestination:/topic/x\n\n1^SEND\n\n^");
    EXPECT_NE(a.outcome().find("ERROR\n"), std::string::npos);
    bench.publish("/topic/x", "2");
    EXPECT_EQ(a.outcome(), "|closed 1002");
    const std::string got = b.outcome();
    EXPECT_NE(got.find("\n\n1^"), std::string::npos);
    EXPECT_NE(got.find("\n\n2^"), std::string::npos);
}

// The queue's home is another shard, so the subscription is still under way.
TEST(Stomp1_2_RECEIPT, OfASUBSCRIBEThatWasUndoneMeanwhileDoesNotHoldUpTheOthers) {
    StompBench bench;
    bench.shards = 64;
    StompBench::Client& client = bench.connected();
    std::string queue = "/queue/a";
    while (bench.mails.empty()) {
        client.hear("SUBSCRIBE\nid:" + queue + "\ndestination:" + queue + "\n\n^");
        queue += 'a';
    }
    queue.pop_back();
    client.hear("UNSUBSCRIBE\nid:" + queue + "\n\n^");
    client.said();
    client.hear("SUBSCRIBE\nid:x\ndestination:" + queue + "\nreceipt:1\n\n^");
    EXPECT_EQ(client.said(), "");
    client.hear("UNSUBSCRIBE\nid:x\nreceipt:2\n\n^DISCONNECT\nreceipt:3\n\n^");
    EXPECT_EQ(client.outcome(),
              "RECEIPT\nreceipt-id:1\n\n^RECEIPT\nreceipt-id:2\n\n^RECEIPT\nreceipt-id:3\n\n^|closed 1000");
}

}  // namespace
}  // namespace stentor::session
