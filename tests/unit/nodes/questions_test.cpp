#include "nodes/questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::nodes {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class NodeQuestions : public testing::Test {
protected:
    std::uint64_t open(const std::vector<std::string>& nodes) {
        return questions.open(nodes, now + 1s, [this](Replies replies) {
            ++ended;
            last = std::move(replies);
        });
    }
    Questions questions{2};
    base::TimePoint now{};
    int ended = 0;
    Replies last;
};

TEST_F(NodeQuestions, EndWithTheLastAnswer) {
    const auto number = open({"a", "b"});
    questions.answer("b", number, {.count = 2, .sessions = {}});
    EXPECT_EQ(ended, 0);
    questions.answer("a", number, {.count = 3, .sessions = {}});
    EXPECT_EQ(ended, 1);
    ASSERT_EQ(last.from.size(), 2U);
    EXPECT_EQ(last.from[0].first, "b");
    EXPECT_EQ(last.from[0].second.count, 2U);
    EXPECT_THAT(last.silent, IsEmpty());
    EXPECT_EQ(questions.size(), 0U);
}

TEST_F(NodeQuestions, EndWhenTheirTimeIsOver) {
    const auto number = open({"a", "b"});
    questions.answer("a", number, {});
    EXPECT_EQ(questions.next_deadline(), now + 1s);
    questions.expire(now + 999ms);
    EXPECT_EQ(ended, 0);
    questions.expire(now + 1s);
    EXPECT_EQ(ended, 1);
    EXPECT_THAT(last.silent, ElementsAre("b"));
    questions.answer("b", number, {});
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(questions.next_deadline(), base::never);
}

TEST_F(NodeQuestions, TakeOneAnswerOfEachWhoWasAsked) {
    const auto number = open({"a", "b"});
    questions.answer("a", number, {});
    questions.answer("a", number, {});
    questions.answer("c", number, {});
    questions.answer("b", number + 1, {});
    questions.answer("b", 0, {});
    EXPECT_EQ(ended, 0);
}

TEST_F(NodeQuestions, DoNotWaitForWhoIsGone) {
    open({"a", "b"});
    open({"b"});
    EXPECT_FALSE(questions.has_room());
    questions.give_up("b");
    EXPECT_EQ(ended, 1);
    EXPECT_THAT(last.silent, ElementsAre("b"));
    questions.give_up("a", 1);
    EXPECT_EQ(ended, 2);
    EXPECT_THAT(last.silent, ElementsAre("b", "a"));
}

TEST_F(NodeQuestions, MayBeAskedAnewWhenOneEnds) {
    questions.open({"a"}, now + 1s, [this](Replies) { open({"b"}); });
    questions.expire(now + 1s);
    EXPECT_EQ(questions.size(), 0U) << "its time is over as well";
    EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace stentor::nodes
