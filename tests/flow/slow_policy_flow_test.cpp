// What subscribers get that do not keep up, over every transport and with clients that stall.
#include "flow_test.hpp"
#include "support/pipe_stage.hpp"

#include <map>
#include <string>
#include <vector>

namespace stentor::test {
namespace {

class SlowPolicyFlow : public FlowTest {
protected:
    static constexpr unsigned long kept = 10;

    SlowPolicyFlow() {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().set_slow_consumer_policy({"/topic/news/**", "drop_oldest", "", kept});
        app().set_slow_consumer_policy({"/topic/prices/**", "conflate", "symbol"});
        stage->config.send.buffer_limit = 8'000;
        stage->config.sockjs.buffer_limit = 8'000;
        stage->config.sockjs.max_buffered = 20;
    }
    PipeStage& pipes() { return dynamic_cast<PipeStage&>(*stage); }
    void start() {
        stage->start();
        publisher = &client();
    }
    void publish(const std::string& destination, unsigned long first, unsigned long last,
                 const std::string& headers = {}) {
        for (unsigned long n = first; n <= last; ++n)
            publisher->send(destination, std::to_string(n),
                            headers + "padding:" + std::string(200, 'x') + "\n");
        arrive();
    }
    /// What was sent so far is where it goes.
    void arrive() {
        publisher->send("/topic/none", "", "receipt:r\n");
        ASSERT_EQ(publisher->next().header("receipt-id"), "r");
        pipes().settle();
    }
    void stall(StompClient& one, bool on) {
        one.carrier().stall(on);
        pipes().settle();
    }
    struct Seen {
        unsigned long delivered = 0;
        unsigned long skipped = 0;
        unsigned long conflated = 0;
        std::vector<unsigned long> numbers;
        std::map<std::string, unsigned long> newest;  ///< by symbol
    };
    /// Up to the message of that number, in order.
    static Seen read_to(StompClient& one, unsigned long number) {
        Seen seen;
        const auto count = [](const StompFrame& frame, const char* name) {
            const std::string value = frame.header(name);
            return value == "(none)" ? 0UL : std::stoul(value);
        };
        while (seen.numbers.empty() || seen.numbers.back() != number) {
            const StompFrame frame = one.next();
            if (frame.command != "MESSAGE") {
                ADD_FAILURE() << "not a MESSAGE but " << frame.command;
                break;
            }
            const unsigned long n = std::stoul(frame.body);
            EXPECT_TRUE(seen.numbers.empty() || n > seen.numbers.back());
            seen.numbers.push_back(n);
            ++seen.delivered;
            seen.skipped += count(frame, "x-skipped");
            seen.conflated += count(frame, "x-conflated");
            seen.newest[frame.header("symbol")] = n;
        }
        return seen;
    }

