#include "flow_test.hpp"
#include "stentor/coroutine.hpp"

#include <algorithm>

namespace stentor::test {
namespace {

using inspection::Query;
using inspection::Snapshot;

class InspectionFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().add_handler("/raw", std::make_shared<WebSocketHandler>()).with_sockjs();
        app().set_authenticator(std::make_shared<UserList>(UserList{{"alice", "a"}}));
        app()
            .message_mapping("/admin",
                             [this]() -> awaitable<Snapshot> {
                                 co_return co_await wait_for(app().inspector().snapshot());
                             })
            .send_to_user("/queue/admin");
        stage->config.security.anonymous = true;
        stage->start();
    }
    Snapshot look(Query query = {}) { return app().inspector().snapshot(std::move(query)).get(); }
    StompClient& alice(Transport transport = Transport::websocket) {
        StompClient& made = *clients.emplace_back(std::make_unique<StompClient>(*stage, transport));
        made.say("CONNECT\naccept-version:1.2\nlogin:alice\npasscode:a\nhost:x\n\n^");
        EXPECT_EQ(made.next().command, "CONNECTED");
        return made;
    }
    /// It has happened when this returns.
    static void publish(StompClient& from, const std::string& destination) {
        from.send(destination, "x", "receipt:published\n");
        EXPECT_EQ(from.next().header("receipt-id"), "published");
    }
};
INSTANTIATE_TEST_SUITE_P(On, InspectionFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(InspectionFlow, SessionsOfEveryTransportAreListed) {
    for (const Transport transport : stomp_transports) alice(transport).subscribe("s", "/topic/x");
    const auto raw = open_carrier(*stage, Transport::websocket, "/raw");
    const Snapshot now = look();
    EXPECT_EQ(now.totals.sessions, 6U);
    EXPECT_EQ(now.totals.handler_sessions, 1U);
    EXPECT_EQ(now.totals.subscriptions, 6U);
    EXPECT_GE(now.totals.connections, 7U);
    ASSERT_EQ(now.sessions.size(), 7U);
    EXPECT_TRUE(std::ranges::is_sorted(now.sessions, {}, &inspection::Session::id));
    std::vector<std::string> transports;
    for (const inspection::Session& session : now.sessions) {
        EXPECT_TRUE(session.remote_address.starts_with("127.0.0.1")) << session.remote_address;
        EXPECT_LT(session.shard, GetParam());
        if (session.protocol == "handler") {
            EXPECT_EQ(session.user, "");
            EXPECT_EQ(session.transport, "websocket");
            continue;
        }
        transports.push_back(session.transport);
        EXPECT_EQ(session.protocol, "stomp");
        EXPECT_EQ(session.user, "alice");
        EXPECT_EQ(session.subscription_count, 1U);
        EXPECT_EQ(json::to_json(session.subscriptions), R"([{"id":"s","destination":"/topic/x"}])");
    }
    EXPECT_THAT(transports, testing::UnorderedElementsAre("tcp", "websocket", "websocket", "sockjs-websocket",
                                                          "xhr_streaming", "xhr"));
}

TEST_P(InspectionFlow, SessionsComeInPages) {
    for (int i = 0; i < 5; ++i) alice();
    std::vector<std::string> ids;
    for (Query query{.sessions = {.limit = 2}};; query.sessions.after = ids.back()) {
        const Snapshot page = look(query);
        EXPECT_EQ(page.totals.sessions, 5U);
        for (const inspection::Session& session : page.sessions) ids.push_back(session.id);
        if (page.sessions.size() < 2) break;
    }
    EXPECT_EQ(ids.size(), 5U);
    EXPECT_TRUE(std::ranges::is_sorted(ids));
}

TEST_P(InspectionFlow, DestinationsCountWhatTheyGetAndGive) {
    for (int i = 0; i < 3; ++i) alice().subscribe("s", "/topic/x");
    alice().subscribe("p", "/topic/*");
    StompClient& publisher = alice();
    for (int i = 0; i < 5; ++i) publish(publisher, "/topic/x");
    publish(publisher, "/topic/y");
    publish(publisher, "/queue/nobody");
    for (int i = 0; i < 3; ++i) clients[i]->next_bodies(5);
    clients[3]->next_bodies(6);
    const Snapshot now = look();
    EXPECT_EQ(json::to_json(now.destinations),
              R"([{"name":"/topic/*","subscribers":1,"published":6,"delivered":6},)"
              R"({"name":"/topic/x","subscribers":3,"published":5,"delivered":15}])");
    EXPECT_EQ(now.totals.destinations, 2U);
    EXPECT_EQ(now.totals.published, 7U);
    EXPECT_EQ(now.totals.delivered, 21U);
    EXPECT_EQ(look({.destinations = {.limit = 1, .after = "/topic/*"}}).destinations.front().name,
              "/topic/x");
}

TEST_P(InspectionFlow, WhatNobodyWantsAnyMoreIsForgottenButInTheTotals) {
    StompClient& own = alice();
    own.subscribe("s", "/topic/x");
    own.subscribe("p", "/topic/{any}/**");
    publish(alice(), "/topic/x");
    own.next_bodies(2);
    own.say("UNSUBSCRIBE\nid:s\n\n^UNSUBSCRIBE\nid:p\nreceipt:r\n\n^");
    EXPECT_EQ(own.next().header("receipt-id"), "r");
    EXPECT_TRUE(until([&] { return look().totals.destinations == 0; }));
    EXPECT_EQ(look().totals.delivered, 2U);
}

TEST_P(InspectionFlow, QueuesTellWhatWaitsAndWhatIsUnderWay) {
    StompClient& worker = alice();
    worker.say("SUBSCRIBE\nid:1\ndestination:/queue/work\nack:client-individual\nprefetch-count:1\n\n^");
    StompClient& publisher = alice();
    for (int i = 0; i < 3; ++i) publish(publisher, "/queue/work");
    EXPECT_EQ(worker.next().command, "MESSAGE");
    const Snapshot now = look();
    ASSERT_EQ(now.queues.size(), 1U);
    EXPECT_GT(now.queues[0].bytes, 0U);
    inspection::Queue queue = now.queues[0];
    queue.bytes = 0;
    EXPECT_EQ(json::to_json(queue), R"({"name":"/queue/work","consumers":1,"waiting":2,"under_way":1,)"
                                    R"("bytes":0,"published":3,"delivered":1,"dead_letters":0})");
    EXPECT_EQ(now.totals.queue_waiting, 2U);
    EXPECT_EQ(now.totals.queue_under_way, 1U);
    EXPECT_EQ(now.totals.queue_bytes, now.queues[0].bytes);
    EXPECT_EQ(now.totals.published, 3U);
    EXPECT_EQ(now.totals.delivered, 1U);
}

TEST_P(InspectionFlow, AMappedFunctionMayAnswerWithIt) {
    StompClient& admin = alice();
    admin.subscribe("a", "/user/queue/admin");
    admin.send("/app/admin", "");
    const auto answer = json::parse(admin.next().body);
    EXPECT_EQ(answer.at("totals").at("sessions"), 1);
    EXPECT_EQ(answer.at("sessions").at(0).at("user"), "alice");
}

TEST_P(InspectionFlow, OfAnApplicationThatDoesNotRunThereIsNothing) {
    stage->stop();
    EXPECT_EQ(look().totals.connections, 0U);
}

}  // namespace
}  // namespace stentor::test
