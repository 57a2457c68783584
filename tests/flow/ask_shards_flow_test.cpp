// One question to all shards.
#include "app/ask_shards.hpp"
#include "flow_test.hpp"

#include <atomic>
#include <future>
#include <stdexcept>
#include <utility>

namespace stentor::test {
namespace {

using app::Shard;

class AskShardsFlow : public FlowTest {
protected:
    app::Inside& inside() { return app::Inside::of(app()); }
};
INSTANTIATE_TEST_SUITE_P(On, AskShardsFlow, testing::Values(1U, 2U, 8U), shards_of);

unsigned number_of(const Shard& shard) { return shard.self(); }

TEST_P(AskShardsFlow, TheAnswersComeByShard) {
    stage->start();
    std::atomic<bool> done = false;
    std::vector<unsigned> got;
    ASSERT_TRUE(app::ask_shards(inside(), number_of, [&](std::vector<unsigned> answers) {
        got = std::move(answers);
        done = true;
    }));
    ASSERT_TRUE(until([&] { return done.load(); }));
    std::vector<unsigned> expected;
    for (unsigned shard = 0; shard < GetParam(); ++shard) expected.push_back(shard);
    EXPECT_EQ(got, expected);
}

TEST_P(AskShardsFlow, TheyComeWhereTheQuestionCameFrom) {
    stage->start();
    std::atomic<unsigned> right = 0;
    std::atomic<unsigned> done = 0;
    ASSERT_TRUE(app::ask_shards(
        inside(),
        [&](Shard& own) {
            app::ask_shards(own, number_of, [&, self = own.self()](const std::vector<unsigned>&) {
                if (inside().server->here() == self) ++right;
                ++done;
            });
            return true;
        },
        [](const std::vector<bool>&) {}));
    ASSERT_TRUE(until([&] { return done == GetParam(); }));
    EXPECT_EQ(right, GetParam());
}

TEST_P(AskShardsFlow, AThreadOfItsOwnMayWait) {
    stage->start();
    auto answers =
        std::async(std::launch::async, [&] { return app::ask_shards_and_wait(inside(), number_of); });
    ASSERT_TRUE(until([&] { return answers.wait_for(0s) == std::future_status::ready; }));
    EXPECT_EQ(answers.get()->size(), GetParam());
}

TEST_P(AskShardsFlow, AShardMayNot) {
    stage->start();
    std::atomic<unsigned> refused = 0;
    ASSERT_TRUE(app::ask_shards(
        inside(),
        [&](Shard&) {
            try {
                return app::ask_shards_and_wait(inside(), number_of).has_value();
            } catch (const std::logic_error&) { return ++refused != 0; }
        },
        [](const std::vector<bool>&) {}));
    EXPECT_TRUE(until([&] { return refused == GetParam(); }));
}

TEST_P(AskShardsFlow, OneThatThrowsLeavesNobodyWaiting) {
    stage->start();
    auto answers = std::async(std::launch::async, [&] {
        return app::ask_shards_and_wait(inside(), [&](Shard& shard) {
            if (shard.self() + 1 == GetParam()) throw std::runtime_error("oops");
            return shard.self();
        });
    });
    ASSERT_TRUE(until([&] { return answers.wait_for(0s) == std::future_status::ready; }));
    EXPECT_FALSE(answers.get().has_value());
}

TEST_P(AskShardsFlow, NobodyAnswersWhereNothingRuns) {
    EXPECT_FALSE(app::ask_shards(inside(), number_of, [](const std::vector<unsigned>&) {}));
    EXPECT_FALSE(app::ask_shards_and_wait(inside(), number_of).has_value());
}

}  // namespace
}  // namespace stentor::test
