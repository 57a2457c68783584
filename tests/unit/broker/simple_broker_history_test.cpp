#include "broker/home.hpp"
#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace stentor::broker {
namespace {

using namespace std::chrono_literals;
using namespace test;
using Bodies = std::vector<std::string>;

Settings keeping(std::size_t messages) {
    return {.histories = {{messaging::DestinationPattern::parse("/topic/kept/**").value(), messages}}};
}

/// A name below /topic/kept that is at home on that shard.
std::string at_home_on(unsigned shard, unsigned count) {
    for (int i = 0;; ++i)
        if (std::string name = "/topic/kept/" + std::to_string(i); home_shard(name, count) == shard)
            return name;
}

/// Gets messages and, as a session whose client is quick, accepts them later.
struct Reader {
    Reader(Shards& all, unsigned at, const std::string& to) : shards(all), shard(at), recorder(to) {}
    ~Reader() { leave(); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    Reader& join() {
        shards[shard].subscribe(recorder.subscription, joined.done());
        there = true;
        return *this;
    }
    void leave() {
        if (std::exchange(there, false)) shards[shard].unsubscribe(recorder.subscription);
    }
    void accept() {
        for (const auto& [number, taken] : std::exchange(recorder.pending, {}))
            shards[shard].settle(recorder.subscription, number, Settlement::accepted);
    }
    Subscription& operator*() { return recorder.subscription; }
    [[nodiscard]] const Bodies& bodies() const { return recorder.bodies; }

    Shards& shards;
    unsigned shard;
    Recorder recorder;
    Outcome joined;
    bool there = false;
};

/// Who publishes, who subscribes and where it is at home: on the same shard and on different ones.
TEST(BrokerHistory, ALateSubscriberGetsTheLastValue) {
    for (unsigned home = 0; home < 3; ++home)
        for (unsigned from = 0; from < 3; ++from)
            for (unsigned to = 0; to < 3; ++to) {
                Shards shards(3, keeping(1));
                const std::string topic = at_home_on(home, 3);
                Outcome published;
                publish(shards[from], topic, "old");
                shards[from].publish(message(topic, "last"), published.done());
                shards.deliver_all();
                EXPECT_TRUE(published.succeeded());
                Reader late(shards, to, topic);
                late.join();
                shards.deliver_all();
                EXPECT_TRUE(late.joined.succeeded());
                EXPECT_EQ(late.bodies(), Bodies{"last"});
                publish(shards[from], topic, "live");
                shards.deliver_all();
                EXPECT_EQ(late.bodies(), (Bodies{"last", "live"}));
            }
}

TEST(BrokerHistory, WhatIsNotConfiguredIsNotKept) {
    Shards shards(2, keeping(1));
    publish(shards[0], "/topic/other", "m");
    Reader late(shards, 1, "/topic/other");
    late.join();
    shards.deliver_all();
    EXPECT_EQ(late.bodies(), Bodies{});
    EXPECT_EQ(shards[0].history().destinations() + shards[1].history().destinations(), 0U);
}

TEST(BrokerHistory, APublishIsDoneWhenItIsKept) {
    Shards shards(2, keeping(1));
    Outcome published;
    shards[0].publish(message(at_home_on(1, 2), "m"), published.done());
    EXPECT_EQ(published.calls, 0);
    shards.deliver_all();
    EXPECT_TRUE(published.succeeded());
    EXPECT_EQ(shards[1].history().destinations(), 1U);
    EXPECT_EQ(shards[0].history().destinations(), 0U) << "one shard keeps it";
}

TEST(BrokerHistory, ASubscriptionIsDoneWhenWhatIsKeptIsThere) {
    Shards shards(3, keeping(1));
    const std::string topic = at_home_on(2, 3);
    publish(shards[2], topic, "m");
    Reader early(shards, 0, topic), late(shards, 0, topic);
    early.join();
    EXPECT_EQ(early.joined.calls, 0);
    shards.deliver_all();
    EXPECT_TRUE(early.joined.succeeded());
    late.join();
    EXPECT_EQ(late.joined.calls, 0) << "the interest is known, the history is not there";
    shards.deliver_all();
    EXPECT_TRUE(late.joined.succeeded());
    EXPECT_EQ(late.bodies(), Bodies{"m"});
}

TEST(BrokerHistory, WhoAsksForFewerGetsFewer) {
    Shards shards(2, keeping(5));
    const std::string topic = at_home_on(0, 2);
    for (const char* body : {"1", "2", "3"}) publish(shards[0], topic, body);
    Reader none(shards, 1, topic), two(shards, 1, topic), ten(shards, 1, topic);
    (*none).history = 0;
    (*two).history = 2;
    (*ten).history = 10;
    for (Reader* reader : {&none, &two, &ten}) reader->join();
    shards.deliver_all();
    EXPECT_EQ(none.bodies(), Bodies{});
    EXPECT_EQ(two.bodies(), (Bodies{"2", "3"}));
    EXPECT_EQ(ten.bodies(), (Bodies{"1", "2", "3"}));
    publish(shards[1], topic, "4");
    shards.deliver_all();
    EXPECT_EQ(none.bodies(), Bodies{"4"});
    EXPECT_EQ(two.bodies(), (Bodies{"2", "3", "4"}));
}

TEST(BrokerHistory, APatternGetsWhatEveryShardKeeps) {
    Shards shards(3, keeping(2));
    Bodies all;
    for (unsigned home = 0; home < 3; ++home)
        for (const char* n : {"1", "2", "3"})
            publish(shards[0], at_home_on(home, 3), std::to_string(home) + n);
    shards.deliver_all();
    Reader wild(shards, 1, "/topic/**");
    wild.join();
    publish(shards[2], "/topic/other", "other");
    shards.deliver_all();
    EXPECT_TRUE(wild.joined.succeeded());
    Bodies got = wild.bodies();
    for (unsigned home = 0; home < 3; ++home)
        EXPECT_LT(std::ranges::find(got, std::to_string(home) + "2"),
                  std::ranges::find(got, std::to_string(home) + "3"));
    std::ranges::sort(got);
    std::erase(got, "other");  // it may have come too early
    EXPECT_EQ(got, (Bodies{"02", "03", "12", "13", "22", "23"}));
}

/// Each of them would be more than a subscription may be given.
TEST(BrokerHistory, WhatAllShardsGiveTogetherHasALimit) {
    Settings settings = keeping(10);
    settings.replay.messages = 12;
    Shards shards(3, settings);
    for (unsigned home = 0; home < 3; ++home)
        for (int i = 0; i < 10; ++i) publish(shards[home], at_home_on(home, 3), std::to_string(i));
    Reader wild(shards, 0, "/topic/kept/*");
    wild.join();
    shards.deliver_all();
    EXPECT_EQ(wild.bodies().size(), 12U);
    EXPECT_EQ(wild.bodies().back(), "9");
    EXPECT_TRUE(wild.joined.succeeded());
}

/// What is on the way while a subscription asks for the history is part of that, and comes once.
TEST(BrokerHistory, WhatIsUnderWayMeanwhileComesOnce) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    Reader first(shards, 1, topic);  // so that shard 0 knows of the interest already
    first.join();
    shards.deliver_all();
    publish(shards[0], topic, "1");  // its mail is on the way
    publish(shards[1], topic, "2");  // on its way to its home
    Reader second(shards, 1, topic);
    second.join();
    publish(shards[1], topic, "3");
    shards.deliver_all();
    for (const Reader* reader : {&first, &second}) EXPECT_EQ(reader->bodies(), (Bodies{"1", "2", "3"}));
}

/// What waits in a hold is kept already: who comes now has it from there.
TEST(BrokerHistory, WhatIsHeldComesOnceToo) {
    for (unsigned home = 0; home < 2; ++home) {
        Settings settings = keeping(10);
        settings.holds = {{messaging::DestinationPattern::parse("/topic/**").value(), 10ms}};
        settings.in_runs = true;
        Shards shards(2, settings);
        const std::string topic = at_home_on(home, 2);
        Reader first(shards, 1, topic), second(shards, 1, topic), wild(shards, 1, "/topic/kept/*");
        first.join();
        shards.deliver_all();
        shards.advance(1s);
        for (const char* body : {"1", "2", "3"}) {
            publish(shards[0], topic, body);
            shards.deliver_all();
            shards.advance(1ms);
        }
        EXPECT_EQ(first.bodies(), Bodies{"1"}) << "the others wait";
        second.join();
        wild.join();
        shards.deliver_all();
        shards.advance(1s);
        publish(shards[0], topic, "4");
        shards.deliver_all();
        shards.advance(1s);
        for (const Reader* reader : {&first, &second, &wild})
            EXPECT_EQ(reader->bodies(), (Bodies{"1", "2", "3", "4"}));
    }
}

/// One turn's messages wait for its end.
TEST(BrokerHistory, WhatWaitsForTheEndOfTheTurnComesOnceToo) {
    Settings settings = keeping(10);
    settings.in_runs = true;
    Shards shards(1, settings);
    Reader first(shards, 0, "/topic/kept/x"), second(shards, 0, "/topic/kept/x");
    first.join();
    publish(shards[0], "/topic/kept/x", "1");
    publish(shards[0], "/topic/kept/x", "2");
    second.join();
    publish(shards[0], "/topic/kept/x", "3");
    shards[0].flush();
    second.accept();
    for (const Reader* reader : {&first, &second}) EXPECT_EQ(reader->bodies(), (Bodies{"1", "2", "3"}));
}

TEST(BrokerHistory, WhoNeedNotAcknowledgeIsGivenAsMuchAsItWrites) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    for (const char* body : {"1", "2", "3", "4", "5"}) publish(shards[0], topic, body);
    Reader slow(shards, 1, topic);
    (*slow).window.messages = 2;
    slow.join();
    shards.deliver_all();
    publish(shards[0], topic, "live");
    shards.deliver_all();
    EXPECT_EQ(slow.bodies(), (Bodies{"1", "2"}));
    slow.accept();
    EXPECT_EQ(slow.bodies(), (Bodies{"1", "2", "3", "4"}));
    slow.accept();
    EXPECT_EQ(slow.bodies(), (Bodies{"1", "2", "3", "4", "5", "live"}))
        << "what came meanwhile comes after it";
    slow.accept();
    publish(shards[0], topic, "later");
    shards.deliver_all();
    EXPECT_EQ(slow.bodies().back(), "later");
    EXPECT_TRUE(slow.recorder.pending.empty()) << "from now on there is nothing to settle";
}

