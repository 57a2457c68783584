// What a session tells the application of itself, and how the application ends it.
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stentor::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StompEvents : public testing::Test {
protected:
    StompEvents() {
        on<SessionConnecting>([this](const SessionConnecting& e) {
            note("connecting", e.session);
            for (const auto& [name, value] : e.headers) log.back() += " " + std::string(name);
        });
        on<SessionConnected>([this](const SessionConnected& e) { note("connected", e.session); });
        on<SessionSubscribed>([this](const SessionSubscribed& e) {
            note("subscribed", e.session);
            log.back() += " " + e.id + " " + e.destination;
        });
        on<SessionUnsubscribed>([this](const SessionUnsubscribed& e) {
            note("unsubscribed", e.session);
            log.back() += " " + e.id + " " + e.destination;
        });
        on<SlowConsumerClosed>([this](const SlowConsumerClosed& e) { note("slow", e.session); });
        on<SessionDisconnected>([this](const SessionDisconnected& e) {
            note(e.was_connected ? "disconnected" : "never connected", e.session);
            log.back() += std::string(" ") + to_string(e.reason) + " " + std::to_string(e.status.code);
        });
    }
    template <class E>
    void on(std::function<void(const E&)> listener) {
        bench.settings.hooks.listeners.of<E>().push_back(std::move(listener));
    }
    void note(const char* what, const Session& session) { log.push_back(session.id() + " " + what); }
    /// What was told since the last call.
    std::vector<std::string> told() {
        bench.shard().events.tell();
        return std::exchange(log, {});
    }
    /// A session that is connected, which was told.
    StompBench::Client& connected() {
        StompBench::Client& made = bench.connected();
        told();
        return made;
    }

    StompBench bench;
    std::vector<std::string> log;
};

