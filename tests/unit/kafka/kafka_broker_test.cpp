#include "kafka/kafka_broker.hpp"
#include "fake_engine.hpp"
#include "fake_session.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace stentor::kafka {
namespace {

class KafkaBrokerTest : public ::testing::Test {
protected:
    KafkaBrokerTest() {
        settings.rules = std::make_shared<const TopicRules>(*TopicRules::make(
            {{"/topic/prices/{symbol}", "prices", "{symbol}"}}, {{"/topic", "/queue"}, {"/queue"}}, true));
        kafka = std::make_unique<KafkaBroker>(
            settings, engine, 0, [](const Engine::Task& task) { task(); }, timers);
        kafka->on_availability(
            [this](bool available, const std::string&) { events += available ? "up " : "down "; });
    }
    void begin(bool available = true) {
        timers.run_due(base::TimePoint(std::chrono::seconds(1)));
        if (available) engine->user->on_availability(true, {});
        (void)engine->asked();
    }
    broker::Broker::Done outcome(const std::string& name) {
        outcomes[name] = "waits";
        return [this, name](const Result<void>& result) {
            EXPECT_EQ(outcomes[name], "waits") << "answered twice";
            outcomes[name] = result.has_error() ? to_string(result.error().code) : "done";
        };
    }
    void subscribe(broker::Subscription& subscription, const Headers& headers = {}) {
        kafka->subscribe_with(headers, subscription, outcome(subscription.id));
    }
    /// The same, and the topic is there and read from there on.
    void subscribed(broker::Subscription& subscription, const std::string& topic,
                    const Positions& from = {0}) {
        subscribe(subscription);
        engine->user->on_topic(topic, {});
        engine->user->on_attached(topic, engine->ticket, from);
        EXPECT_EQ(outcomes[subscription.id], "done");
        (void)engine->asked();
    }
    void publish(const std::string& destination, const std::string& body, const Headers& headers = {}) {
        kafka->publish(std::make_shared<const Message>(Message{destination, headers, body, "own"}),
                       outcome(body));
    }
    void records(const std::string& topic, const std::vector<Arrival>& all) {
        engine->user->on_records(topic, all);
    }