TEST(BrokerHistory, TheWindowOfWhoAcknowledgesHoldsForWhatIsKeptToo) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    for (const char* body : {"1", "2", "3"}) publish(shards[0], topic, body);
    Reader careful(shards, 1, topic);
    (*careful).acknowledges = true;
    (*careful).window.messages = 2;
    careful.join();
    shards.deliver_all();
    EXPECT_EQ(careful.bodies(), (Bodies{"1", "2"}));
    careful.accept();
    EXPECT_EQ(careful.bodies(), (Bodies{"1", "2", "3"}));
    publish(shards[0], topic, "live");
    shards.deliver_all();
    EXPECT_EQ(careful.recorder.pending.size(), 2U) << "it goes on acknowledging";
}

TEST(BrokerHistory, WhoIsTooSlowForWhatIsPublishedMeanwhileOverflows) {
    Settings settings = keeping(3);
    settings.topic_backlog.max_messages = 5;
    Shards shards(1, settings);
    for (const char* body : {"1", "2", "3"}) publish(shards[0], "/topic/kept/x", body);
    Reader slow(shards, 0, "/topic/kept/x");
    (*slow).window.messages = 1;
    slow.join();
    for (int i = 0; i < 10; ++i) publish(shards[0], "/topic/kept/x", "live");
    EXPECT_EQ(slow.recorder.overflows, 1);
    slow.accept();
    EXPECT_EQ(slow.bodies(), Bodies{"1"}) << "it has to end";
}

