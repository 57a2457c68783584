#include "unit/hub/hub_fixture.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stentor::hub {
namespace {

using test::FakeClient;
using ::testing::HasSubstr;

class HubReplyTo : public test::HubTest {
protected:
    /// A temporary queue of that client; what others call it.
    std::string open(FakeClient& by, const std::string& name = "/temp-queue/x") {
        EXPECT_EQ(HubTest::subscribe(by, name, name), "ok");
        return hub().reply_name(*by.subscriptions.back());
    }
};

TEST_F(HubReplyTo, TheResultGoesToTheAskersQueueInPlaceOfTheDefaultTopic) {
    message("/hello", [](const std::string& name) { return "Hello, " + name; });
    FakeClient& bob = client("s1");
    FakeClient& eve = client("s2");
    HubTest::subscribe(eve, "t", "/topic/hello");
    const std::string queue = open(bob);
    EXPECT_EQ(send(bob, "/app/hello", "Bob", {{"reply-to", queue}, {"correlation-id", "7"}}), "ok");
    EXPECT_EQ(bob.got, Lines{"/temp-queue/x /temp-queue/x Hello, Bob"});
    EXPECT_EQ(bob.messages[0]->headers,
              (Headers{{"content-type", "text/plain;charset=utf-8"}, {"correlation-id", "7"}}));
    EXPECT_TRUE(eve.got.empty());
}

TEST_F(HubReplyTo, ExplicitTargetsAreServedToo) {
    message("/hello", [] { return std::string("hi"); }).send_to("/topic/x").send_to_user("/queue/x");
    FakeClient& bob = client("s1");
    HubTest::subscribe(bob, "t", "/topic/x");
    HubTest::subscribe(bob, "u", "/user/queue/x");
    const std::string queue = open(bob);
    EXPECT_EQ(send(bob, "/app/hello", "", {{"reply-to", queue}, {"correlation-id", "7"}}), "ok");
    broker_->flush();
    EXPECT_THAT(bob.got, ::testing::UnorderedElementsAre("t /topic/x hi", "u /user/queue/x hi",
                                                         "/temp-queue/x /temp-queue/x hi"));
    for (const MessagePtr& message : bob.messages)
        EXPECT_EQ(message->headers.contains("correlation-id"), message->destination == "/temp-queue/x");
}

TEST_F(HubReplyTo, AFunctionThatAnswersLaterSendsToTheNameItSees) {
    std::string seen;
    message("/later", [&](const Headers& headers) { seen = headers.find("reply-to").value(); });
    FakeClient& bob = client("s1");
    const std::string queue = open(bob);
    EXPECT_EQ(send(bob, "/app/later", "", {{"reply-to", queue}}), "ok");
    EXPECT_TRUE(bob.got.empty()) << "nothing returned, nothing said";
    EXPECT_EQ(seen, queue);
    EXPECT_EQ(publish(seen, "done"), "ok");
    EXPECT_EQ(bob.got, Lines{"/temp-queue/x /temp-queue/x done"});
}

TEST_F(HubReplyTo, AnErrorComesTheSameWayWithItsCode) {
    message("/fail", []() -> int { throw std::runtime_error("secret"); });
    FakeClient& bob = client("s1");
    HubTest::subscribe(bob, "e", "/user/queue/errors");
    const Headers headers{{"reply-to", open(bob)}, {"correlation-id", "7"}};
    EXPECT_EQ(send(bob, "/app/fail", "", headers), "ok");
    EXPECT_EQ(send(bob, "/app/nothing-there", "", headers), "ok");
    ASSERT_EQ(bob.got.size(), 2U);
    EXPECT_EQ(bob.messages[0]->destination, "/temp-queue/x");
    EXPECT_EQ(bob.messages[0]->headers.find("code"), "failed");
    EXPECT_EQ(bob.messages[0]->headers.find("correlation-id"), "7");
    EXPECT_THAT(bob.messages[0]->body, HasSubstr(R"("destination":"/app/fail")"));
    EXPECT_EQ(bob.messages[1]->headers.find("code"), "not-found");
}

TEST_F(HubReplyTo, WithAReceiptAnErrorIsAnERRORToo) {
    message("/fail", []() -> int { throw std::runtime_error("secret"); });
    FakeClient& bob = client("s1");
    const std::string queue = open(bob);
    bob.receipts.insert(last_ticket_ + 1);
    EXPECT_EQ(send(bob, "/app/fail", "", {{"reply-to", queue}}), "failed: The message could not be handled");
    EXPECT_EQ(bob.got.size(), 1U);
}

TEST_F(HubReplyTo, AnExceptionHandlersResultIsOneToo) {
    message("/fail", []() -> int { throw std::runtime_error("told"); });
    handlers_.emplace_back(bind_exception<std::runtime_error>(
        [](const std::runtime_error& e) { return std::string(e.what()); }));
    FakeClient& bob = client("s1");
    EXPECT_EQ(send(bob, "/app/fail", "", {{"reply-to", open(bob)}}), "ok");
    EXPECT_EQ(bob.got, Lines{"/temp-queue/x /temp-queue/x told"});
}

TEST_F(HubReplyTo, ABrokerDestinationIsOneWhereTheClientMaySend) {
    message("/hello", [] { return std::string("hi"); });
    FakeClient& bob = client("s1");
    FakeClient& eve = client("s2");
    HubTest::subscribe(eve, "t", "/topic/answers");
    HubTest::subscribe(eve, "q", "/queue/answers");
    EXPECT_EQ(send(bob, "/app/hello", "", {{"reply-to", "/topic/answers"}, {"correlation-id", "7"}}), "ok");
    EXPECT_EQ(send(bob, "/app/hello", "", {{"reply-to", "/queue/answers"}}), "ok");
    broker_->flush();
    EXPECT_THAT(eve.got, ::testing::UnorderedElementsAre("t /topic/answers hi", "q /queue/answers hi"));
}

TEST_F(HubReplyTo, WhereTheClientMayNotSendTheFunctionIsNotEvenCalled) {
    int calls = 0;
    message("/hello", [&] {
        ++calls;
        return std::string("hi");
    });
    FakeClient& bob = client("s1");
    for (const char* const to : {"/user/eve/queue/x", "/app/hello", "/app", "/elsewhere", "/temp-queue/x"})
        EXPECT_THAT(send(bob, "/app/hello", "", {{"reply-to", to}}), HasSubstr(": ")) << to;
    EXPECT_EQ(calls, 0);
}

TEST_F(HubReplyTo, WhatIsNoDestinationIsTheApplicationsOwn) {
    message("/hello", [](Header<"reply-to"> to) { return *to; });
    FakeClient& bob = client("s1");
    HubTest::subscribe(bob, "t", "/topic/hello");
    EXPECT_EQ(send(bob, "/app/hello", "", {{"reply-to", "bob@example.com"}}), "ok");
    broker_->flush();
    EXPECT_EQ(bob.got, Lines{"t /topic/hello bob@example.com"});
}

TEST_F(HubReplyTo, AConsumerAnswersAtTheNameItWasGiven) {
    FakeClient& bob = client("s1");
    FakeClient& worker = client("s2");
    HubTest::subscribe(worker, "w", "/queue/work");
    EXPECT_EQ(send(bob, "/queue/work", "job", {{"reply-to", open(bob)}, {"correlation-id", "7"}}), "ok");
    ASSERT_EQ(worker.messages.size(), 1U);
    const Headers& asked = worker.messages[0]->headers;
    EXPECT_EQ(send(worker, std::string(*asked.find("reply-to")), "done", {{"correlation-id", "7"}}), "ok");
    EXPECT_EQ(bob.got, Lines{"/temp-queue/x /temp-queue/x done"});
    EXPECT_EQ(bob.messages[0]->headers.find("correlation-id"), "7");
}

TEST_F(HubReplyTo, AnAskerThatLeftIsNoFaultOfWhoAnswers) {
    FakeClient& bob = client("s1");
    FakeClient& worker = client("s2");
    HubTest::subscribe(worker, "e", "/user/queue/errors");
    const std::string queue = open(bob);
    leave(bob);
    worker.receipts.insert(last_ticket_ + 1);
    EXPECT_EQ(send(worker, queue, "done", {{"correlation-id", "7"}}), "ok");
    ASSERT_EQ(worker.messages.size(), 1U);
    EXPECT_EQ(worker.messages[0]->headers.find("code"), "not-found");
    EXPECT_EQ(worker.messages[0]->headers.find("correlation-id"), "7");
    hub().attach(bob);
}

TEST_F(HubReplyTo, AResultForAQueueThatWasClosedEndsNobody) {
    message("/slow", [] { return std::string("late"); }).on_workers();
    FakeClient& bob = client("s1");
    EXPECT_EQ(send(bob, "/app/slow", "", {{"reply-to", open(bob)}}), "");
    unsubscribe(bob, "/temp-queue/x");
    execution_.run_workers();
    execution_.run_posted();
    EXPECT_EQ(bob.outcomes[last_ticket_], "ok");
    EXPECT_TRUE(bob.got.empty());
    EXPECT_EQ(publish("/reply-queue/0-00000000000000000000000000000001", "x"),
              "There is no such reply queue any more");
}

TEST_F(HubReplyTo, NobodySubscribesToAReplyQueueOrSendsToATemporaryOne) {
    FakeClient& bob = client("s1");
    FakeClient& eve = client("s2");
    const std::string queue = open(bob);
    EXPECT_THAT(HubTest::subscribe(eve, "a", queue), HasSubstr("forbidden"));
    EXPECT_THAT(HubTest::subscribe(eve, "b", "/reply-queue/**"), HasSubstr("forbidden"));
    EXPECT_THAT(HubTest::subscribe(eve, "c", "/temp-queue/**"), HasSubstr("malformed"));
    EXPECT_THAT(send(bob, "/temp-queue/x", "hi"), HasSubstr("forbidden"));
    EXPECT_THAT(send(eve, "/temp-queue/x", "hi"), HasSubstr("forbidden"));
    EXPECT_TRUE(bob.got.empty());
}

TEST_F(HubReplyTo, TheSameNameInAnotherSessionIsAnotherQueue) {
    FakeClient& bob = client("s1", "bob");
    FakeClient& other = client("s2", "bob");
    const std::string bobs = open(bob), others = open(other);
    EXPECT_NE(bobs, others);
    EXPECT_EQ(publish(others, "hi"), "ok");
    EXPECT_TRUE(bob.got.empty());
    EXPECT_EQ(other.got.size(), 1U);
}

TEST_F(HubReplyTo, OnASUBSCRIBEItMeansNothing) {
    HubTest::subscribe("/init", [] { return std::string("first"); });
    FakeClient& bob = client("s1");
    const std::string queue = open(bob);
    EXPECT_EQ(HubTest::subscribe(bob, "i", "/app/init", {{"reply-to", queue}}), "ok");
    EXPECT_EQ(bob.got, Lines{"i /app/init first"});
}

TEST_F(HubReplyTo, WithARelayOnlyTheApplicationAnswers) {
    settings_.replies_through_broker = false;
    EXPECT_FALSE(hub().check_temp_reply("/app/hello").has_error());
    EXPECT_EQ(hub().check_temp_reply("/queue/work").error().code, Errc::unsupported);
    EXPECT_EQ(hub().check_temp_reply("/topic/work").error().code, Errc::unsupported);
}

}  // namespace
}  // namespace stentor::hub
