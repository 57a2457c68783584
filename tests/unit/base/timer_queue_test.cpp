#include "base/timer_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stentor::base {
namespace {

using std::chrono::seconds;

constexpr TimePoint at(int second) { return TimePoint(seconds(second)); }

/// A timer whose action may capture what it likes.
class TestTimer {
public:
    TestTimer(TimerQueue& queue, std::function<void(TimePoint)> action)
        : action_(std::move(action)), timer_(queue, [this](TimePoint now) {
              const auto kept = action_;  // it may destroy this
              kept(now);
          }) {}
    Timer* operator->() { return &timer_; }

private:
    std::function<void(TimePoint)> action_;
    Timer timer_;
};

TEST(TimerQueue, HasNoDeadlineWhileNothingIsSet) {
    TimerQueue queue;
    const Timer timer(queue, [](TimePoint) {});
    EXPECT_EQ(queue.next_deadline(), never);
    EXPECT_EQ(timer.deadline(), never);
    queue.run_due(at(5));
    EXPECT_EQ(queue.now(), at(5));
}

TEST(TimerQueue, RunsWhatIsDueInItsOrderAndOnce) {
    TimerQueue queue;
    std::string order;
    Timer c(queue, [&](TimePoint) { order += 'c'; });
    Timer a(queue, [&](TimePoint) { order += 'a'; });
    Timer b(queue, [&](TimePoint) { order += 'b'; });
    c.set(at(3));
    a.set(at(1));
    b.set(at(2));
    EXPECT_LE(queue.next_deadline(), at(1));
    queue.run_due(at(2));
    EXPECT_EQ(order, "ab");
    EXPECT_GT(queue.next_deadline(), at(2));
    EXPECT_LE(queue.next_deadline(), at(3));
    queue.run_due(at(2));
    EXPECT_EQ(order, "ab");
    queue.run_due(at(9));
    EXPECT_EQ(order, "abc");
    EXPECT_EQ(queue.size(), 0U);
}

TEST(TimerQueue, TellsTheActionTheTimeOfTheTurn) {
    TimerQueue queue;
    TimePoint told{};
    Timer timer(queue, [&](TimePoint now) { told = now; });
    timer.set(at(1));
    queue.run_due(at(7));
    EXPECT_EQ(told, at(7));
    EXPECT_EQ(timer.deadline(), never);
}

TEST(TimerQueue, MovesLaterWithoutTouchingTheQueue) {
    TimerQueue queue;
    int fired = 0;
    Timer timer(queue, [&](TimePoint) { ++fired; });
    timer.set(at(1));
    timer.set(at(5));
    EXPECT_LE(queue.next_deadline(), at(1)) << "noticed when the old moment comes";
    queue.run_due(at(1));
    EXPECT_EQ(fired, 0);
    EXPECT_GT(queue.next_deadline(), at(1));
    EXPECT_LE(queue.next_deadline(), at(5));
    queue.run_due(at(5));
    EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, MovesEarlier) {
    TimerQueue queue;
    int fired = 0;
    Timer timer(queue, [&](TimePoint) { ++fired; });
    timer.set(at(5));
    timer.set(at(1));
    queue.run_due(at(1));
    EXPECT_EQ(fired, 1);
    queue.run_due(at(5));
    EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, CancelsAlsoAfterMovingLater) {
    TimerQueue queue;
    Timer timer(queue, [](TimePoint) { FAIL(); });
    timer.set(at(1));
    timer.set(at(2));
    timer.cancel();
    EXPECT_EQ(queue.next_deadline(), never);
    queue.run_due(at(9));
}

TEST(TimerQueue, ForgetsADestroyedTimer) {
    TimerQueue queue;
    {
        Timer timer(queue, [](TimePoint) { FAIL(); });
        timer.set(at(1));
    }
    EXPECT_EQ(queue.size(), 0U);
    queue.run_due(at(1));
}

TEST(TimerQueue, AnActionMayDestroyItsOwnTimerAndOthers) {
    TimerQueue queue;
    auto other = std::make_unique<Timer>(queue, [](TimePoint) { FAIL(); });
    std::optional<TestTimer> own;
    own.emplace(queue, [&own, &other](TimePoint) {
        auto& both = other;
        own.reset();
        both.reset();
    });
    (*own)->set(at(1));
    other->set(at(1));
    queue.run_due(at(1));
    EXPECT_FALSE(own);
    EXPECT_EQ(other, nullptr);
    EXPECT_EQ(queue.size(), 0U);
}

TEST(TimerQueue, AnActionMaySetItsTimerAgain) {
    TimerQueue queue;
    int fired = 0;
    TestTimer timer(queue, [&](TimePoint now) {
        ++fired;
        timer->set(now + seconds(1));
    });
    timer->set(at(1));
    for (int second = 1; second <= 5; ++second) queue.run_due(at(second));
    EXPECT_EQ(fired, 5);
}

TEST(TimerQueue, ATimerThatIsAlwaysDueDoesNotHoldUpTheTurn) {
    TimerQueue queue;
    int fired = 0;
    TestTimer timer(queue, [&](TimePoint now) {
        ++fired;
        timer->set(now - seconds(1));
    });
    int other = 0;
    Timer neighbour(queue, [&](TimePoint) { ++other; });
    timer->set(at(1));
    neighbour.set(at(2));
    queue.run_due(at(2));
    EXPECT_LE(fired, 2);
    EXPECT_EQ(other, 1) << "the moment past stands behind what was due already";
    EXPECT_LE(queue.next_deadline(), at(2)) << "the next turn comes at once";
    queue.run_due(at(2));
    EXPECT_GE(fired, 2);
}

TEST(TimerQueue, ATimerSetForTheMomentByAnActionIsDueWithoutTimePassing) {
    TimerQueue queue;
    int fired = 0;
    Timer second(queue, [&](TimePoint) { ++fired; });
    Timer first(queue, [&](TimePoint now) { second.set(now); });
    first.set(at(1));
    queue.run_due(at(1));
    queue.run_due(at(1));
    EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, WhatIsQueuedForTheMomentByAnActionWaitsForTheNextTurnWhateverElseIsQueued) {
    TimerQueue queue;
    int fired = 0;
    Timer late(queue, [](TimePoint) {});
    Timer fresh(queue, [&](TimePoint) { ++fired; });
    Timer moved(queue, [&](TimePoint) { ++fired; });
    TestTimer first(queue, [&](TimePoint now) {
        fresh.set(now);
        moved.set(now);
    });
    late.set(at(100));
    moved.set(at(50));
    first->set(at(1));
    queue.run_due(at(3));
    EXPECT_EQ(fired, 0);
    queue.run_due(at(3));
    EXPECT_EQ(fired, 2);
}

TEST(TimerQueue, ATimerThatIsAlwaysDueRunsOnceATurnHoweverManyOthersWait) {
    TimerQueue queue;
    int runs = 0;
    TestTimer always(queue, [&](TimePoint now) {
        ++runs;
        always->set(now);
    });
    std::vector<std::unique_ptr<Timer>> others;
    for (int i = 0; i < 10; ++i) {
        others.push_back(std::make_unique<Timer>(queue, [](TimePoint) {}));
        others.back()->set(at(3600));
    }
    always->set(TimePoint{});
    for (int turn = 1; turn <= 3; ++turn) {
        queue.run_due(at(1));
        EXPECT_EQ(runs, turn);
    }
}

TEST(TimerQueue, ATimerMovedAndCancelledByAnotherOfItsTurnDoesAsItIsTold) {
    TimerQueue queue;
    int fired = 0;
    Timer cancelled(queue, [](TimePoint) { FAIL(); });
    Timer later(queue, [&](TimePoint) { ++fired; });
    TestTimer first(queue, [&](TimePoint now) {
        cancelled.cancel();
        later.set(now + seconds(1));
    });
    first->set(at(1));
    cancelled.set(at(2));
    later.set(at(3));
    queue.run_due(at(5));
    EXPECT_EQ(fired, 0);
    EXPECT_EQ(queue.size(), 1U);
    queue.run_due(at(6));
    EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, WhatAnExceptionLeftOverIsDueInTheNextTurn) {
    TimerQueue queue;
    int fired = 0;
    Timer throws(queue, [](TimePoint) { throw std::runtime_error("out of memory"); });
    Timer other(queue, [&](TimePoint) { ++fired; });
    throws.set(at(1));
    other.set(at(2));
    EXPECT_THROW(queue.run_due(at(3)), std::runtime_error);
    EXPECT_LE(queue.next_deadline(), at(3));
    queue.run_due(at(3));
    EXPECT_EQ(fired, 1);
}

TEST(TimerQueue, ADeadlineBetweenTicksIsMetByTheNextOne) {
    for (int part = 0; part <= 8; ++part) {
        TimerQueue queue;
        int fired = 0;
        Timer timer(queue, [&](TimePoint) { ++fired; });
        const TimePoint deadline = at(1) + TimerQueue::tick * part / 8;
        timer.set(deadline);
        queue.run_due(deadline - Duration(1));
        EXPECT_EQ(fired, 0) << "never early";
        queue.run_due(at(1) + TimerQueue::tick * (part == 0 ? 0 : 1));
        EXPECT_EQ(fired, 1) << part;
    }
}

TEST(TimerQueue, ThereIsNoMomentTooFarAway) {
    using std::chrono::hours;
    TimerQueue queue;
    queue.run_due(at(1));
    int fired = 0;
    std::vector<std::unique_ptr<Timer>> timers;
    std::vector<TimePoint> deadlines;
    for (const Duration away :
         {Duration(hours(1)), Duration(hours(24 * 365)), Duration(hours(24 * 365 * 200))}) {
        deadlines.push_back(at(1) + away);
        timers.push_back(std::make_unique<Timer>(queue, [&](TimePoint) { ++fired; }));
        timers.back()->set(deadlines.back());
    }
    Timer beyond(queue, [](TimePoint) { FAIL(); });
    beyond.set(never - Duration(1));
    for (const TimePoint deadline : deadlines) {
        const int before = fired;
        queue.run_due(deadline - TimerQueue::tick);
        EXPECT_EQ(fired, before);
        queue.run_due(deadline + TimerQueue::tick);
        EXPECT_EQ(fired, before + 1);
    }
    EXPECT_EQ(queue.next_deadline(), never);
}

/// Whoever sleeps until next_deadline() is woken in vain a few times at most: it does not spin.
TEST(TimerQueue, WakesInVainNoMoreThanItsLevelsDemand) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 2'000; ++i) {
        TimerQueue queue;
        queue.run_due(at(1'000) + Duration(static_cast<Duration::rep>(random() % 1'000'000'000)));
        bool fired = false;
        Timer timer(queue, [&](TimePoint) { fired = true; });
        const Duration away(static_cast<Duration::rep>(random() % (std::uint64_t{1} << random() % 60)));
        timer.set(queue.now() + away);
        int in_vain = -1;
        for (; !fired; ++in_vain) {
            const TimePoint next = queue.next_deadline();
            ASSERT_GE(next, queue.now());
            ASSERT_LT(in_vain, 8);
            queue.run_due(next);
        }
        if (away < seconds(10)) { EXPECT_LE(in_vain, 3); }
    }
}