TEST(BrokerHistory, WhatIsKeptIsNoMoreThanASubscriptionsBacklogMayBe) {
    Settings settings = keeping(10);
    settings.topic_backlog.max_messages = 4;
    Shards shards(1, settings);
    for (int i = 0; i < 10; ++i) publish(shards[0], "/topic/kept/x", std::to_string(i));
    Reader slow(shards, 0, "/topic/kept/x");
    (*slow).window.messages = 1;
    slow.join();
    EXPECT_EQ(slow.recorder.overflows, 0);
    for (int i = 0; i < 10; ++i) slow.accept();
    EXPECT_EQ(slow.bodies(), (Bodies{"6", "7", "8", "9"}));
}

TEST(BrokerHistory, ASelectorAppliesToWhatIsKept) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    const auto publish_n = [&](const char* n) {
        shards[0].publish(std::make_shared<const Message>(Message{topic, {{"n", n}}, n, {}}),
                          [](const Result<void>&) {});
    };
    for (const char* n : {"1", "2", "3"}) publish_n(n);
    Reader choosy(shards, 1, topic);
    (*choosy).selector =
        std::make_shared<const messaging::Selector>(messaging::Selector::parse("n <> 2").value());
    choosy.join();
    shards.deliver_all();
    choosy.accept();
    publish_n("2");
    publish_n("4");
    shards.deliver_all();
    EXPECT_EQ(choosy.bodies(), (Bodies{"1", "3", "4"}));
    EXPECT_TRUE(choosy.recorder.pending.empty());
}

