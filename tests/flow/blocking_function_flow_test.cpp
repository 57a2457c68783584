// Functions that block, over sockets: over pipes workers run on the test's own thread.
#include "flow_test.hpp"

#include <future>
#include <optional>

namespace stentor::test {
namespace {

class BlockingFunctionFlow : public FlowTest {
protected:
    void SetUp() override {
        stage->config.workers = 2;
        app().add_stomp_endpoint("/ws");
        app()
            .message_mapping("/block",
                             [until = released](int n) {
                                 until.wait();
                                 return n;
                             })
            .send_to_user("/queue/done")
            .on_workers();
        app().message_mapping("/echo", [](const std::string& text) { return text; }).send_to("/topic/echo");
        stage->start();
    }
    void TearDown() override { release_all(); }
    void release_all() {
        if (release) release->set_value();
        release.reset();
    }

    std::optional<std::promise<void>> release{std::in_place};
    std::shared_future<void> released = release->get_future().share();
};
INSTANTIATE_TEST_SUITE_P(On, BlockingFunctionFlow, testing::Values(1U, 2U), shards_of);

TEST_P(BlockingFunctionFlow, A42_OthersGoOnWhileAFunctionBlocks) {
    constexpr int calls = 5;
    StompClient& honest = client();
    honest.subscribe("echo", "/topic/echo");
    for (int i = 0; i < 4; ++i) {  // more than there are workers
        StompClient& bad = client(i % 2 == 0 ? Transport::tcp : Transport::websocket);
        bad.subscribe("own", "/user/queue/done");
        bad.subscribe("echo", "/topic/echo");
        for (int n = 0; n < calls; ++n) bad.send("/app/block", std::to_string(n));
    }
    honest.send("/app/echo", "still here");
    EXPECT_THAT(honest.next_bodies(1), ElementsAre("still here"));
    for (std::size_t i = 1; i < clients.size(); ++i)
        EXPECT_THAT(clients[i]->next_bodies(1), ElementsAre("still here")) << "as do their own sessions";

    release_all();
    for (std::size_t i = 1; i < clients.size(); ++i)
        EXPECT_THAT(clients[i]->next_bodies(calls), ElementsAre("0", "1", "2", "3", "4"));
}

TEST_P(BlockingFunctionFlow, A42_CallsOfASessionThatWaitAreBounded) {
    StompClient& bad = client();
    bad.subscribe("errors", "/user/queue/errors");
    for (int n = 0; n < 1'001; ++n) bad.send("/app/block", std::to_string(n));
    EXPECT_EQ(bad.next().header("code"), "unavailable");
    StompClient& honest = client();
    honest.subscribe("echo", "/topic/echo");
    honest.send("/app/echo", "still here");
    EXPECT_THAT(honest.next_bodies(1), ElementsAre("still here"));
}

TEST_P(BlockingFunctionFlow, A42_WhoLeavesWhileItBlocksIsForgotten) {
    StompClient& bad = client();
    bad.send("/app/block", "1");
    lose(bad);
    release_all();
    StompClient& honest = client();
    honest.subscribe("own", "/user/queue/done");
    honest.send("/app/block", "2");
    EXPECT_THAT(honest.next_bodies(1), ElementsAre("2"));
}

}  // namespace
}  // namespace stentor::test