    StompClient* publisher = nullptr;
};
INSTANTIATE_TEST_SUITE_P(On, SlowPolicyFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(SlowPolicyFlow, WhoStallsGetsTheNewestAndLearnsHowManyItMissed) {
    start();
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& slow = client(transport);
        slow.subscribe("1", "/topic/news/x");
        stall(slow, true);
        publish("/topic/news/x", 1, 300);
        stall(slow, false);
        const Seen seen = read_to(slow, 300);
        EXPECT_GT(seen.skipped, 100U);
        EXPECT_EQ(seen.skipped + seen.delivered, 300U);
        publish("/topic/news/x", 301, 310);
        const Seen after = read_to(slow, 310);
        EXPECT_EQ(after.delivered, 10U) << "it keeps up again";
        lose(slow);
    }
}

TEST_P(SlowPolicyFlow, WhoStallsGetsTheNewestOfEachKey) {
    start();
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& slow = client(transport);
        slow.subscribe("1", "/topic/prices/*");
        stall(slow, true);
        for (unsigned long n = 0; n < 300; n += 3)
            for (unsigned long symbol = 1; symbol <= 3; ++symbol)
                publish("/topic/prices/x", n + symbol, n + symbol, "symbol:" + std::to_string(symbol) + "\n");
        stall(slow, false);
        const Seen seen = read_to(slow, 300);
        EXPECT_EQ(seen.newest.at("1"), 298U);
        EXPECT_EQ(seen.newest.at("2"), 299U);
        EXPECT_EQ(seen.conflated + seen.delivered, 300U);
        EXPECT_EQ(seen.skipped, 0U);
        lose(slow);
    }
}

TEST_P(SlowPolicyFlow, OneThatStallsDelaysNoOther) {
    start();
    std::vector<StompClient*> others;
    for (const Transport transport : stomp_transports) {
        client(transport).subscribe("1", "/topic/news/x");
        stall(*clients.back(), true);
        others.push_back(&client(transport));
        others.back()->subscribe("1", "/topic/news/x");
    }
    for (unsigned long n = 1; n <= 100; ++n) {
        publish("/topic/news/x", n, n);
        for (StompClient* const other : others)
            EXPECT_THAT(other->next_bodies(1), ElementsAre(std::to_string(n)));
    }
    const broker::SlowConsumers counts = pipes().slow_consumers();
    EXPECT_GT(counts.skipped, 0U);
    EXPECT_EQ(counts.closed, 0U);
}

TEST_P(SlowPolicyFlow, WhoComesAndGoesBetweenSlowAndNotMissesNothingUntold) {
    start();
    StompClient& slow = client();
    slow.subscribe("1", "/topic/news/*");
    Seen sum;
    for (unsigned long round = 0; round < 20; ++round) {
        stall(slow, true);
        publish("/topic/news/x", round * 50 + 1, round * 50 + 50);
        stall(slow, false);
        const Seen seen = read_to(slow, round * 50 + 50);
        sum.delivered += seen.delivered;
        sum.skipped += seen.skipped;
    }
    EXPECT_EQ(sum.delivered + sum.skipped, 1'000U);
    EXPECT_EQ(app().inspector().snapshot().get().totals.slow_skipped, sum.skipped);
}

TEST_P(SlowPolicyFlow, AllSlowAtOnceAreKeptWithinTheirLimits) {
    start();
    for (int i = 0; i < 20; ++i) {
        client(stomp_transports[i % 6]).subscribe("1", "/topic/news/x");
        stall(*clients.back(), true);
    }
    publish("/topic/news/x", 1, 500);
    for (std::size_t i = 1; i < clients.size(); ++i) stall(*clients[i], false);
    for (std::size_t i = 1; i < clients.size(); ++i) {
        SCOPED_TRACE(name_of(stomp_transports[(i - 1) % 6]));
        const Seen seen = read_to(*clients[i], 500);
        EXPECT_EQ(seen.delivered + seen.skipped, 500U);
    }
}

TEST_P(SlowPolicyFlow, WhoDoesNotAcknowledgeMissesMessagesToo) {
    start();
    StompClient& slow = client();
    slow.say("SUBSCRIBE\nid:1\ndestination:/topic/news/x\nack:client\nprefetch-count:5\nreceipt:s\n\n^");
    ASSERT_EQ(slow.next().header("receipt-id"), "s");
    publish("/topic/news/x", 1, 100);
    for (unsigned long n = 1; n <= 4; ++n) EXPECT_EQ(slow.next().body, std::to_string(n));
    slow.say("ACK\nid:" + slow.next().header("ack") + "\n\n^");
    const StompFrame first = slow.next();
    EXPECT_EQ(first.body, "91");
    EXPECT_EQ(first.header("x-skipped"), "85");
    EXPECT_THAT(slow.next_bodies(4), ElementsAre("92", "93", "94", "95"));
}

TEST_P(SlowPolicyFlow, WhatIsKeptForThoseWhoComeLaterIsNotSkipped) {
    app().keep_history({.destination = "/topic/news/**", .messages = 5 * kept});
    start();
    publish("/topic/news/x", 1, 5 * kept);
    StompClient& late = client();
    late.say("SUBSCRIBE\nid:1\ndestination:/topic/news/x\n\n^");
    const Seen seen = read_to(late, 5 * kept);
    EXPECT_EQ(seen.delivered, 5 * kept);
    EXPECT_EQ(seen.skipped, 0U);
}

TEST_P(SlowPolicyFlow, CompressedMessagesTellOfTheGapToo) {
    stage->config.websocket.deflate.enabled = true;
    stage->config.websocket.deflate.min_size = 64;
    start();
    StompClient& slow = client();
    slow.subscribe("1", "/topic/news/x");
    stall(slow, true);
    publish("/topic/news/x", 1, 200);
    stall(slow, false);
    EXPECT_GT(read_to(slow, 200).skipped, 0U);
}

TEST_P(SlowPolicyFlow, WhoLeavesTakesWhatWasKeptWithIt) {
    start();
    StompClient& slow = client();
    slow.subscribe("1", "/topic/news/x");
    stall(slow, true);
    publish("/topic/news/x", 1, 200);
    slow.say("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    arrive();
    stall(slow, false);
    StompFrame last = slow.next();
    unsigned long delivered = 0;
    for (; last.command == "MESSAGE"; last = slow.next()) EXPECT_EQ(last.body, std::to_string(++delivered));
    EXPECT_EQ(last.header("receipt-id"), "u");
    EXPECT_LT(delivered, 100U) << "what was sent before it was slow";
    slow.disconnect();
}

}  // namespace
}  // namespace stentor::test