TEST(TimerQueue, AnIdleConnectionsTimerIsSmall) { EXPECT_LE(sizeof(Timer), 56U); }

/// A timer as the plainest model sees it: when it may fire, and when it must have.
struct Expected {
    TimePoint deadline = never;
    bool at_once = false;  ///< it was set to a moment that was past: due in the next turn
    [[nodiscard]] bool may_fire(TimePoint now) const { return at_once || deadline <= now; }
    [[nodiscard]] bool must_fire(TimePoint now) const {
        return at_once || (deadline != never && deadline + TimerQueue::tick <= now);
    }
};

/// Time passes, and deadlines lie ahead, by anything from nothing to years.
Duration some_time(std::mt19937_64& random) {
    static const std::vector<Duration> scales{Duration(0),
                                              Duration(1),
                                              std::chrono::microseconds(100),
                                              std::chrono::milliseconds(2),
                                              seconds(1),
                                              seconds(20),
                                              std::chrono::hours(2),
                                              std::chrono::hours(24 * 30),
                                              Duration(std::chrono::hours(24 * 365))};
    const Duration scale = scales[random() % scales.size()];
    return Duration(static_cast<Duration::rep>(random() % (static_cast<std::uint64_t>(scale.count()) + 1)));
}

/// A hundred timers that are set, moved, cancelled and destroyed at random, some of it by their own actions.
class TimerModel {
public:
    explicit TimerModel(unsigned seed) : random_(seed) {
        for (std::size_t i = 0; i < timers_.size(); ++i) make(i);
    }