    base::TimerQueue timers;
    BrokerSettings settings;
    std::shared_ptr<FakeEngine> engine = std::make_shared<FakeEngine>();
    FakeSession session;
    std::map<std::string, std::string> outcomes;
    std::string events;
    std::unique_ptr<KafkaBroker> kafka;
};

TEST_F(KafkaBrokerTest, NothingIsAskedBeforeTheShardRuns) {
    broker::Subscription a = session.subscription("/topic/a");
    subscribe(a);
    publish("/topic/a", "1");
    EXPECT_EQ(engine->asked(), "");
    EXPECT_EQ(outcomes["1"], "unavailable");
    timers.run_due(base::TimePoint(std::chrono::seconds(1)));
    EXPECT_EQ(engine->asked(), "open look_up:topic.a");
    kafka->unsubscribe(a);
}

TEST_F(KafkaBrokerTest, APublishIsDoneWhenItIsReported) {
    begin();
    publish("/topic/prices/EUR", "1");
    publish("/topic/prices/EUR", "2");
    EXPECT_EQ(engine->asked(), "look_up:prices");
    engine->user->on_topic("prices", {});
    EXPECT_EQ(engine->asked(), "produce:prices/EUR=1 produce:prices/EUR=2");
    EXPECT_EQ(outcomes["2"], "waits");
    engine->user->on_produced(std::vector{Report{engine->produced, {}}});
    EXPECT_EQ(outcomes["2"], "done");
    EXPECT_EQ(outcomes["1"], "waits");
    engine->user->on_produced(std::vector{Report{engine->produced - 1, Error{Errc::unavailable, ""}}});
    EXPECT_EQ(outcomes["1"], "unavailable");
    EXPECT_EQ(kafka->pending(), 0U);
    publish("/topic/prices/EUR", "3");
    EXPECT_EQ(engine->asked(), "produce:prices/EUR=3");
}

TEST_F(KafkaBrokerTest, WhereNoRuleGivesAKeyTheHeaderDoes) {
    begin();
    publish("/topic/a", "1", {{"kafka-key", "k"}});
    publish("/topic/prices/EUR", "2", {{"kafka-key", "k"}});
    engine->user->on_topic("topic.a", {});
    engine->user->on_topic("prices", {});
    EXPECT_EQ(engine->asked(), "look_up:topic.a look_up:prices produce:topic.a/k=1 produce:prices/EUR=2");
}

TEST_F(KafkaBrokerTest, ATopicThatIsNotThereIsNotFoundAndAskedForAgain) {
    begin();
    publish("/topic/a", "1");
    broker::Subscription a = session.subscription("/topic/a");
    subscribe(a);
    engine->user->on_topic("topic.a", Error{Errc::not_found, ""});
    EXPECT_EQ(outcomes["1"], "not-found");
    EXPECT_EQ(outcomes[a.id], "not-found");
    kafka->unsubscribe(a);
    (void)engine->asked();
    publish("/topic/a", "2");
    EXPECT_EQ(engine->asked(), "look_up:topic.a");
}

TEST_F(KafkaBrokerTest, WhileTheyAreAwayPublishesAreRefusedAndSubscriptionsWait) {
    begin(false);
    broker::Subscription a = session.subscription("/topic/a");
    subscribe(a);
    publish("/topic/a", "1");
    EXPECT_EQ(outcomes["1"], "unavailable");
    engine->user->on_topic("topic.a", Error{Errc::unavailable, ""});
    EXPECT_EQ(outcomes[a.id], "waits");
    (void)engine->asked();
    engine->user->on_availability(true, {});
    EXPECT_EQ(engine->asked(), "look_up:topic.a");
    engine->user->on_topic("topic.a", {});
    engine->user->on_attached("topic.a", engine->ticket, {0});
    EXPECT_EQ(outcomes[a.id], "done");
    engine->user->on_availability(false, "lost");
    EXPECT_EQ(events, "up down ");
    kafka->unsubscribe(a);
}

TEST_F(KafkaBrokerTest, TooMuchThatIsNotConfirmedIsRefused) {
    settings.max_pending = 2;
    settings.max_pending_bytes = 10'000;
    begin();
    publish("/topic/a", std::string(9'000, 'x'));
    publish("/topic/a", std::string(2'000, 'y'));
    EXPECT_EQ(outcomes[std::string(2'000, 'y')], "unavailable");
    publish("/topic/a", "2");
    publish("/topic/a", "3");
    EXPECT_EQ(outcomes["2"], "waits");
    EXPECT_EQ(outcomes["3"], "unavailable");
    publish("/topic/a", std::string(300'000, 'z'));
    EXPECT_EQ(outcomes[std::string(300'000, 'z')], "too-large");
}

TEST_F(KafkaBrokerTest, ManyUnknownTopicsAreNotAskedForAtOnce) {
    settings.max_pending = 10'000;
    settings.max_pending_bytes = std::size_t{100} << 20;
    begin();
    for (int i = 0; i < 1000; ++i) publish("/topic/t" + std::to_string(i), std::to_string(i));
    EXPECT_EQ(outcomes["0"], "waits");
    EXPECT_EQ(outcomes["999"], "unavailable");
    EXPECT_LT(kafka->pending(), 100U);
}

TEST_F(KafkaBrokerTest, AFullClientLibraryRefuses) {
    begin();
    engine->is_full = true;
    publish("/topic/a", "1");
    engine->user->on_topic("topic.a", {});
    EXPECT_EQ(outcomes["1"], "unavailable");
    EXPECT_EQ(kafka->pending(), 0U);
}

TEST_F(KafkaBrokerTest, ATopicIsReadOnceForAllItsSubscribers) {
    begin();
    broker::Subscription first = session.subscription("/topic/a");
    broker::Subscription second = session.subscription("/topic/a");
    subscribe(first);
    subscribe(second);
    EXPECT_EQ(engine->asked(), "look_up:topic.a");
    engine->user->on_topic("topic.a", {});
    EXPECT_EQ(engine->asked(), "attach:topic.a");
    engine->user->on_attached("topic.a", engine->ticket, {7});
    EXPECT_EQ(outcomes[first.id] + outcomes[second.id], "donedone");
    records("topic.a", {{0, 7, message("/topic/a", "x")}, {0, 8, nullptr}, {0, 9, message("/topic/a", "y")}});
    EXPECT_EQ(session.bodies(first), "xy");
    EXPECT_EQ(session.bodies(second), "xy");
    EXPECT_EQ(session.got[first.id][0].number, 0U);
    kafka->unsubscribe(first);
    EXPECT_EQ(engine->asked(), "");
    kafka->unsubscribe(second);
    EXPECT_EQ(engine->asked(), "detach:topic.a");
    records("topic.a", {{0, 10, message("/topic/a", "late")}});
}

TEST_F(KafkaBrokerTest, ARecordGoesToTheDestinationOfItsKey) {
    begin();
    broker::Subscription euro = session.subscription("/topic/prices/EUR");
    broker::Subscription all = session.subscription("/topic/prices/*");
    subscribed(euro, "prices");
    subscribe(all);
    EXPECT_EQ(outcomes[all.id], "done");
    records("prices", {{0, 1, message("/topic/prices/EUR", "1")}, {0, 2, message("/topic/prices/USD", "2")}});
    EXPECT_EQ(session.bodies(euro), "1");
    EXPECT_EQ(session.bodies(all), "12");
    kafka->unsubscribe(euro);
    kafka->unsubscribe(all);
}

TEST_F(KafkaBrokerTest, SessionsGetManyRecordsInRunsThatTheyHaveRoomFor) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    subscribed(a, "topic.a");
    std::vector<Arrival> many;
    for (std::int64_t offset = 0; offset < 1000; ++offset)
        many.push_back({0, offset, message("/topic/a", "x")});
    records("topic.a", many);
    EXPECT_EQ(session.bodies(a), std::string(1000, 'x'));
    EXPECT_EQ(session.longest_run, 32U);  // as the built-in broker's
    kafka->unsubscribe(a);
}

TEST_F(KafkaBrokerTest, AnAnswerToAnEarlierAskingIsIgnored) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    subscribed(a, "topic.a");
    kafka->unsubscribe(a);
    subscribe(a);
    const std::uint64_t ticket = engine->ticket;
    engine->user->on_attached("topic.a", ticket - 1, {0});
    EXPECT_EQ(outcomes[a.id], "waits");
    records("topic.a", {{0, 1, message("/topic/a", "early")}});
    engine->user->on_attached("topic.a", ticket, {2});
    records("topic.a", {{0, 2, message("/topic/a", "x")}});
    EXPECT_EQ(session.bodies(a), "x");
    kafka->unsubscribe(a);
}

TEST_F(KafkaBrokerTest, ASelectorChooses) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    a.selector = std::make_shared<const messaging::Selector>(*messaging::Selector::parse("kind = 'x'"));
    subscribed(a, "topic.a");
    records("topic.a",
            {{0, 1, std::make_shared<const Message>(Message{"/topic/a", {{"kind", "x"}}, "1", ""})},
             {0, 2, message("/topic/a", "2")}});
    EXPECT_EQ(session.bodies(a), "1");
    kafka->unsubscribe(a);
}

TEST_F(KafkaBrokerTest, ASubscriptionThatResumesIsHandedOverToTheLiveStream) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    subscribe(a, {{"offset", "earliest"}});
    engine->user->on_topic("topic.a", {});
    engine->user->on_attached("topic.a", engine->ticket, {3});
    EXPECT_EQ(engine->asked(), "look_up:topic.a attach:topic.a start_reader:topic.a");
    records("topic.a", {{0, 3, message("/topic/a", "3")}});
    engine->user->on_reader(engine->reader, std::map<std::int32_t, std::int64_t>{{0, 1}});
    EXPECT_EQ(outcomes[a.id], "done");
    EXPECT_EQ(engine->asked(), "allow");
    const std::vector<Arrival> read{{0, 1, message("/topic/a", "1")}, {0, 2, message("/topic/a", "2")}};
    engine->user->on_reader_records(engine->reader, read, 100);
    EXPECT_EQ(session.bodies(a), "12");
    engine->user->on_reader_records(engine->reader, std::vector{Arrival{0, 3, message("/topic/a", "3")}}, 50);
    EXPECT_EQ(engine->asked(), "stop_reader");
    records("topic.a", {{0, 4, message("/topic/a", "4")}});
    EXPECT_EQ(session.bodies(a), "1234");
    for (const auto& got : std::vector(session.got[a.id]))
        kafka->settle(a, got.number, broker::Settlement::accepted);
    records("topic.a", {{0, 5, message("/topic/a", "5")}});
    EXPECT_EQ(session.bodies(a), "12345");
    EXPECT_EQ(session.got[a.id].back().number, 0U);  // it stands among the others
    kafka->unsubscribe(a);
    EXPECT_EQ(engine->asked(), "detach:topic.a");
}

TEST_F(KafkaBrokerTest, OneThatEndsWhileItResumesStopsItsReader) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    broker::Subscription b = session.subscription("/topic/a");
    subscribed(b, "topic.a");
    subscribe(a, {{"timestamp", "1"}});
    EXPECT_EQ(engine->asked(), "start_reader:topic.a");
    kafka->unsubscribe(a);
    EXPECT_EQ(engine->asked(), "stop_reader");
    engine->user->on_reader(engine->reader, std::map<std::int32_t, std::int64_t>{{0, 1}});
    engine->user->on_reader_records(engine->reader, std::vector{Arrival{0, 1, message("/topic/a", "1")}}, 1);
    EXPECT_EQ(session.bodies(a), "");
    kafka->unsubscribe(b);
}

TEST_F(KafkaBrokerTest, AReaderThatCannotBeginRefusesTheSubscription) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    subscribe(a, {{"offset", "5"}, {"partition", "9"}});
    engine->user->on_topic("topic.a", {});
    engine->user->on_attached("topic.a", engine->ticket, {3});
    engine->user->on_reader(engine->reader, Error{Errc::not_found, ""});
    EXPECT_EQ(outcomes[a.id], "not-found");
    records("topic.a", {{0, 3, message("/topic/a", "3")}});
    EXPECT_EQ(session.bodies(a), "");
    kafka->unsubscribe(a);
}

TEST_F(KafkaBrokerTest, WrongPositionsAndNamesAreRefusedAtOnce) {
    begin();
    broker::Subscription a = session.subscription("/topic/a");
    subscribe(a, {{"offset", "x"}});
    EXPECT_EQ(outcomes[a.id], "malformed");
    broker::Subscription b = session.subscription("/topic/**");
    subscribe(b);
    EXPECT_EQ(outcomes[b.id], "unsupported");
    broker::Subscription c = session.subscription("/queue/a");
    subscribe(c, {{"offset", "1"}});
    EXPECT_EQ(outcomes[c.id], "unsupported");
    EXPECT_EQ(engine->asked(), "");
    for (broker::Subscription* each : {&a, &b, &c}) kafka->unsubscribe(*each);
}

TEST_F(KafkaBrokerTest, AQueuesMessageIsSettledAtTheEngine) {
    begin();
    broker::Subscription a = session.subscription("/queue/a");
    subscribe(a);
    engine->user->on_topic("queue.a", Error{Errc::unavailable, ""});
    EXPECT_EQ(outcomes[a.id], "waits");
    timers.run_due(base::TimePoint(std::chrono::seconds(2)));
    engine->user->on_topic("queue.a", {});
    EXPECT_EQ(outcomes[a.id], "done");
    EXPECT_EQ(engine->asked(), "look_up:queue.a look_up:queue.a join:queue.a");
    engine->user->on_queue(std::vector{QueueArrival{engine->consumer, 5, message("/queue/a", "x"), true}});
    EXPECT_EQ(session.got[a.id].at(0).number, 5U);
    EXPECT_TRUE(session.got[a.id].at(0).redelivered);
    kafka->settle(a, 5, broker::Settlement::rejected);
    kafka->unsubscribe(a);
    EXPECT_EQ(engine->asked(), "reject:5 leave:queue.a");
    engine->user->on_queue(std::vector{QueueArrival{engine->consumer, 6, message("/queue/a", "y"), false}});
    EXPECT_EQ(session.bodies(a), "x");
}

TEST_F(KafkaBrokerTest, AQueueThatIsNotThereIsNotFoundAndOneThatWasLeftIsNotJoined) {
    begin();
    broker::Subscription a = session.subscription("/queue/a");
    broker::Subscription b = session.subscription("/queue/b");
    subscribe(a);
    subscribe(b);
    engine->user->on_topic("queue.a", Error{Errc::not_found, ""});
    EXPECT_EQ(outcomes[a.id], "not-found");
    kafka->unsubscribe(a);
    kafka->unsubscribe(b);
    engine->user->on_topic("queue.b", {});
    EXPECT_EQ(engine->asked(), "look_up:queue.a look_up:queue.b");
    subscribe(b);
    EXPECT_EQ(engine->asked(), "join:queue.b");
    kafka->unsubscribe(b);
}

TEST_F(KafkaBrokerTest, AfterTheEndEverythingIsRefused) {
    begin();
    publish("/topic/a", "1");
    kafka->shut_down();
    EXPECT_EQ(outcomes["1"], "unavailable");
    publish("/topic/a", "2");
    EXPECT_EQ(outcomes["2"], "unavailable");
    EXPECT_EQ(engine->asked(), "look_up:topic.a close");
    EXPECT_EQ(events, "up down ");
}

/// Its listener keeps what it is told.
struct Node final : broker::NodeChannel::Listener {
    void on_node_message(std::string_view body) override { said += std::string(body) + " "; }
    void on_node_channel(bool open) override { said += open ? "open " : "closed "; }
    std::string said;
};

TEST_F(KafkaBrokerTest, ServersTalkByATopicOfTheirOwn) {
    Node node;
    kafka->node_channel("g")->listen("n1", node);
    begin();
    engine->user->on_topic("stentor-nodes", {});
    engine->user->on_attached("stentor-nodes", engine->ticket, {0});
    const auto to = [](std::int64_t offset, const std::string& name, const std::string& body) {
        return Arrival{0, offset, std::make_shared<const Message>(Message{"", {}, body, name})};
    };
    records("stentor-nodes", {to(0, "g/", "all"), to(1, "g/n2", "other"), to(2, "g/n1", "me"),
                              to(3, "h/", "others"), to(4, "", "none")});
    engine->user->on_availability(false, "lost");
    engine->user->on_availability(true, {});
    EXPECT_EQ(node.said, "open all me closed open ");
    (void)engine->asked();
    kafka->node_channel("g")->send("n2", "to n2", outcome("sent"));
    kafka->node_channel("g")->send("", "to all", outcome("sent all"));
    EXPECT_EQ(engine->asked(), "produce:stentor-nodes/g/n2=to n2 produce:stentor-nodes/g/=to all");
}

TEST_F(KafkaBrokerTest, NoClientsDestinationIsTheServersTopic) {
    settings.nodes_topic = "topic.nodes";
    begin();
    publish("/topic/nodes", "1");
    EXPECT_EQ(outcomes["1"], "forbidden");
    broker::Subscription a = session.subscription("/topic/nodes");
    subscribe(a);
    EXPECT_EQ(outcomes[a.id], "forbidden");
    kafka->unsubscribe(a);
}

}  // namespace
}  // namespace stentor::kafka
