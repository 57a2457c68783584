#include "broker/turn_run.hpp"

#include "recorder.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace stentor::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TurnRunTest : public ::testing::Test {
protected:
    std::vector<std::vector<std::string>> delivered;
    TurnRun run{[this](std::span<const MessagePtr> messages) {
        auto& bodies = delivered.emplace_back();
        for (const MessagePtr& message : messages) {
            EXPECT_EQ(message->destination, messages.front()->destination);
            bodies.push_back(message->body);
        }
        return messages.size();
    }};
    void add(std::string destination, std::string body) {
        run.add(test::message(std::move(destination), std::move(body)));
    }
};

TEST_F(TurnRunTest, WayIsMadeForAnotherTopicOnly) {
    run.make_way_for("/topic/a");
    add("/topic/a", "1");
    run.make_way_for("/topic/a");
    EXPECT_THAT(delivered, IsEmpty());
    run.make_way_for("/topic/b");
    EXPECT_THAT(delivered, ElementsAre(ElementsAre("1")));
    EXPECT_TRUE(run.empty());
}

TEST_F(TurnRunTest, WhatIsForOneTopicGoesTogether) {
    add("/topic/a", "1");
    add("/topic/a", "2");
    EXPECT_THAT(delivered, IsEmpty());
    EXPECT_FALSE(run.empty());
    EXPECT_EQ(run.flush(), 2U);
    EXPECT_TRUE(run.empty());
    EXPECT_THAT(delivered, ElementsAre(ElementsAre("1", "2")));
    EXPECT_EQ(run.flush(), 0U);
}

TEST_F(TurnRunTest, TheOrderOfAllTopicsStays) {
    for (const char* each : {"a1", "a2", "b3", "a4", "b5", "b6"}) add("/topic/" + std::string(each, 1), each);
    run.flush();
    EXPECT_THAT(delivered, ElementsAre(ElementsAre("a1", "a2"), ElementsAre("b3"), ElementsAre("a4"),
                                       ElementsAre("b5", "b6")));
}

TEST_F(TurnRunTest, SoManyMessagesAndBytesAndNoMore) {
    for (int i = 0; i < 70; ++i) add("/topic/a", "x");
    run.flush();
    ASSERT_EQ(delivered.size(), 3U);
    EXPECT_EQ(delivered[0].size(), 32U);
    EXPECT_EQ(delivered[2].size(), 6U);
    delivered.clear();
    for (int i = 0; i < 4; ++i) add("/topic/a", std::string(30'000, 'x'));
    run.flush();
    ASSERT_EQ(delivered.size(), 2U);
    delivered.clear();
    for (int i = 0; i < 2; ++i) add("/topic/a", std::string(200'000, 'x'));
    run.flush();
    EXPECT_EQ(delivered.size(), 2U) << "one that is larger than that goes alone";
}

}  // namespace
}  // namespace stentor::broker