    void step() {
        const std::size_t i = random_() % timers_.size();
        switch (random_() % 8) {
            case 0:
            case 1:
            case 2:
            case 3: return set(i, now_ + some_time(random_));
            case 4: return set(i, now_ - some_time(random_));
            case 5: return set(i, never);
            case 6: return make(i);
            default: return run();
        }
    }

private:
    static constexpr std::size_t count = 100;

    void make(std::size_t i) {
        expected_[i] = {};
        timers_[i].emplace(queue_, [this, i](TimePoint now) { fired(i, now); });
    }

    void set(std::size_t i, TimePoint when) {
        expected_[i] = {when, when <= now_};
        set_in_this_run_[i] = true;
        (*timers_[i])->set(when);
        EXPECT_EQ((*timers_[i])->deadline(), when);
    }

    void fired(std::size_t i, TimePoint now) {
        EXPECT_EQ(now, now_);
        EXPECT_TRUE(expected_[i].may_fire(now)) << "early";
        EXPECT_FALSE(set_in_this_run_[i]) << "set in this very run";
        expected_[i] = {};
        switch (random_() % 6) {
            case 0: return set(i, now + some_time(random_));
            case 1: return set(i, now - some_time(random_));
            case 2: return make(i);
            case 3: return make(random_() % count);
            default: return;
        }
    }

    void run() {
        now_ += some_time(random_);
        set_in_this_run_.fill(false);
        queue_.run_due(now_);
        TimePoint first = never;
        std::size_t set = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!set_in_this_run_[i]) { EXPECT_FALSE(expected_[i].must_fire(now_)) << "late"; }
            first = std::min(first, expected_[i].deadline);
            set += expected_[i].deadline != never ? 1 : 0;
        }
        EXPECT_EQ(queue_.size(), set);
        EXPECT_GE(queue_.next_deadline(), now_);
        EXPECT_LE(queue_.next_deadline(), first == never ? never : std::max(first, now_) + TimerQueue::tick);
    }

    std::mt19937_64 random_;
    TimerQueue queue_;
    TimePoint now_ = at(1'000'000'000);  // far enough from the beginning of time for moments past
    std::array<Expected, count> expected_;
    std::array<bool, count> set_in_this_run_{};
    std::array<std::optional<TestTimer>, count> timers_;
};

TEST(TimerQueue, DoesWhatAListOfDeadlinesWouldDo) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        TimerModel model(seed);
        for (int step = 0; step < 2'000; ++step) {
            model.step();
            ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
        }
    }
}

}  // namespace
}  // namespace stentor::base
