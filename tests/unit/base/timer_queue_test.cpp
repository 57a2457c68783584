#include "base/timer_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace stentor::base {
namespace {

using std::chrono::seconds;

constexpr TimePoint at(int second) { return TimePoint(seconds(second)); }

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
    EXPECT_EQ(queue.next_deadline(), at(1));
    queue.run_due(at(2));
    EXPECT_EQ(order, "ab");
    EXPECT_EQ(queue.next_deadline(), at(3));
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
    EXPECT_EQ(queue.next_deadline(), at(1)) << "noticed when the old moment comes";
    queue.run_due(at(1));
    EXPECT_EQ(fired, 0);
    EXPECT_EQ(queue.next_deadline(), at(5));
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
    std::unique_ptr<Timer> own;
    own = std::make_unique<Timer>(queue, [&own, &other](TimePoint) {
        auto& both = other;
        own.reset();
        both.reset();
    });
    own->set(at(1));
    other->set(at(1));
    queue.run_due(at(1));
    EXPECT_EQ(own, nullptr);
    EXPECT_EQ(other, nullptr);
    EXPECT_EQ(queue.size(), 0U);
}

TEST(TimerQueue, AnActionMaySetItsTimerAgain) {
    TimerQueue queue;
    int fired = 0;
    std::optional<Timer> timer;
    timer.emplace(queue, [&](TimePoint now) {
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
    std::optional<Timer> timer;
    timer.emplace(queue, [&](TimePoint now) {
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
    Timer first(queue, [&](TimePoint now) {
        fresh.set(now);
        moved.set(now);
    });
    late.set(at(100));
    moved.set(at(50));
    first.set(at(1));
    queue.run_due(at(3));
    EXPECT_EQ(fired, 0);
    queue.run_due(at(3));
    EXPECT_EQ(fired, 2);
}

TEST(TimerQueue, ATimerThatIsAlwaysDueRunsOnceATurnHoweverManyOthersWait) {
    TimerQueue queue;
    int runs = 0;
    Timer always(queue, [&](TimePoint now) {
        ++runs;
        always.set(now);
    });
    std::vector<std::unique_ptr<Timer>> others;
    for (int i = 0; i < 10; ++i) {
        others.push_back(std::make_unique<Timer>(queue, [](TimePoint) {}));
        others.back()->set(at(3600));
    }
    always.set(TimePoint{});
    for (int turn = 1; turn <= 3; ++turn) {
        queue.run_due(at(1));
        EXPECT_EQ(runs, turn);
    }
}

/// Against the plainest model: what is set, and what of it is due.
TEST(TimerQueue, DoesWhatAListOfDeadlinesWouldDo) {
    std::mt19937 random(20240611);
    TimerQueue queue;
    std::vector<TimePoint> model(50, never);
    std::vector<int> fired(50), expected(50);
    std::vector<std::unique_ptr<Timer>> timers;
    for (std::size_t i = 0; i < model.size(); ++i)
        timers.push_back(std::make_unique<Timer>(queue, [&fired, i](TimePoint) { ++fired[i]; }));
    for (int now = 0, step = 0; step < 20'000; ++step) {
        const std::size_t i = random() % model.size();
        switch (random() % 4) {
            case 0:
            case 1: timers[i]->set(model[i] = at(now + static_cast<int>(random() % 100))); break;
            case 2:
                timers[i]->cancel();
                model[i] = never;
                break;
            default:
                now += static_cast<int>(random() % 5);
                queue.run_due(at(now));
                for (std::size_t k = 0; k < model.size(); ++k) {
                    if (model[k] > at(now)) continue;
                    model[k] = never;
                    ++expected[k];
                }
                ASSERT_EQ(fired, expected) << "at step " << step;
        }
        ASSERT_LE(queue.next_deadline(), *std::min_element(model.begin(), model.end()));
        ASSERT_LE(queue.size(), model.size());
    }
}

}  // namespace
}  // namespace stentor::base
