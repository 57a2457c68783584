// A session that publishes while memory is short, and what sessions keep of frames that came in part.
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::HasSubstr;

class Short final : public base::MemoryWatch {
public:
    bool slows_publishers() override { return is_short; }
    [[nodiscard]] base::Duration pause() const override { return 500ms; }
    bool refuses_connections() override { return false; }
    bool is_short = true;
};

class StompMemory : public ::testing::Test {
protected:
    StompMemory() { bench.shard().memory = &memory; }
    static std::string send(int n) {
        return "SEND\ndestination:/topic/x\nreceipt:" + std::to_string(n) + "\n\nm^";
    }

    StompBench bench;
    Short memory;
};

TEST_F(StompMemory, APublisherRestsAfterEachMessage) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(send(1) + send(2) + send(3));
    for (int n = 1; n <= 3; ++n) {
        EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:" + std::to_string(n) + "\n\n^");
        EXPECT_TRUE(client.session.has_more());
        EXPECT_EQ(client.session.rest(), 500ms);
        client.session.go_on();
    }
    EXPECT_FALSE(client.session.has_more());
    EXPECT_EQ(client.session.rest(), 0ms);
}

TEST_F(StompMemory, WhoDoesNotPublishDoesNotRest) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^\n");
    EXPECT_FALSE(client.session.has_more());
}

TEST_F(StompMemory, NobodyRestsWhileThereIsEnough) {
    memory.is_short = false;
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(send(1) + send(2));
    EXPECT_FALSE(client.session.has_more());
}

TEST_F(StompMemory, WhoRestsIsAlive) {
    StompBench::Client& client = bench.client();
    client.hear("CONNECT\naccept-version:1.2\nheart-beat:1000,0\n\n^");
    std::string all;
    for (int n = 0; n < 60; ++n) all += send(n);
    client.hear_in_one_turn(all);
    for (int n = 0; n < 59; ++n) {
        ASSERT_TRUE(client.session.has_more());
        bench.advance(500ms);
        client.session.go_on();
    }
    EXPECT_EQ(client.outlet.closed, std::nullopt) << client.said();
}

TEST_F(StompMemory, WhoIsClosedWhileItRestsHasNoMore) {
    StompBench::Client& client = bench.connected();
    client.hear_in_one_turn(send(1) + send(2) + "DISCONNECT\n\n^");
    client.session.closed({1006, "gone"});
    EXPECT_FALSE(client.session.has_more());
    client.session.go_on();
}

TEST_F(StompMemory, FramesInPartAreCounted) {
    const std::size_t before = bench.shard().input_bytes;
    StompBench::Client& client = bench.connected();
    EXPECT_EQ(bench.shard().input_bytes, before);
    client.hear_in_one_turn("SEND\ndestination:/topic/x\n\n" + std::string(50'000, 'x'));
    EXPECT_GE(bench.shard().input_bytes, before + 50'000);
    client.hear("^");
    EXPECT_EQ(bench.shard().input_bytes, before);
    client.hear_in_one_turn("SEND\ndestination:/topic/x\n\n" + std::string(50'000, 'x'));
    bench.clients.clear();
    EXPECT_EQ(bench.shard().input_bytes, before);
}

}  // namespace
}  // namespace stentor::session
