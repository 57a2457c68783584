#include "base/log.hpp"
#include "unit/hub/hub_fixture.hpp"

#include <stdexcept>

namespace stentor::hub {
namespace {

using test::FakeClient;

class HubReplies : public test::HubTest {
protected:
    /// Runs what waits on workers and what they posted back.
    void run_all() {
        execution_.run_workers();
        execution_.run_posted();
    }
    /// A function that greets from a worker: its answer comes when the test says so.
    Mapping& slow(std::string pattern) {
        return message(std::move(pattern), [](const std::string& name) { return "Hello, " + name; })
            .on_workers();
    }
    Mapping& failing(std::string pattern) {
        return message(std::move(pattern), []() -> int { throw std::runtime_error("secret"); });
    }
};

TEST_F(HubReplies, GoToTheTopicOfTheDestination) {
    message("/hello", [](const std::string& name) { return "Hello, " + name; });
    FakeClient& bob = client("s1");
    FakeClient& eve = client("s2");
    subscribe(eve, "a", "/topic/hello");
    EXPECT_EQ(send(bob, "/app/hello", "Bob"), "ok");
    EXPECT_EQ(eve.got, Lines{"a /topic/hello Hello, Bob"});
    EXPECT_EQ(eve.messages[0]->content_type(), "text/plain;charset=utf-8");
    EXPECT_TRUE(eve.messages[0]->id.starts_with("shard-"));
    EXPECT_TRUE(bob.got.empty());
}

TEST_F(HubReplies, GoToAllTheSendersSessions) {
    message("/hello", [] { return std::string("hi"); }).send_to_user("/queue/x");
    FakeClient& phone = client("s1", "alice");
    FakeClient& laptop = client("s2", "alice");
    subscribe(phone, "a", "/user/queue/x");
    subscribe(laptop, "b", "/user/queue/x");
    EXPECT_EQ(send(phone, "/app/hello"), "ok");
    EXPECT_EQ(phone.got, Lines{"a /user/queue/x hi"});
    EXPECT_EQ(laptop.got, Lines{"b /user/queue/x hi"});
    EXPECT_EQ(to_neighbours_, Lines{"alice /queue/x hi"});
}

TEST_F(HubReplies, GoToTheAskingSessionOnly) {
    message("/hello", [] { return std::string("hi"); }).send_to_user("/queue/x", UserSessions::asking);
    FakeClient& phone = client("s1", "alice");
    FakeClient& laptop = client("s2", "alice");
    subscribe(phone, "a", "/user/queue/x");
    subscribe(laptop, "b", "/user/queue/x");
    EXPECT_EQ(send(phone, "/app/hello"), "ok");
    EXPECT_EQ(phone.got, Lines{"a /user/queue/x hi"});
    EXPECT_TRUE(laptop.got.empty());
    EXPECT_TRUE(to_neighbours_.empty());
}

/// Nobody logged in: the session is a user of its own, whatever was asked for.
TEST_F(HubReplies, OfSessionsWithoutAUserStayInThem) {
    message("/hello", [] { return std::string("hi"); }).send_to_user("/queue/x");
    FakeClient& one = client("s1");
    FakeClient& other = client("s2");
    subscribe(one, "a", "/user/queue/x");
    subscribe(other, "a", "/user/queue/x");
    EXPECT_EQ(send(one, "/app/hello"), "ok");
    EXPECT_EQ(one.got, Lines{"a /user/queue/x hi"});
    EXPECT_TRUE(other.got.empty());
    EXPECT_TRUE(to_neighbours_.empty());
}

TEST_F(HubReplies, GoToTheUserTheFunctionNames) {
    message("/tell/{who}", [](Var<"who"> who, std::string text) {
        return ToUser{who.value, "/queue/x", std::move(text)};
    });
    FakeClient& alice = client("s1", "alice");
    FakeClient& bob = client("s2", "bob");
    subscribe(alice, "a", "/user/queue/x");
    subscribe(bob, "a", "/user/queue/x");
    EXPECT_EQ(send(alice, "/app/tell/bob", "psst"), "ok");
    EXPECT_EQ(bob.got, Lines{"a /user/queue/x psst"});
    EXPECT_TRUE(alice.got.empty());
}

TEST_F(HubReplies, ToSeveralPlacesFinishOnceWithTheFirstFailure) {
    message("/hello", [] { return std::string("hi"); })
        .send_to({"/topic/x", "/elsewhere", "/queue/y"})
        .send_to_user("/queue/x");
    FakeClient& alice = client("s1", "alice");
    for (const auto& [id, destination] :
         {std::pair("a", "/topic/x"), {"b", "/queue/y"}, {"c", "/user/queue/x"}})
        EXPECT_EQ(subscribe(alice, id, destination), "ok");
    EXPECT_EQ(send(alice, "/app/hello"),
              "not-found: Neither the application nor the broker has that destination");
    EXPECT_EQ(alice.got.size(), 3U) << "the others arrive";
}

TEST_F(HubReplies, WithoutAnyTheOutcomeIsSuccess) {
    message("/nothing", [] { return std::optional<std::string>(); });
    FakeClient& alice = client("s1");
    EXPECT_EQ(send(alice, "/app/nothing"), "ok");
}

TEST_F(HubReplies, TheOutcomeWaitsForTheFunction) {
    slow("/hello").send_to("/topic/x");
    FakeClient& bob = client("s1");
    subscribe(bob, "a", "/topic/x");
    EXPECT_EQ(send(bob, "/app/hello", "Bob"), "");
    run_all();
    EXPECT_EQ(bob.outcomes[last_ticket_], "ok");
    EXPECT_EQ(bob.got, Lines{"a /topic/x Hello, Bob"});
}

/// The session ends, even dies, while its function runs: the reply to all still goes out.
TEST_F(HubReplies, OutliveTheSessionThatAsked) {
    slow("/hello").send_to("/topic/x").send_to_user("/queue/x", UserSessions::asking);
    auto bob = std::make_unique<FakeClient>("s1", "bob");
    hub().attach(*bob);
    subscribe(*bob, "a", "/user/queue/x");
    FakeClient& eve = client("s2");
    subscribe(eve, "a", "/topic/x");
    EXPECT_EQ(send(*bob, "/app/hello", "Bob"), "");
    leave(*bob);
    bob.reset();
    run_all();
    EXPECT_EQ(eve.got, Lines{"a /topic/x Hello, Bob"});
}

TEST_F(HubReplies, AnErrorOfADeadSessionIsNobodys) {
    failing("/hello").on_workers();
    auto bob = std::make_unique<FakeClient>("s1", "bob");
    hub().attach(*bob);
    subscribe(*bob, "a", "/user/queue/errors");
    EXPECT_EQ(send(*bob, "/app/hello"), "");
    leave(*bob);
    bob.reset();
    run_all();
}

// Subscribe mappings

TEST_F(HubReplies, ToASubscribeComeStraightBack) {
    subscribe("/rooms/{id}", [](Var<"id"> id, Header<"x"> x) { return id.value + x.value; });
    FakeClient& bob = client("s1");
    FakeClient& eve = client("s2");
    EXPECT_EQ(subscribe(bob, "a", "/app/rooms/7", {{"x", "!"}}), "ok");
    EXPECT_EQ(bob.got, Lines{"a /app/rooms/7 7!"});
    EXPECT_TRUE(eve.got.empty());
    EXPECT_TRUE(bob.messages[0]->id.starts_with("shard-"));
    unsubscribe(bob, "a");
}

TEST_F(HubReplies, ToASubscribeThatEndedMeanwhileAreDropped) {
    subscribe("/rooms", [] { return std::string("snapshot"); }).on_workers();
    FakeClient& bob = client("s1");
    EXPECT_EQ(subscribe(bob, "a", "/app/rooms"), "");
    const Ticket asked = last_ticket_;
    unsubscribe(bob, "a");
    run_all();
    EXPECT_EQ(bob.outcomes[asked], "ok");
    EXPECT_TRUE(bob.got.empty());
}

TEST_F(HubReplies, ToASubscribeDoNotGoToAnotherOfTheSameId) {
    subscribe("/{room}", [](Var<"room"> room) { return room.value; }).on_workers();
    FakeClient& bob = client("s1");
    subscribe(bob, "a", "/app/old");
    unsubscribe(bob, "a");
    subscribe(bob, "a", "/app/new");
    run_all();
    EXPECT_EQ(bob.got, Lines{"a /app/new new"});
}

/// STOMP 1.0: a subscription need not have an id.
TEST_F(HubReplies, ToSubscribesWithoutAnIdAreToldApart) {
    subscribe("/{room}", [](Var<"room"> room) { return room.value; });
    FakeClient& bob = client("s1");
    subscribe(bob, "", "/app/one");
    subscribe(bob, "", "/app/two");
    EXPECT_EQ(bob.got, (Lines{" /app/one one", " /app/two two"}));
}

TEST_F(HubReplies, ToASubscribeOfADeadSessionAreDropped) {
    subscribe("/rooms", [] { return std::string("snapshot"); }).on_workers();
    auto bob = std::make_unique<FakeClient>("s1");
    hub().attach(*bob);
    subscribe(*bob, "a", "/app/rooms");
    leave(*bob);
    bob.reset();
    run_all();
}

// Errors

TEST_F(HubReplies, AnErrorIsToldWhereTheClientListensForErrors) {
    failing("/hello");
    FakeClient& bob = client("s1", "bob");
    FakeClient& other = client("s2", "bob");
    subscribe(bob, "e", "/user/queue/errors");
    subscribe(other, "e", "/user/queue/errors");
    EXPECT_EQ(send(bob, "/app/hello", {}, {{"correlation-id", "c7"}}), "ok");
    ASSERT_EQ(bob.got,
              Lines{"e /user/queue/errors {\"code\":\"failed\",\"message\":\"The message could not be "
                    "handled\",\"destination\":\"/app/hello\"}"});
    EXPECT_EQ(bob.messages[0]->headers.find("code"), "failed");
    EXPECT_EQ(bob.messages[0]->headers.find("correlation-id"), "c7");
    EXPECT_EQ(bob.messages[0]->content_type(), "application/json");
    EXPECT_TRUE(other.got.empty()) << "only the session that sent";
}

TEST_F(HubReplies, AnErrorIsTheOutcomeWhereNobodyListens) {
    failing("/hello");
    FakeClient& bob = client("s1", "bob");
    EXPECT_EQ(send(bob, "/app/hello"), "failed: The message could not be handled");
}

TEST_F(HubReplies, AnErrorIsTheOutcomeWhenAReceiptWasAsked) {
    failing("/hello");
    FakeClient& bob = client("s1", "bob");
    subscribe(bob, "e", "/user/queue/errors");
    bob.receipts.insert(last_ticket_ + 1);
    EXPECT_EQ(send(bob, "/app/hello"), "failed: The message could not be handled");
    EXPECT_TRUE(bob.got.empty());
}

TEST_F(HubReplies, AnUnmappedDestinationIsToldTheSameWay) {
    FakeClient& bob = client("s1", "bob");
    subscribe(bob, "e", "/user/queue/errors");
    EXPECT_EQ(send(bob, "/app/nothing"), "ok");
    EXPECT_EQ(bob.got.size(), 1U);
}

TEST_F(HubReplies, ARefusalIsLoggedWithItsReasonAndWhoseItWasButNotThePayload) {
    message("/number", [](int) {});
    FakeClient& bob = client("s1", "bob");
    subscribe(bob, "e", "/user/queue/errors");
    log::set_level(log::Level::debug);
    testing::internal::CaptureStderr();
    send(bob, "/app/number", "hunter2", {{"correlation-id", "c7"}});
    const std::string log = testing::internal::GetCapturedStderr();
    log::set_level(log::Level::info);
    EXPECT_NE(log.find("message_refused session=s1 destination=/app/number code=conversion reason=\"payload: "
                       "not JSON, at byte 0\" correlation-id=c7"),
              std::string::npos)
        << log;
    EXPECT_EQ(log.find("hunter2"), std::string::npos) << log;
}

TEST_F(HubReplies, TheErrorsTextIsJsonWhateverItHolds) {
    FakeClient& bob = client("s1", "bob");
    subscribe(bob, "e", "/user/queue/errors");
    EXPECT_TRUE(hub().tell_error(bob, {Errc::failed, "say \"hi\"\\\n"}, "/app/a\tb", {}));
    EXPECT_EQ(bob.messages.at(0)->body,
              R"({"code":"failed","message":"say \"hi\"\\","destination":"/app/ab"})");
}

TEST_F(HubReplies, AnExceptionHandlersAnswerGoesToTheSendersErrors) {
    failing("/hello");
    handlers_.emplace_back(bind_exception<std::runtime_error>(
        [](const std::runtime_error& error) { return "sorry: " + std::string(error.what()); }));
    FakeClient& bob = client("s1", "bob");
    subscribe(bob, "e", "/user/queue/errors");
    EXPECT_EQ(send(bob, "/app/hello"), "ok");
    EXPECT_EQ(bob.got, Lines{"e /user/queue/errors sorry: secret"});
}

}  // namespace
}  // namespace stentor::hub
