#include "flow_test.hpp"
#include "stentor/controller.hpp"
#include "stentor/coroutine.hpp"

#include <mutex>
#include <stdexcept>
#include <thread>

namespace stentor::test {
namespace {

struct OutOfStock : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class ControllerFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app()
            .message_mapping(
                "/room/{id}/say",
                [](Var<"id"> id, Header<"mood", std::optional<std::string>> mood, const std::string& text) {
                    return *id + "/" + mood->value_or("none") + "/" + text;
                })
            .send_to("/topic/room.{id}");
        app().message_mapping("/default", [](const std::string& text) { return text; });
        app()
            .message_mapping("/count",
                             [](Session& session) {
                                 const int* before = session.attributes().get<int>("count");
                                 const int now = before == nullptr ? 1 : *before + 1;
                                 session.attributes().set("count", now);
                                 return std::to_string(now);
                             })
            .send_to_user("/queue/count");
        app()
            .message_mapping(
                "/who", [](std::optional<Principal> who) { return who ? who->name : std::string("nobody"); })
            .send_to_user("/queue/who");
        app().message_mapping("/private", [](const Principal& who) { return who.name; });
        app().message_mapping("/fail", []() -> std::string { throw std::runtime_error("secret"); });
        app().message_mapping("/buy", [](const std::string& what) -> std::string { throw OutOfStock(what); });
        app().exception_handler<OutOfStock>(
            [](const OutOfStock& e) { return std::string("no ") + e.what(); });
        app()
            .message_mapping("/work", [](const std::string& text) { return text + " done"; })
            .send_to("/topic/work")
            .on_workers();
        app()
            .message_mapping("/slow",
                             [](std::string text) -> awaitable<std::string> {
                                 co_await sleep_for(1ms);
                                 co_return text + " slept";
                             })
            .send_to("/topic/slow");
        app().subscribe_mapping("/init/{id}", [](Var<"id"> id) { return "state of " + *id; });
        register_shop();
        app().subscribe_mapping("/late", []() -> awaitable<std::string> {
            co_await sleep_for(1ms);
            co_return "late";
        });
        stage->start();
    }

    void register_shop() {
        Controller shop{app(), "/shop/{town}"};
        shop.send_to("/topic/shop.{town}");
        shop.message_mapping("/buy", [](Var<"town"> town, const std::string& what) {
            if (what == "tea") throw OutOfStock(what);
            if (what == "fire") throw std::runtime_error(what);
            return what + " in " + *town;
        });
        shop.subscribe_mapping("", [](Var<"town"> town) { return "open in " + *town; });
        shop.exception_handler<std::exception>(
            [](const std::exception& e, Var<"town"> town) { return *town + " has no " + e.what(); });
        shop.exception_handler<std::runtime_error>(
                [](const std::runtime_error&) { return std::string("closed"); })
            .send_to("/topic/shop.{town}");
        shop.exception_handler<OutOfStock>(
            [](const OutOfStock& e, Var<"town"> town) { return *town + " is out of " + e.what(); });
    }
};
INSTANTIATE_TEST_SUITE_P(On, ControllerFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(ControllerFlow, VariablesAndHeadersReachTheFunction) {
    client().subscribe("1", "/topic/room.7");
    client().send("/app/room/7/say", "hi", "mood:good\n");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("7/good/hi"));
    clients[1]->send("/app/room/7/say", "hi");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("7/none/hi"));
}

TEST_P(ControllerFlow, WithoutSendToTheResultIsPublishedBelowTopic) {
    client().subscribe("1", "/topic/default");
    clients[0]->send("/app/default", "x");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("x"));
}

TEST_P(ControllerFlow, AttributesBelongToOneSession) {
    for (int i = 0; i < 2; ++i) client().subscribe("1", "/user/queue/count");
    clients[0]->send("/app/count", "");
    clients[0]->send("/app/count", "");
    clients[1]->send("/app/count", "");
    EXPECT_THAT(clients[0]->next_bodies(2), ElementsAre("1", "2"));
    EXPECT_THAT(clients[1]->next_bodies(1), ElementsAre("1"));
}

TEST_P(ControllerFlow, NobodyIsLoggedIn) {
    StompClient& alice = client();
    alice.subscribe("1", "/user/queue/who");
    alice.subscribe("2", "/user/queue/errors");
    alice.send("/app/who", "");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("nobody"));
    alice.send("/app/private", "");
    EXPECT_THAT(alice.next().body, HasSubstr(R"("destination":"/app/private")"));
}

TEST_P(ControllerFlow, ASubscriptionIsAnsweredToItAlone) {
    client().subscribe("a", "/app/init/7");
    const StompFrame answer = clients[0]->next();
    EXPECT_EQ(answer.body, "state of 7");
    EXPECT_EQ(answer.header("subscription"), "a");
    EXPECT_EQ(answer.header("destination"), "/app/init/7");
    clients[0]->say("SUBSCRIBE\nid:b\ndestination:/app/late\n\n^");
    EXPECT_EQ(clients[0]->next().header("subscription"), "b");
}

