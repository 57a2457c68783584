#include "broker/subscription_index.hpp"

#include "messaging/destination_pattern.hpp"
#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <list>
#include <random>

namespace stentor::broker {
namespace {

std::size_t deliver(SubscriptionIndex& index, const MessagePtr& message) {
    return index.deliver({&message, 1});
}

using namespace test;

/// How many of these subscriptions, all in force, the destination reaches.
std::size_t reached(std::initializer_list<const char*> subscribed, const std::string& destination) {
    SubscriptionIndex index;
    std::deque<Recorder> recorders;
    for (const char* text : subscribed) index.add(recorders.emplace_back(text).subscription);
    const std::size_t count = deliver(index, message(destination));
    for (Recorder& recorder : recorders) index.remove(recorder.subscription);
    EXPECT_EQ(index.size(), 0U);
    EXPECT_EQ(deliver(index, message(destination)), 0U);
    return count;
}

TEST(SubscriptionIndex, ReachesExactSubscriptions) {
    EXPECT_EQ(reached({"/topic/a", "/topic/a", "/topic/b", "/topic", "/topic/a/b"}, "/topic/a"), 2U);
}

TEST(SubscriptionIndex, AStarStandsForOneSegment) {
    EXPECT_EQ(reached({"/topic/*"}, "/topic/a"), 1U);
    EXPECT_EQ(reached({"/topic/*"}, "/topic"), 0U);
    EXPECT_EQ(reached({"/topic/*"}, "/topic/a/b"), 0U);
    EXPECT_EQ(reached({"/topic/*/c", "/topic/a/*", "/topic/*/*", "/*/a/c"}, "/topic/a/c"), 4U);
}

TEST(SubscriptionIndex, AVariableIsAStar) {
    EXPECT_EQ(reached({"/topic/{x}", "/topic/*", "/topic/{y}"}, "/topic/a"), 3U);
}

TEST(SubscriptionIndex, TwoStarsStandForAnyRest) {
    for (const char* destination : {"/topic", "/topic/a", "/topic/a/b/c"})
        EXPECT_EQ(reached({"/topic/**", "/**", "**"}, destination), 3U) << destination;
    EXPECT_EQ(reached({"/topic/**"}, "/topicx"), 0U);
}

TEST(SubscriptionIndex, AStarInADestinationIsATextLikeAnyOther) {
    EXPECT_EQ(reached({"/topic/*"}, "/topic/*"), 1U) << "once, not twice";
    EXPECT_EQ(reached({"/topic/*", "/topic/{x}", "/topic/**", "/topic/a"}, "/topic/*"), 3U);
}

TEST(SubscriptionIndex, OneTakesTheOthersPlace) {
    for (const char* text : {"/topic/a", "/topic/*"}) {
        SubscriptionIndex index;
        Recorder before(text), stand_in(text), after(text), itself(text);
        for (Recorder* recorder : {&before, &stand_in, &after}) index.add(recorder->subscription);
        SubscriptionIndex::replace(stand_in.subscription, itself.subscription);
        EXPECT_EQ(deliver(index, message("/topic/a", "m")), 3U);
        EXPECT_EQ(itself.bodies, std::vector<std::string>{"m"});
        EXPECT_EQ(stand_in.bodies, std::vector<std::string>{});
        for (Recorder* recorder : {&before, &itself, &after}) index.remove(recorder->subscription);
        EXPECT_TRUE(index.empty());
    }
}

/// Each '*' of the destination would double the ways to go.
TEST(SubscriptionIndex, ManyStarsInADestinationAreWalkedOnce) {
    std::string stars = "/topic";
    for (int i = 0; i < 100; ++i) stars += "/*";
    EXPECT_EQ(reached({stars.c_str()}, stars), 1U);
}

TEST(SubscriptionIndex, AStarDoesNotStandForAnEmptySegment) {
    EXPECT_EQ(reached({"/topic/*", "/topic/*/a"}, "/topic/"), 0U);
    EXPECT_EQ(reached({"/topic/*/a"}, "/topic//a"), 0U);
}

TEST(SubscriptionIndex, RemovesTheOneMeant) {
    SubscriptionIndex index;
    Recorder a("/topic/x"), b("/topic/x"), c("/topic/x");
    for (Recorder* recorder : {&a, &b, &c}) index.add(recorder->subscription);
    index.remove(a.subscription);
    deliver(index, message("/topic/x", "1"));
    index.remove(c.subscription);
    deliver(index, message("/topic/x", "2"));
    index.remove(b.subscription);
    EXPECT_EQ(a.bodies, std::vector<std::string>{});
    EXPECT_EQ(b.bodies, (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(c.bodies, std::vector<std::string>{"1"});
}

TEST(SubscriptionIndex, GivesEverybodyTheSameMessage) {
    struct Keeper final : Subscriber {
        void deliver(const Subscription&, const Delivery& given) override { kept = given.message.get(); }
        void overflowed(const Subscription&) override {}
        const Message* kept = nullptr;
    } keeper;
    const std::string id = "a", destination = "/topic/x";
    Subscription subscription{keeper, id, destination};
    SubscriptionIndex index;
    index.add(subscription);
    const MessagePtr sent = message("/topic/x");
    deliver(index, sent);
    EXPECT_EQ(keeper.kept, sent.get());
    index.remove(subscription);
}

/// The shards that the destination reaches.
std::vector<unsigned> shards(SubscriptionIndex& index, const std::string& destination) {
    std::vector<unsigned> all;
    for (const Topic* const topic : index.find(destination))
        all.insert(all.end(), topic->shards.begin(), topic->shards.end());
    std::ranges::sort(all);
    return all;
}

TEST(SubscriptionIndex, KnowsWhichShardsWantWhat) {
    SubscriptionIndex index;
    index.add_shard("/topic/a", 1);
    index.add_shard("/topic/a", 2);
    index.add_shard("/topic/{x}", 3);
    index.add_shard("/topic/**", 4);
    EXPECT_EQ(shards(index, "/topic/a"), (std::vector<unsigned>{1, 2, 3, 4}));
    EXPECT_EQ(shards(index, "/topic/b"), (std::vector<unsigned>{3, 4}));
    EXPECT_EQ(shards(index, "/topic/b/c"), (std::vector<unsigned>{4}));
    index.remove_shard("/topic/a", 1);
    index.remove_shard("/topic/*", 3);
    EXPECT_EQ(shards(index, "/topic/a"), (std::vector<unsigned>{2, 4}));
    index.remove_shard("/topic/a", 2);
    index.remove_shard("/topic/**", 4);
    EXPECT_TRUE(index.empty()) << "nothing is kept of what nobody wants";
}

TEST(SubscriptionIndex, ATopicStaysWhileAShardOrASubscriptionWantsIt) {
    SubscriptionIndex index;
    Recorder own("/topic/x"), other("/topic/x");
    index.add(own.subscription);
    index.add(other.subscription);
    index.add_shard("/topic/x", 1);
    EXPECT_FALSE(index.remove(other.subscription)) << "the shard has one left";
    EXPECT_TRUE(index.remove(own.subscription));
    EXPECT_EQ(shards(index, "/topic/x"), std::vector<unsigned>{1});
    index.add(own.subscription);
    index.remove_shard("/topic/x", 1);
    EXPECT_EQ(deliver(index, message("/topic/x")), 1U);
    index.remove(own.subscription);
    EXPECT_TRUE(index.empty());
}

/// Leaving costs the same however many stay.
TEST(SubscriptionIndex, ManyMayLeaveOneDestination) {
    SubscriptionIndex index;
    std::deque<Recorder> recorders;
    for (int i = 0; i < 100'000; ++i) index.add(recorders.emplace_back("/topic/x").subscription);
    for (Recorder& recorder : recorders) index.remove(recorder.subscription);
    EXPECT_EQ(index.size(), 0U);
}

/// Against the plainest model: every subscription's own pattern is asked.
TEST(SubscriptionIndex, DoesWhatAListOfPatternsWouldDo) {
    constexpr unsigned seed = 20240612;
    std::mt19937 random(seed);
    const auto one_of = [&](std::initializer_list<const char*> choice) {
        return std::string(choice.begin()[random() % choice.size()]);
    };
    const auto destination = [&] {
        std::string text;
        for (auto segments = 1 + random() % 4; segments > 0; --segments)
            text += "/" + one_of({"a", "b", "c", "*"});
        return text;
    };
    const auto pattern = [&] {
        std::string text;
        for (auto segments = random() % 4; segments > 0; --segments)
            text += "/" + one_of({"a", "b", "*", "{x}"});
        return text.empty() || random() % 4 == 0 ? text + "/**" : text;
    };
    SubscriptionIndex index;
    std::list<Recorder> model;
    for (int step = 0; step < 10'000; ++step) {
        if (random() % 3 != 0 && model.size() < 200) {
            const std::string text = random() % 2 == 0 ? pattern() : destination();
            if (!messaging::DestinationPattern::parse(text)) continue;  // "/{x}/{x}"
            index.add(model.emplace_back(text).subscription);
        } else if (!model.empty()) {
            const auto leaving =
                std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
            index.remove(leaving->subscription);
            model.erase(leaving);
        }
        const std::string to = destination();
        std::size_t expected = 0;
        const std::size_t got = deliver(index, message(to, std::to_string(step)));
        for (const Recorder& recorder : model) {
            const bool matches =
                messaging::DestinationPattern::parse(recorder.subscription.destination)->matches(to);
            expected += matches ? 1 : 0;
            const bool has = !recorder.bodies.empty() && recorder.bodies.back() == std::to_string(step);
            ASSERT_EQ(has, matches) << recorder.subscription.destination << " " << to << " seed " << seed;
        }
        ASSERT_EQ(got, expected) << to << " step " << step << " seed " << seed;
        ASSERT_EQ(index.size(), model.size());
    }
}

}  // namespace
}  // namespace stentor::broker
