#include "stentor/stentor.hpp"

#include "support/stage.hpp"
#include "testing/stomp_client.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <future>
#include <system_error>
#include <thread>

namespace stentor::test {
namespace {

using namespace std::chrono_literals;

TEST(Server, PortZeroIsChosenByTheSystemAndTold) {
    App app;
    Listening told;
    app.on_listening([&](const Listening& listening) { told = listening; });
    app.start({.port = 0, .stomp_port = 0, .shards = 1});
    EXPECT_EQ(told.address, "127.0.0.1");
    EXPECT_NE(told.port, 0);
    EXPECT_NE(told.stomp_port.value_or(0), 0);
}

TEST(Server, APortInUseIsAnErrorAtStartUp) {
    App first;
    Listening told;
    first.on_listening([&](const Listening& listening) { told = listening; });
    first.start({.port = 0, .shards = 1});
    App second;
    EXPECT_THROW(second.start({.port = told.port, .shards = 1}), std::system_error);
    App third;
    EXPECT_EQ(third.run({.port = told.port, .shards = 1}), 1);
}

TEST(Server, AWrongAddressIsAnErrorAtStartUp) {
    App app;
    Config config{.address = "no such address", .port = 0, .shards = 1};
    config.security.anonymous = true;
    EXPECT_THROW(app.start(config), std::system_error);
}

TEST(Server, AWrongConfigurationEndsRunWith2) {
    App app;
    app.enable_simple_broker({"topic"});
    EXPECT_EQ(app.run({.port = 0, .shards = 1}), 2);
}

TEST(Server, RunEndsWith0WhenItIsStopped) {
    App app;
    std::promise<void> listening;
    app.on_listening([&](const Listening&) { listening.set_value(); });
    std::atomic<int> exit_code = -1;
    std::thread runner([&] { exit_code = app.run({.port = 0, .shards = 2}); });
    listening.get_future().wait();
    app.stop();
    runner.join();
    EXPECT_EQ(exit_code, 0);
}

TEST(Server, RunEndsThoughItIsStoppedWhileItTellsThatItListens) {
    App app;
    app.on_listening([&](const Listening&) { app.stop(); });
    EXPECT_EQ(app.run({.port = 0, .shards = 1}), 0);
}

TEST(Server, WhatOnListeningThrowsEndsRunAndTheServer) {
    App app;
    Listening told;
    app.on_listening([&](const Listening& listening) {
        told = listening;
        throw std::runtime_error("oops");
    });
    EXPECT_EQ(app.run({.port = 0, .shards = 1}), 1);
    App next;
    EXPECT_NO_THROW(next.start({.port = told.port, .shards = 1})) << "the port is free again";
}

TEST(Server, StartingTwiceIsAMistake) {
    App app;
    app.start({.port = 0, .shards = 1});
    EXPECT_THROW(app.start({.port = 0, .shards = 1}), ConfigError);
}

TEST(Server, ItMayBeStartedAgainAfterStop) {
    App app;
    for (int i = 0; i < 3; ++i) {
        app.start({.port = 0, .shards = 2});
        app.stop();
    }
    app.stop();
}

class StopsTheApplication final : public TextWebSocketHandler {
public:
    explicit StopsTheApplication(App& app) : app_(app) {}
    void handle_text_message(WebSocketSession, std::string_view) override { app_.stop(); }

private:
    App& app_;
};

TEST(Server, AHandlerThatWouldWaitForItselfIsToldSo) {
    const auto stage = make_stage();
    stage->config.shards = 2;
    stage->app.add_handler("/ws", std::make_shared<StopsTheApplication>(stage->app));
    stage->start();
    const auto carrier = open_carrier(*stage, Transport::websocket, "/ws");
    carrier->send("stop");
    EXPECT_TRUE(stage->until([&] {
        carrier->update();
        return carrier->close_code.has_value();
    }));
    EXPECT_EQ(carrier->close_code, 1011U);
}

TEST(Server, TheMessengerDropsWhatNobodyRunsFor) {
    App app;
    app.messenger().send("/topic/x", "before");
    app.messenger().send_to_user("alice", "/queue/x", "before");
    app.start({.port = 0, .shards = 2});
    app.messenger().send("/topic/x", "while");
    app.stop();
    app.messenger().send("/topic/x", "after");
}

TEST(Server, ManyThreadsMaySendWhileItStops) {
    App app;
    app.start({.port = 0, .shards = 2});
    std::atomic<bool> over = false;
    std::vector<std::thread> senders;
    for (int i = 0; i < 3; ++i)
        senders.emplace_back([&] {
            while (!over) app.messenger().send("/topic/x", "hi");
        });
    app.stop();
    over = true;
    for (std::thread& sender : senders) sender.join();
}

/// T4
TEST(Server, OverTheLimitNewcomersGetA503AndAreCounted) {
    const auto stage = make_stage();
    stage->config.connections.per_address = 2;
    stage->config.connections.count_loopback = true;
    stage->config.shards = 2;
    stage->app.add_stomp_endpoint("/ws").with_sockjs();
    stage->start();
    auto first = std::make_unique<StompClient>(*stage, Transport::websocket);
    EXPECT_EQ(first->connect().command, "CONNECTED");
    StompClient second(*stage, Transport::tcp);
    EXPECT_EQ(second.connect().command, "CONNECTED");
    const auto refused = [&](Speaks speaks) {
        const auto stream = stage->connect(speaks);
        EXPECT_TRUE(stage->until([&] {
            stream->receive();
            return stream->ended();
        }));
        return stream->input;
    };
    EXPECT_THAT(refused(Speaks::http), testing::AllOf(testing::StartsWith("HTTP/1.1 503 "),
                                                      testing::HasSubstr("\r\nRetry-After: 5\r\n")));
    EXPECT_EQ(refused(Speaks::stomp), "");
    EXPECT_EQ(stage->app.inspector().snapshot().get().totals.refused_too_many_of_address, 2U);
    first.reset();
    EXPECT_TRUE(
        stage->until([&] { return stage->app.inspector().snapshot().get().totals.connections == 1; }));
    EXPECT_EQ(StompClient(*stage, Transport::websocket).connect().command, "CONNECTED");
}

/// Sessions that do not answer the close are given up with the shutdown timeout.
TEST(Server, StopsInTimeThoughClientsDoNotAnswer) {
    const auto stage = make_stage();
    stage->config.shards = 4;
    stage->config.shutdown_timeout = 50ms;
    stage->app.add_stomp_endpoint("/ws").with_sockjs();
    stage->start();
    std::vector<std::unique_ptr<StompClient>> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(std::make_unique<StompClient>(*stage, Transport::websocket));
        EXPECT_EQ(clients.back()->connect().command, "CONNECTED");
        for (int queue = 0; queue < 8; ++queue)
            clients.back()->subscribe(std::to_string(queue), "/queue/" + std::to_string(queue));
    }
    const auto begin = std::chrono::steady_clock::now();
    stage->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

TEST(Server, StopsAtOnceThoughPollsAreOpen) {
    const auto stage = make_stage();
    stage->config.shards = 2;
    stage->app.add_stomp_endpoint("/ws").with_sockjs();
    stage->start();
    std::vector<std::unique_ptr<StompClient>> clients;
    for (const Transport transport : {Transport::xhr, Transport::xhr_streaming, Transport::xhr}) {
        clients.push_back(std::make_unique<StompClient>(*stage, transport));
        EXPECT_EQ(clients.back()->connect().command, "CONNECTED");
        clients.back()->subscribe("1", "/topic/x");
    }
    const auto begin = std::chrono::steady_clock::now();
    stage->stop([&] {
        for (auto& client : clients) client->carrier().update();
    });
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

}  // namespace
}  // namespace stentor::test