TEST(BrokerHistory, WhoLeavesBeforeWhatIsKeptComesIsToldAndGetsNothing) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    publish(shards[0], topic, "1");
    Reader hasty(shards, 1, topic);
    hasty.join();
    hasty.leave();
    shards.deliver_all();
    EXPECT_EQ(hasty.joined.calls, 1);
    EXPECT_EQ(hasty.bodies(), Bodies{});
    EXPECT_EQ(shards[1].subscriptions(), 0U);
    EXPECT_TRUE(shards[0].has_no_topics());
}

TEST(BrokerHistory, WhoLeavesAndComesAgainAtOnceGetsWhatIsKeptOnce) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    publish(shards[0], topic, "1");
    Reader first(shards, 1, topic), again(shards, 1, topic);
    first.join();
    first.leave();
    again.join();
    publish(shards[0], topic, "2");
    shards.deliver_all();
    again.accept();
    EXPECT_EQ(first.bodies(), Bodies{});
    EXPECT_EQ(again.bodies(), (Bodies{"1", "2"}));
}

/// Two publishers at once: who was there and who comes later agree on what was last.
TEST(BrokerHistory, AllSeeTheSameOrder) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        Shards shards(3, keeping(100));
        const std::string topic = at_home_on(0, 3);
        Reader one(shards, 0, topic), two(shards, 1, topic), three(shards, 2, topic), late(shards, 1, topic);
        for (Reader* reader : {&one, &two, &three}) reader->join();
        shards.deliver_all();
        for (int i = 0; i < 20; ++i) {
            publish(shards[random() % 3], topic, std::to_string(i));
            shards.deliver_one(random);
        }
        shards.deliver_all();
        late.join();
        shards.deliver_all();
        EXPECT_EQ(one.bodies().size(), 20U);
        for (const Reader* reader : {&two, &three, &late}) EXPECT_EQ(reader->bodies(), one.bodies());
    }
}

TEST(BrokerHistory, ClearingIsSeenByWhoIsThereAndLeavesNothingForWhoComes) {
    Shards shards(2, keeping(10));
    const std::string topic = at_home_on(0, 2);
    Reader there(shards, 1, topic), late(shards, 1, topic);
    there.join();
    publish(shards[1], topic, "1");
    shards[1].publish(std::make_shared<const Message>(Message{topic, {{"x-history-clear", "true"}}, "", {}}),
                      [](const Result<void>&) {});
    shards.deliver_all();
    late.join();
    shards.deliver_all();
    EXPECT_EQ(there.bodies(), (Bodies{"1", ""}));
    EXPECT_EQ(late.bodies(), Bodies{});
}

TEST(BrokerHistory, AQueueKeepsNoHistory) {
    Settings settings;
    settings.histories = {{messaging::DestinationPattern::parse("/**").value(), 5}};
    Shards shards(1, settings);
    Reader first(shards, 0, "/queue/x"), second(shards, 0, "/queue/x");
    first.join();
    publish(shards[0], "/queue/x", "1");
    first.accept();
    second.join();
    EXPECT_EQ(second.bodies(), Bodies{});
    EXPECT_EQ(shards[0].history().destinations(), 0U);
}

}  // namespace
}  // namespace stentor::broker