TEST_P(ControllerFlow, AnAnswerToASubscriptionThatIsGoneIsDropped) {
    StompClient& alice = client();
    alice.say("SUBSCRIBE\nid:b\ndestination:/app/late\n\n^UNSUBSCRIBE\nid:b\n\n^");
    alice.subscribe("c", "/topic/slow");
    alice.send("/app/slow", "one");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("one slept"));
}

TEST_P(ControllerFlow, ErrorsComeOnTheErrorDestinationAndTellNothingInside) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/fail", "", "correlation-id:42\n");
    const StompFrame error = alice.next();
    EXPECT_EQ(error.header("code"), "failed");
    EXPECT_EQ(error.header("correlation-id"), "42");
    EXPECT_EQ(error.body.find("secret"), std::string::npos);
    alice.send("/app/nothing", "");
    EXPECT_EQ(alice.next().header("code"), "not-found");
}

TEST_P(ControllerFlow, AnExceptionHandlersAnswerComesThereToo) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/buy", "tea");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("no tea"));
}

TEST_P(ControllerFlow, AControllersMappingsShareItsPrefixItsTargetsAndItsHandlers) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.subscribe("t", "/topic/shop.Bern");
    alice.subscribe("s", "/app/shop/Bern");
    EXPECT_EQ(alice.next().body, "open in Bern");
    alice.send("/app/shop/Bern/buy", "milk");
    EXPECT_EQ(alice.next().body, "milk in Bern");
    alice.send("/app/shop/Bern/buy", "tea");
    const StompFrame refused = alice.next();
    EXPECT_EQ(refused.body, "Bern is out of tea");
    EXPECT_EQ(refused.header("destination"), "/user/queue/errors");
    alice.send("/app/shop/Bern/buy", "fire");
    const StompFrame closed = alice.next();
    EXPECT_EQ(closed.body, "closed");
    EXPECT_EQ(closed.header("destination"), "/topic/shop.Bern");
}

TEST_P(ControllerFlow, AnErrorIsERRORWhenAReceiptWasAsked) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/fail", "", "receipt:r\n");
    const StompFrame error = alice.next();
    EXPECT_EQ(error.command, "ERROR");
    EXPECT_EQ(error.header("receipt-id"), "r");
    EXPECT_TRUE(alice.ends());
}

TEST_P(ControllerFlow, WorkOnWorkersKeepsASessionsOrder) {
    StompClient& alice = client();
    alice.subscribe("1", "/topic/work");
    for (int n = 0; n < 20; ++n) alice.send("/app/work", std::to_string(n));
    for (int n = 0; n < 20; ++n) EXPECT_THAT(alice.next_bodies(1), ElementsAre(std::to_string(n) + " done"));
}

TEST_P(ControllerFlow, TheReceiptComesWhenTheFunctionHasAnswered) {
    StompClient& alice = client();
    alice.subscribe("1", "/topic/slow");
    alice.send("/app/slow", "x", "receipt:r\n");
    alice.say("DISCONNECT\nreceipt:bye\n\n^");
    EXPECT_EQ(alice.next().body, "x slept");
    EXPECT_EQ(alice.next().header("receipt-id"), "r");
    EXPECT_EQ(alice.next().header("receipt-id"), "bye");
    EXPECT_TRUE(alice.ends());
}

TEST_P(ControllerFlow, AClientThatLeavesWhileItsFunctionWaitsHurtsNobody) {
    for (int i = 0; i < 8; ++i) {
        client().send("/app/slow", "x", "receipt:r\n");
        clients.back()->send("/app/work", "x", "receipt:w\n");
    }
    client().subscribe("1", "/topic/slow");
    clients.erase(clients.begin(), clients.begin() + 8);
    clients[0]->send("/app/slow", "mine", "receipt:mine\n");
    ASSERT_TRUE(until([&] {
        while (clients[0]->peek())
            if (clients[0]->next().body == "mine slept") return true;
        return false;
    }));
}

TEST_P(ControllerFlow, SendToUserReachesTheirSessionsOnEveryShard) {
    // Without a login a session is its own user, named by its session id.
    std::vector<std::string> ids;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<StompClient>(*stage, Transport::websocket, "/ws"));
        ids.push_back(clients.back()->connect().header("session"));
        clients.back()->subscribe("1", "/user/queue/news");
    }
    Stage::on_another_thread([&] {
        for (const std::string& id : ids) app().messenger().send_to_user(id, "/queue/news", "for " + id);
    });
    for (std::size_t i = 0; i < 4; ++i) {
        const StompFrame message = clients[i]->next();
        EXPECT_EQ(message.body, "for " + ids[i]);
        EXPECT_EQ(message.header("destination"), "/user/queue/news");
    }
}

}  // namespace
}  // namespace stentor::test
