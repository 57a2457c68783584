#include "net/runs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::net {
namespace {

std::string text(const Run& run) {
    std::string all;
    for (const Run* each = &run; each != nullptr; each = each->before) all.insert(0, each->frame->view());
    return all;
}

TEST(Runs, TheSameFramesAreTheSameRun) {
    Runs runs;
    const auto a = base::share("alpha"), b = base::share("beta");
    const auto& first = runs.add(&runs.add(nullptr, a), b);
    EXPECT_EQ(&runs.add(&runs.add(nullptr, a), b), &first);
    EXPECT_EQ(runs.size(), 2U);
    EXPECT_EQ(text(first), "alphabeta");
    EXPECT_EQ(first.bytes, 9U);
    EXPECT_EQ(first.frames, 2U);
}

TEST(Runs, OtherFramesOrAnotherOrderAreAnotherRun) {
    Runs runs;
    const auto a = base::share("a"), b = base::share("b"), other = base::share("a");
    const auto& ab = runs.add(&runs.add(nullptr, a), b);
    const auto& ba = runs.add(&runs.add(nullptr, b), a);
    const auto& aa = runs.add(&runs.add(nullptr, a), a);
    const auto& mixed = runs.add(&runs.add(nullptr, other), b);
    EXPECT_EQ(text(ab), "ab");
    EXPECT_EQ(text(ba), "ba");
    EXPECT_EQ(text(aa), "aa");
    EXPECT_NE(&mixed, &ab) << "bytes alike, but not the same";
    EXPECT_EQ(&runs.add(&runs.add(nullptr, a), b), &ab) << "the others did not hide it";
}

/// Each has a frame of its own: more runs, and none is looked for long.
TEST(Runs, ManyRunsBesideEachOther) {
    Runs runs;
    std::vector<const net::Run*> made;
    for (int i = 0; i < 1'000; ++i) made.push_back(&runs.add(nullptr, base::share(std::to_string(i))));
    for (std::size_t i = 0; i < made.size(); ++i) EXPECT_EQ(text(*made[i]), std::to_string(i));
    EXPECT_EQ(runs.size(), 1'000U);
}

TEST(Runs, LetsGoOfItsFrames) {
    Runs runs;
    const auto frame = base::share("frame");
    for (int turn = 0; turn < 3; ++turn) {
        const net::Run* run = nullptr;
        for (int i = 0; i < 10'000; ++i) run = &runs.add(run, frame);
        EXPECT_EQ(run->bytes, 50'000U);
        EXPECT_EQ(frame->use_count(), 10'001U);
        runs.clear();
        EXPECT_EQ(frame->use_count(), 1U);
        EXPECT_EQ(runs.size(), 0U);
    }
}

}  // namespace
}  // namespace stentor::net
