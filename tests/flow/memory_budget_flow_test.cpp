// What is done as the memory budget fills up, over pipes: their clients take nothing for as long as it takes.
#include "flow_test.hpp"
#include "net/usable_memory.hpp"
#include "support/pipe_stage.hpp"
#include "testing/client_frames.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace stentor::test {
namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr std::size_t budget = 16 * mib;

class MemoryBudgetFlow : public FlowTest {
protected:
    MemoryBudgetFlow() {
        app().add_stomp_endpoint("/ws").with_sockjs();
        stage->config.memory.budget = budget;
        stage->config.sockjs.buffer_limit = 100 * mib;
        stage->config.sockjs.max_buffered = 100'000;
        stage->config.sockjs.heartbeat = stage->config.sockjs.disconnect_delay = std::chrono::hours(1);
        stage->config.websocket.ping_interval = std::chrono::hours(1);
        stage->config.stomp.heart_beat_send = stage->config.stomp.heart_beat_receive = 0ms;
    }
    PipeStage& pipes() { return dynamic_cast<PipeStage&>(*stage); }
    void pass(base::Duration time) { pipes().pass(time); }
    std::size_t used() { return pipes().memory_used(); }

    StompClient& stalled(const std::string& destination, Transport transport = Transport::tcp) {
        StompClient& made = client(transport);
        made.subscribe("1", destination);
        made.carrier().stall(true);
        pipes().settle();
        return made;
    }
    /// So much more waits for those who have subscribed, a MiB at a time.
    void fill(StompClient& by, const std::string& destination, std::size_t bytes) {
        const std::string body(50 * 1024, 'x');
        for (std::size_t sent = 0; sent < bytes; sent += body.size()) {
            by.send(destination, body);
            pass(600ms);  // longer than any pause
        }
    }
    bool is_served(Transport transport) {
        const auto stream = stage->connect(transport == Transport::tcp ? Speaks::stomp : Speaks::http);
        if (transport == Transport::xhr)
            stream->send(http_request("POST", "/ws/000/session-" + std::to_string(++sessions) + "/xhr"));
        else if (transport == Transport::websocket) stream->send(upgrade_request("/ws"));
        pipes().settle();
        stream->receive();
        if (transport == Transport::tcp) return !stream->ended();
        if (stream->input.find(" 503 ") != std::string::npos) return false;
        return stream->input.find("HTTP/1.1 ") == 0;
    }
    unsigned sessions = 1'000;
};
INSTANTIATE_TEST_SUITE_P(On, MemoryBudgetFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(MemoryBudgetFlow, AFloodIntoStalledSubscribersDoesNotPassItAndNobodyElseLosesAnything) {
    stage->start();
    for (const Transport transport : stomp_transports)
        for (int i = 0; i < 3; ++i) stalled("/topic/x", transport);
    StompClient& reads = client();
    reads.subscribe("1", "/topic/x");
    StompClient& publisher = client();
    const std::string padding(20'000, 'x');
    std::size_t most = 0;
    const int count = 150;  // 54 MB for those who stall
    for (int n = 0; n < count; ++n)
        publisher.send("/topic/x", std::to_string(n),
                       "padding:" + padding.substr(0, 8'000) + "\nmore:" + padding.substr(0, 8'000) + "\n");
    for (int step = 0; step < 2 * count; ++step) {
        pass(300ms);
        most = std::max(most, used());
    }
    EXPECT_LE(most, budget);
    EXPECT_GT(most, budget / 2);
    for (int n = 0; n < count; ++n) ASSERT_EQ(reads.next().body, std::to_string(n));
    EXPECT_GT(pipes().slow_consumers().closed, 0U);
    EXPECT_LT(pipes().slow_consumers().closed, 18U) << "no more than had to be";
}

TEST_P(MemoryBudgetFlow, PublishersWaitFirst) {
    stage->start();
    StompClient& slow = stalled("/topic/fill");
    StompClient& filler = client();
    StompClient& reads = client();
    reads.subscribe("1", "/topic/x");
    std::vector<StompClient*> publishers;
    for (const Transport transport : {Transport::tcp, Transport::websocket, Transport::sockjs_websocket})
        publishers.push_back(&client(transport));
    fill(filler, "/topic/fill", 12 * mib);  // 75 %
    pass(200ms);
    for (StompClient* const publisher : publishers) {
        for (int n = 0; n < 10; ++n) publisher->send("/topic/x", std::to_string(n));
        pipes().settle();
        int came = 0;
        while (reads.peek()) {
            EXPECT_EQ(reads.next().body, std::to_string(came));
            ++came;
        }
        EXPECT_EQ(came, 1) << "the rest waits";
        for (int pause = 0; pause < 10; ++pause) pass(100ms);
        for (int n = 1; n < 10; ++n) EXPECT_EQ(reads.next().body, std::to_string(n));
    }
    EXPECT_TRUE(is_served(Transport::websocket));
    EXPECT_EQ(pipes().slow_consumers().closed, 0U);

    slow.carrier().stall(false);
    pass(200ms);
    for (StompClient* const publisher : publishers) {
        for (int n = 0; n < 10; ++n) publisher->send("/topic/x", std::to_string(n));
        pipes().settle();
        for (int n = 0; n < 10; ++n) EXPECT_EQ(reads.next().body, std::to_string(n));
    }
}

TEST_P(MemoryBudgetFlow, APublisherOverHttpWaitsForItsAnswer) {
    stage->start();
    stalled("/topic/fill");
    StompClient& filler = client();
    const std::string session = "/ws/000/session-polls";
    const auto poll = stage->connect(Speaks::http);
    EXPECT_EQ(ask(*stage, *poll, http_request("POST", session + "/xhr")).body, "o\n");
    const auto sender = stage->connect(Speaks::http);
    const std::string connect = R"(["CONNECT\naccept-version:1.2\nhost:h\n\n\u0000"])";
    EXPECT_EQ(ask(*stage, *sender, http_request("POST", session + "/xhr_send", {}, connect)).status, 204);
    fill(filler, "/topic/fill", 12 * mib);
    const auto again = stage->connect(Speaks::http);
    again->send(http_request("POST", session + "/xhr"));  // keeps the session
    pass(100ms);
    const auto later = stage->connect(Speaks::http);
    later->send(
        http_request("POST", session + "/xhr_send", {}, R"(["SEND\ndestination:/topic/x\n\nm\u0000"])"));
    pipes().settle();
    later->receive();
    EXPECT_EQ(later->input, "");
    pass(1s);
    later->receive();
    EXPECT_THAT(later->input, StartsWith("HTTP/1.1 204 "));
}

TEST_P(MemoryBudgetFlow, NewSessionsAreRefusedNext) {
    stage->start();
    StompClient& slow = stalled("/topic/fill");
    StompClient& filler = client();
    for (const Transport transport : {Transport::tcp, Transport::websocket, Transport::xhr})
        EXPECT_TRUE(is_served(transport));
    fill(filler, "/topic/fill", 27 * mib / 2);  // 84 %
    pass(200ms);
    for (const Transport transport : {Transport::tcp, Transport::websocket, Transport::xhr})
        EXPECT_FALSE(is_served(transport));
    filler.send("/topic/none", "", "receipt:r\n");
    pass(1s);
    EXPECT_EQ(filler.next().header("receipt-id"), "r") << "who is there is served";
    slow.carrier().stall(false);
    pass(200ms);
    for (const Transport transport : {Transport::tcp, Transport::websocket, Transport::xhr})
        EXPECT_TRUE(is_served(transport));
    EXPECT_EQ(pipes().slow_consumers().closed, 0U);
}

TEST_P(MemoryBudgetFlow, TheSlowestIsClosedLastAndFirstOfAll) {
    int told = 0;
    app().on<SlowConsumerClosed>([&](const SlowConsumerClosed&) { ++told; });
    stage->start();
    StompClient& slower = stalled("/topic/a");
    StompClient& slowest = stalled("/topic/*", Transport::websocket);
    StompClient& publisher = client();
    fill(publisher, "/topic/a", 2 * mib);   // 2 and 2
    fill(publisher, "/topic/b", 11 * mib);  // 2 and 13
    pass(200ms);
    EXPECT_TRUE(slowest.ends());
    EXPECT_FALSE(slower.carrier().ended);
    EXPECT_LT(used(), budget / 2);
    const inspection::Totals totals = app().inspector().snapshot().get().totals;
    EXPECT_EQ(totals.slow_closed, 1U);
    EXPECT_EQ(totals.memory_budget, budget);
    EXPECT_EQ(totals.memory_used, used());
    EXPECT_EQ(told, 1);
    publisher.send("/topic/a", "last");
    pass(200ms);
    slower.carrier().stall(false);
    std::string last;
    while (last != "last") last = slower.next().body;
}

TEST_P(MemoryBudgetFlow, AQueueTakesNothingWhenAllIsUsedUp) {
    stage->start();
    StompClient& publisher = client();
    const std::string body(60 * 1024, 'x');
    std::size_t most = 0;
    for (int n = 0; n < 400 && !publisher.carrier().ended; ++n) {
        publisher.send("/queue/x", body, "receipt:" + std::to_string(n) + "\n");
        pass(600ms);
        most = std::max(most, used());
        static_cast<void>(publisher.peek());
    }
    std::string command;
    StompFrame frame = publisher.next();
    while (frame.command == "RECEIPT") frame = publisher.next();
    EXPECT_EQ(frame.command, "ERROR");
    EXPECT_EQ(frame.header("code"), "unavailable");
    EXPECT_THAT(frame.body, HasSubstr("no memory left"));
    EXPECT_LE(most, budget + 64 * 1024);
}

TEST_P(MemoryBudgetFlow, IdleClientsAloneMakeItRefuseMoreAndNobodyIsClosed) {
    stage->config.memory.per_connection = mib;
    stage->start();
    int served = 0;
    std::vector<std::unique_ptr<Stream>> streams;
    for (int i = 0; i < 40; ++i) {
        streams.push_back(stage->connect(Speaks::stomp));
        pipes().settle();
        streams.back()->receive();
        if (!streams.back()->ended()) ++served;
    }
    EXPECT_EQ(served, 13);  // 80 %
    for (int i = 0; i < served; ++i) EXPECT_FALSE(streams[static_cast<std::size_t>(i)]->ended());
    streams.clear();
    pass(200ms);
    EXPECT_TRUE(is_served(Transport::tcp));
}

/// Not of the fixture: what there is when nobody sets one.
TEST(MemoryBudget, IsHalfOfWhatTheProcessMayUseUnlessItIsSet) {
    PipeStage stage;
    stage.start();
    EXPECT_EQ(stage.app.inspector().snapshot().get().totals.memory_budget, net::usable_memory() / 2);
}

}  // namespace
}  // namespace stentor::test
