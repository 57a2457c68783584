#include "transport/next_turn.hpp"

#include "support/pipe.hpp"

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
    NextTurn next{timers, wire, [this] {
                      if (fails) throw std::bad_alloc();
                      if (--left > 0) next.wait();
                  }};
};

TEST(NextTurn, ReadsNothingUntilTheWorkIsDone) {
    Bench bench;
    bench.left = 3;
    bench.next.wait();
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
    bench.next.wait();
    bench.timers.run_due(bench.now);
    EXPECT_EQ(bench.left, 99);
}

TEST(NextTurn, OutOfMemoryEndsTheConnection) {
    Bench bench;
    bench.fails = true;
    bench.next.wait();
    bench.timers.run_due(bench.now);
    EXPECT_TRUE(bench.pipe->is_aborted());
}

TEST(NextTurn, NothingIsDoneAfterCancel) {
    Bench bench;
    bench.left = 1;
    bench.next.wait();
    bench.next.cancel();
    bench.timers.run_due(bench.now + 1h);
    EXPECT_EQ(bench.left, 1);
}

}  // namespace
}  // namespace stentor::transport
