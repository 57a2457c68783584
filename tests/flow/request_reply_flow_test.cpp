#include "flow_test.hpp"
#include "stentor/coroutine.hpp"

#include <stdexcept>

namespace stentor::test {
namespace {

/// docs/request_reply.md.
class RequestReplyFlow : public FlowTest {
protected:
    void SetUp() override {
        app().enable_simple_broker({"/queue", "/topic"});
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().message_mapping("/double", [](int number) { return 2 * number; });
        app().message_mapping("/slow", [](std::string text) -> awaitable<std::string> {
            co_await sleep_for(1ms);
            co_return text + " slept";
        });
        app().message_mapping("/work", [](std::string text) { return text + " worked"; }).on_workers();
        app().message_mapping("/fail", []() -> std::string { throw std::runtime_error("secret"); });
        app().message_mapping("/later", [this](Header<"reply-to"> to, Header<"correlation-id"> id) {
            app().messenger().send(*to, std::string("at last"), {{"correlation-id", *id}});
        });
        stage->start();
    }
    /// What is answered to that question.
    static StompFrame ask(StompClient& by, std::string_view destination, std::string_view body,
                          std::string_view id) {
        by.send(destination, body,
                "content-type:application/json\nreply-to:/temp-queue/r\ncorrelation-id:" + std::string(id) +
                    "\n");
        StompFrame answer = by.next();
        EXPECT_EQ(answer.header("correlation-id"), id);
        EXPECT_EQ(answer.header("subscription"), "/temp-queue/r");
        EXPECT_EQ(answer.header("destination"), "/temp-queue/r");
        return answer;
    }
};
INSTANTIATE_TEST_SUITE_P(On, RequestReplyFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(RequestReplyFlow, AFunctionsResultComesBackOnEveryTransport) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        StompClient& asks = client(transport);
        EXPECT_EQ(ask(asks, "/app/double", "21", "1").body, "42");
        asks.disconnect();
    }
}

TEST_P(RequestReplyFlow, OfCoroutinesWorkersAndTheMessengerToo) {
    StompClient& asks = client();
    asks.send("/app/slow", "a", "reply-to:/temp-queue/r\ncorrelation-id:1\n");
    EXPECT_EQ(asks.next().body, "a slept");
    asks.send("/app/work", "a", "reply-to:/temp-queue/r\ncorrelation-id:2\n");
    EXPECT_EQ(asks.next().body, "a worked");
    EXPECT_EQ(ask(asks, "/app/later", "", "id-9").body, "at last");
}

TEST_P(RequestReplyFlow, AnErrorIsAnAnswerWithACode) {
    StompClient& asks = client();
    const StompFrame failed = ask(asks, "/app/fail", "", "1");
    EXPECT_EQ(failed.header("code"), "failed");
    EXPECT_THAT(failed.body, testing::Not(HasSubstr("secret")));
    EXPECT_EQ(ask(asks, "/app/double", "no number", "2").header("code"), "conversion");
    EXPECT_EQ(ask(asks, "/app/nothing", "", "3").header("code"), "not-found");
    EXPECT_EQ(ask(asks, "/app/double", "2", "4").body, "4") << "the session lives";
}

TEST_P(RequestReplyFlow, WorkersOnOtherShardsAnswerThroughAQueue) {
    std::vector<StompClient*> workers;
    for (int i = 0; i < 4; ++i) client().subscribe("w", "/queue/jobs");
    for (int i = 0; i < 4; ++i) workers.push_back(clients[i].get());
    std::vector<StompClient*> asking;
    for (int i = 0; i < 4; ++i) asking.push_back(&client());
    for (int i = 0; i < 4; ++i)
        asking[i]->send("/queue/jobs", "job " + std::to_string(i),
                        "reply-to:/temp-queue/r\ncorrelation-id:" + std::to_string(i) + "\n");
    for (StompClient* const worker : workers) {
        const StompFrame job = worker->next();
        EXPECT_THAT(job.header("reply-to"), StartsWith("/reply-queue/"));
        worker->send(job.header("reply-to"), job.body + " done",
                     "correlation-id:" + job.header("correlation-id") + "\nreceipt:r\n");
        EXPECT_EQ(worker->next().header("receipt-id"), "r");
    }
    for (int i = 0; i < 4; ++i) {
        const StompFrame answer = asking[i]->next();
        EXPECT_EQ(answer.body, "job " + std::to_string(i) + " done");
        EXPECT_EQ(answer.header("correlation-id"), std::to_string(i));
        EXPECT_EQ(answer.header("subscription"), "/temp-queue/r");
    }
}

TEST_P(RequestReplyFlow, AnswersToOneAskerKeepTheirOrder) {
    StompClient& worker = client();
    worker.subscribe("w", "/queue/jobs");
    StompClient& asks = client();
    asks.send("/queue/jobs", "", "reply-to:/temp-queue/r\n");
    const std::string to = worker.next().header("reply-to");
    std::vector<std::string> sent;
    for (int i = 0; i < 50; ++i) {
        sent.push_back(std::to_string(i));
        worker.send(to, sent.back());
    }
    EXPECT_EQ(asks.next_bodies(50), sent);
}

TEST_P(RequestReplyFlow, WhoAnswersTooLateIsToldAndLivesOn) {
    StompClient& worker = client();
    worker.subscribe("w", "/queue/jobs");
    worker.subscribe("e", "/user/queue/errors");
    StompClient& asks = client();
    asks.send("/queue/jobs", "", "reply-to:/temp-queue/r\nreceipt:sent\n");
    EXPECT_EQ(asks.next().header("receipt-id"), "sent");
    const std::string to = worker.next().header("reply-to");
    asks.disconnect();
    worker.send(to, "too late", "correlation-id:7\nreceipt:r\n");
    const StompFrame told = worker.next();
    EXPECT_EQ(told.header("code"), "not-found");
    EXPECT_EQ(told.header("correlation-id"), "7");
    EXPECT_EQ(worker.next().header("receipt-id"), "r");
}

}  // namespace
}  // namespace stentor::test
