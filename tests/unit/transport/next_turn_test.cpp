#include "transport/next_turn.hpp"

#include "testing/pipe.hpp"

#include <gtest/gtest.h>

namespace stentor::transport {
namespace {

using namespace std::chrono_literals;

struct Bench {
    base::TimePoint now = base::TimePoint{} + 1h;
    base::TimerQueue timers;
    std::shared_ptr<test::Pipe> pipe = std::make_shared<test::Pipe>();
    test::PipeWire wire{pipe};
    int left = 0;
    bool fails = false;
    NextTurn next;
    base::Timer timer{timers, [this](base::TimePoint) { next.run(wire, [this] { go_on(); }); }};

    void wait() { next.wait(wire, timer, timers.now()); }
    void go_on() {
        if (fails) throw std::bad_alloc();
        if (--left > 0) wait();
    }
};

TEST(NextTurn, ReadsNothingUntilTheWorkIsDone) {
    Bench bench;
    bench.left = 3;
    bench.wait();
    for (int left : {3, 2, 1}) {
        EXPECT_TRUE(bench.pipe->is_paused());
        EXPECT_EQ(bench.left, left);
        EXPECT_LE(bench.timers.next_deadline(), bench.now) << "the shard does not sleep";
        bench.timers.run_due(bench.now);
    }
    EXPECT_EQ(bench.left, 0);
    EXPECT_FALSE(bench.pipe->is_paused());
    EXPECT_EQ(bench.timers.next_deadline(), base::never);
}

TEST(NextTurn, DoesAPieceATurn) {
    Bench bench;
    bench.left = 100;
    bench.wait();
    bench.timers.run_due(bench.now);
    EXPECT_EQ(bench.left, 99);
}

TEST(NextTurn, OutOfMemoryEndsTheConnection) {
    Bench bench;
    bench.fails = true;
    bench.wait();
    bench.timers.run_due(bench.now);
    EXPECT_TRUE(bench.pipe->is_aborted());
}

TEST(NextTurn, NothingIsDoneWhenTheTimerFiresForSomethingElse) {
    Bench bench;
    bench.left = 1;
    bench.timer.set(bench.now);
    bench.timers.run_due(bench.now);
    EXPECT_EQ(bench.left, 1);
    EXPECT_FALSE(bench.next.waits());
}

}  // namespace
}  // namespace stentor::transport