TEST_F(StompEvents, OfOneSessionComeInOrder) {
    StompBench::Client& alice = bench.client();
    alice.hear("CONNECT\naccept-version:1.2\npasscode:secret\nx-token:t\n\n^");
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^UNSUBSCRIBE\nid:1\n\n^DISCONNECT\n\n^");
    EXPECT_THAT(log, IsEmpty()) << "only at the end of the turn";
    EXPECT_THAT(told(), ElementsAre("s1 connecting x-token", "s1 connected", "s1 subscribed 1 /topic/a",
                                    "s1 unsubscribed 1 /topic/a", "s1 disconnected by-client 1000"));
    alice.session.closed({1006, {}});
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(StompEvents, ASubscriptionIsToldWhenItIsActive) {
    bench.shards = 2;
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    EXPECT_THAT(told(), IsEmpty()) << "the other shard does not know yet";
    ASSERT_EQ(bench.mails.size(), 1U);
    const auto announcement = std::get<broker::Interest>(bench.mails[0].second).announcement;
    bench.broker.receive(1, broker::InterestKnown{announcement});
    EXPECT_THAT(told(), ElementsAre("s1 subscribed 1 /topic/a"));
}

TEST_F(StompEvents, OneThatEndsBeforeItIsActiveIsNotToldAtAll) {
    bench.shards = 2;
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^UNSUBSCRIBE\nid:1\n\n^");
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(StompEvents, OneThatIsRefusedIsNotTold) {
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/nowhere\n\n^");
    EXPECT_THAT(told(), ElementsAre("s1 disconnected refused 1002"));
}

TEST_F(StompEvents, SubscriptionsThatEndWithTheirSessionAreNotTold) {
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    told();
    alice.session.closed({1006, {}});
    EXPECT_THAT(told(), ElementsAre("s1 disconnected connection-lost 1006"));
}

TEST_F(StompEvents, SubscriptionsWithoutAnIdHaveNone) {
    StompBench::Client& alice = bench.connected("1.0");
    told();
    alice.hear("SUBSCRIBE\ndestination:/topic/a\n\n^UNSUBSCRIBE\ndestination:/topic/a\n\n^");
    EXPECT_THAT(told(), ElementsAre("s1 subscribed  /topic/a", "s1 unsubscribed  /topic/a"));
}

TEST_F(StompEvents, OfASessionThatNeverComesPastConnect) {
    bench.client().session.closed({1006, {}});
    EXPECT_THAT(told(), ElementsAre("s1 never connected connection-lost 1006"));
    bench.client().hear("SEND\ndestination:/topic/a\n\n^");
    EXPECT_THAT(told(), ElementsAre("s2 never connected protocol-error 1002"));
    bench.client().hear("CONNECT\naccept-version:3.0\n\n^");
    EXPECT_THAT(told(), ElementsAre("s3 connecting", "s3 never connected protocol-error 1002"));
    bench.client();
    bench.advance(11s);
    EXPECT_THAT(told(), ElementsAre("s4 never connected timed-out 1002"));
}

class Nobody final : public Authenticator {
    std::optional<Principal> authenticate(const Credentials&) const override { return std::nullopt; }
};

TEST_F(StompEvents, OfASessionThatIsNotLetIn) {
    bench.ask(std::make_shared<Nobody>());
    bench.client().hear("CONNECT\naccept-version:1.2\n\n^");
    EXPECT_THAT(told(), ElementsAre("s1 connecting", "s1 never connected refused 1002"));
}

TEST_F(StompEvents, TellWhatMissedItsTime) {
    StompBench::Client& alice = connected();
    alice.hear("SEND\n");
    bench.advance(31s);
    EXPECT_THAT(told(), ElementsAre("s1 disconnected timed-out 1002"));
}

TEST_F(StompEvents, TellThatHeartBeatsAreLost) {
    bench.client().hear("CONNECT\naccept-version:1.2\nheart-beat:1000,1000\n\n^");
    told();
    bench.advance(5s);
    EXPECT_THAT(told(), ElementsAre("s1 disconnected heart-beats-lost 1002"));
}

TEST_F(StompEvents, TellASlowConsumer) {
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    told();
    const std::string id = "1";
    const std::string destination = "/topic/a";
    alice.session.overflowed(broker::Subscription(alice.session, id, destination));
    bench.turn();
    alice.session.closed({1006, {}});
    EXPECT_THAT(told(), ElementsAre("s1 slow", "s1 disconnected slow-consumer 1008"));
}

/// The first cause counts, and only it.
TEST_F(StompEvents, TheEndIsToldOnceWhateverComesTogether) {
    StompBench::Client& alice = connected();
    alice.session.ending(DisconnectReason::server_stops);
    alice.session.ending(DisconnectReason::slow_consumer);
    alice.hear("NONSENSE\n\n^");
    alice.hear("DISCONNECT\n\n^");
    bench.advance(1h);
    EXPECT_FALSE(alice.session.close("too late", 1008));
    alice.session.closed({1006, {}});
    EXPECT_THAT(told(), ElementsAre("s1 disconnected server-stops 1002"));
    bench.clients.clear();
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(StompEvents, AListenerThatThrowsHindersNobody) {
    bench.settings.hooks.listeners.of<SessionConnected>().insert(
        bench.settings.hooks.listeners.of<SessionConnected>().begin(),
        [](const SessionConnected&) { throw std::runtime_error("oops"); });
    bench.settings.hooks.listeners.of<SessionConnected>().insert(
        bench.settings.hooks.listeners.of<SessionConnected>().begin(),
        [](const SessionConnected&) { throw 1; });
    bench.connected();
    EXPECT_THAT(told(), ElementsAre("s1 connecting", "s1 connected"));
}

TEST(StompEventsUnused, TakeNothing) {
    StompBench bench;
    bench.connected().hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^UNSUBSCRIBE\nid:1\n\n^DISCONNECT\n\n^");
    EXPECT_TRUE(bench.shard().events.empty());
}

// The application's hand

TEST_F(StompEvents, TheApplicationClosesASession) {
    StompBench::Client& alice = connected();
    EXPECT_TRUE(alice.session.close("Go home", 4001));
    EXPECT_EQ(alice.outcome(), error_frame("closed", "Go home", {}, "|closed 4001"));
    EXPECT_EQ(alice.outlet.closed->reason, "Go home");
    EXPECT_FALSE(alice.session.close("Again", 4002));
    EXPECT_THAT(told(), ElementsAre("s1 disconnected by-application 4001"));
}

TEST_F(StompEvents, TheApplicationsWordsAreMadeUtf8) {
    StompBench::Client& alice = connected();
    EXPECT_TRUE(alice.session.close("\xff", 1008));
    EXPECT_THAT(alice.said(), testing::HasSubstr("\n\n\xef\xbf\xbd^"));
}

TEST_F(StompEvents, TheApplicationEndsASubscription) {
    StompBench::Client& alice = connected();
    alice.hear(
        "SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^");
    told();
    EXPECT_FALSE(alice.session.unsubscribe("2"));
    EXPECT_FALSE(alice.session.unsubscribe(""));
    EXPECT_TRUE(alice.session.unsubscribe("1"));
    EXPECT_FALSE(alice.session.unsubscribe("1"));
    EXPECT_THAT(alice.said(),
                testing::HasSubstr("{\"code\":\"closed\",\"message\":\"The application ended the "
                                   "subscription\",\"destination\":\"/topic/a\"}"));
    EXPECT_THAT(told(), ElementsAre("s1 unsubscribed 1 /topic/a"));
    bench.publish("/topic/a", "hi");
    EXPECT_EQ(alice.outcome(), "");
    alice.hear("UNSUBSCRIBE\nid:1\nreceipt:r\n\n^");
    EXPECT_EQ(alice.outcome(), "RECEIPT\nreceipt-id:r\n\n^") << "which it could not know";
    alice.hear("UNSUBSCRIBE\nid:1\nreceipt:r\n\n^");
    EXPECT_THAT(alice.outcome(), testing::HasSubstr("There is no such subscription"));
}

/// What is under way goes back to its queue.
TEST_F(StompEvents, AQueuesMessagesGoBackFromASubscriptionThatWasEnded) {
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/queue/a\nack:client\n\n^");
    bench.publish("/queue/a", "job");
    EXPECT_THAT(alice.said(), testing::HasSubstr("job"));
    EXPECT_TRUE(alice.session.unsubscribe("1"));
    alice.hear("ACK\nid:1\nreceipt:r\n\n^");
    EXPECT_EQ(alice.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
    StompBench::Client& bob = bench.connected();
    bob.hear("SUBSCRIBE\nid:1\ndestination:/queue/a\n\n^");
    EXPECT_THAT(bob.said(), testing::HasSubstr("job"));
}

TEST_F(StompEvents, ItMaySubscribeAgain) {
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    EXPECT_TRUE(alice.session.unsubscribe("1"));
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/b\n\n^UNSUBSCRIBE\nid:1\n\n^");
    EXPECT_EQ(alice.outcome(), "");
    alice.hear("UNSUBSCRIBE\nid:1\n\n^");
    EXPECT_THAT(alice.outcome(), testing::HasSubstr("There is no such subscription"));
}

TEST_F(StompEvents, ItsSubscriptionsCanBeSeen) {
    StompBench::Client& alice = connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^SUBSCRIBE\nid:2\ndestination:/user/queue/b\n\n^");
    std::vector<std::string> seen;
    alice.session.visit_subscriptions([&](std::string_view id, const std::string& destination) {
        seen.push_back(std::string(id) + " " + destination);
    });
    EXPECT_THAT(seen, testing::UnorderedElementsAre("1 /topic/a", "2 /user/queue/b"));
}

}  // namespace
}  // namespace stentor::session
