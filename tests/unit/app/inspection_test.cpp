#include "app/inspection_page.hpp"
#include "app/inspection_parts.hpp"
#include "stentor/json.hpp"

#include <gmock/gmock.h>

namespace stentor::inspection {
namespace {

using testing::ElementsAre;

std::vector<std::string> page(const Page& asked, const std::vector<std::string>& names) {
    app::FirstOnes<std::string> ones(asked);
    for (const std::string& name : names) ones.offer(name, [&] { return name; });
    return ones.take();
}

TEST(Page, IsInTheOrderOfTheNames) { EXPECT_THAT(page({}, {"b", "c", "a"}), ElementsAre("a", "b", "c")); }

TEST(Page, EndsAtItsLimitAndTheNextGoesOnThere) {
    EXPECT_THAT(page({.limit = 2}, {"d", "b", "c", "a"}), ElementsAre("a", "b"));
    EXPECT_THAT(page({.limit = 2, .after = "b"}, {"d", "b", "c", "a"}), ElementsAre("c", "d"));
    EXPECT_THAT(page({.limit = 2, .after = "d"}, {"d", "b", "c", "a"}), ElementsAre());
    EXPECT_THAT(page({.limit = 0}, {"d", "b"}), ElementsAre());
}

TEST(Page, MakesOnlyWhatMayBelongToIt) {
    app::FirstOnes<int> ones({.limit = 1});
    int made = 0;
    for (const char* name : {"b", "c", "a", "d"}) ones.offer(name, [&] { return ++made; });
    EXPECT_EQ(made, 2);
}

TEST(Snapshots, OfShardsAreJoined) {
    Snapshot one{.at_ms = 5,
                 .totals = {.connections = 1,
                            .destinations = 3,
                            .published = 7,
                            .slow_skipped = 2,
                            .memory_used = 10,
                            .memory_budget = 100}};
    one.sessions = {Session{.id = "b"}};
    one.destinations = {{"/topic/a", 1, 2, 3}, {"/topic/b", 0, 1, 0}};
    one.queues = {{.name = "/queue/z"}};
    Snapshot other{.at_ms = 4,
                   .totals = {.connections = 2,
                              .destinations = 3,
                              .published = 1,
                              .slow_skipped = 3,
                              .memory_used = 20,
                              .memory_budget = 100}};
    other.sessions = {Session{.id = "a"}};
    other.destinations = {{"/topic/a", 2, 0, 5}};
    const Snapshot all = app::joined({one, other}, {.destinations = {.limit = 1}});
    EXPECT_EQ(json::to_json(all.totals).substr(0, 77),
              R"({"connections":3,"sessions":0,"handler_sessions":0,"subscriptions":0,"destina)");
    EXPECT_EQ(all.totals.destinations, 3U);
    EXPECT_EQ(all.totals.published, 8U);
    EXPECT_EQ(all.totals.slow_skipped, 5U);
    EXPECT_EQ(all.totals.memory_used, 30U);
    EXPECT_EQ(all.totals.memory_budget, 100U) << "all have the same one";
    EXPECT_EQ(all.at_ms, 5U);
    EXPECT_EQ(json::to_json(all.destinations),
              R"([{"name":"/topic/a","subscribers":3,"published":2,"delivered":8}])");
    EXPECT_EQ(all.sessions.front().id, "a");
    EXPECT_EQ(all.queues.size(), 1U);
}

TEST(Rates, AreMessagesASecondBetweenTwoSnapshots) {
    Snapshot before{.at_ms = 1000, .totals = {.published = 10, .delivered = 100}};
    before.destinations = {{"/topic/a", 1, 10, 100}};
    Snapshot after{.at_ms = 3000, .totals = {.published = 20, .delivered = 300}};
    after.destinations = {{"/topic/a", 1, 16, 300}, {"/topic/new", 1, 4, 0}};
    after.queues = {{.name = "/queue/q", .published = 1}};
    EXPECT_EQ(json::to_json(rates(before, after)), R"([{"name":"","published":5,"delivered":100},)"
                                                   R"({"name":"/topic/a","published":3,"delivered":100},)"
                                                   R"({"name":"/topic/new","published":2,"delivered":0},)"
                                                   R"({"name":"/queue/q","published":0.5,"delivered":0}])");
}

TEST(Rates, OfWhatBeganAgainCountFromZero) {
    Snapshot before{.at_ms = 0};
    before.destinations = {{"/topic/a", 1, 10, 0}};
    Snapshot after{.at_ms = 1000};
    after.destinations = {{"/topic/a", 1, 2, 0}};
    EXPECT_EQ(rates(before, after).back().published, 2);
    EXPECT_EQ(rates(after, before).back().published, 0) << "time does not go back";
}

}  // namespace
}  // namespace stentor::inspection
