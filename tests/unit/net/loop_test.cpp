#include "net/loop.hpp"

#include "unit/net/sockets.hpp"
#include "unit/net/turned_loop.hpp"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <chrono>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

namespace stentor::net {
namespace {

using namespace test;

/// An event that stays ready until it is taken, with what to do then.
struct Event final : Watcher {
    explicit Event(std::function<void()> action = {}) : then(std::move(action)) {}
    void on_ready(std::uint32_t events) override {
        ++called;
        last = events;
        if (then) then();
    }
    Fd fd{::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)};
    std::function<void()> then;
    int called = 0;
    std::uint32_t last = 0;
};

class LoopTest : public ::testing::Test {
protected:
    void watch(Event& event) { turned_.loop.watch(event.fd.get(), EPOLLIN, event); }
    void unwatch(Event& event) { turned_.loop.unwatch(event.fd.get(), event); }

    TurnedLoop turned_;
};

TEST_F(LoopTest, CallsWhoWatchesOnceATurn) {
    Event event;
    watch(event);
    turned_.turn();
    EXPECT_EQ(event.called, 1);
    EXPECT_EQ(event.last, static_cast<std::uint32_t>(EPOLLIN));
    turned_.turn();
    EXPECT_EQ(event.called, 2) << "level-triggered";
    unwatch(event);
    turned_.turn();
    EXPECT_EQ(event.called, 2);
}

TEST_F(LoopTest, ChangesWhatIsWatched) {
    Event event;
    watch(event);
    turned_.loop.change(event.fd.get(), EPOLLOUT, event);
    turned_.turn();
    EXPECT_EQ(event.last, static_cast<std::uint32_t>(EPOLLOUT));
    turned_.loop.change(event.fd.get(), 0, event);
    turned_.turn();
    EXPECT_EQ(event.called, 1);
}

TEST_F(LoopTest, WhoIsUnwatchedInTheSameTurnIsNotCalled) {
    Event a, b;
    a.then = [&] { unwatch(b); };
    b.then = [&] { unwatch(a); };
    watch(a);
    watch(b);
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(a.called + b.called, 2);
    EXPECT_TRUE(a.called == 0 || b.called == 0);
}

TEST_F(LoopTest, MayUnwatchItself) {
    Event event;
    event.then = [&] { unwatch(event); };
    watch(event);
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(event.called, 1);
}

TEST_F(LoopTest, WhoIsWatchedInATurnIsCalledInTheNext) {
    Event late;
    Event event;
    event.then = [&] {
        unwatch(event);
        watch(late);
    };
    watch(event);
    turned_.turn();
    EXPECT_EQ(late.called, 0);
    turned_.turn();
    EXPECT_EQ(late.called, 1);
}

TEST_F(LoopTest, AnOldEventIsNotForTheSuccessorOfItsDescriptor) {
    auto first = std::make_unique<Event>();
    auto second = std::make_unique<Event>();
    std::unique_ptr<Event> successor;
    const auto replace = [&](std::unique_ptr<Event>& other) {
        unwatch(*other);
        other->fd.close();
        successor = std::make_unique<Event>();  // takes the number just freed
        watch(*successor);
    };
    first->then = [&] { successor ? void() : replace(second); };
    second->then = [&] { successor ? void() : replace(first); };
    watch(*first);
    watch(*second);
    turned_.turn();
    ASSERT_NE(successor, nullptr);
    EXPECT_EQ(successor->called, 0);
}

TEST_F(LoopTest, ServesMoreEventsThanOneTurnTakes) {
    std::vector<std::unique_ptr<Event>> events;
    for (int i = 0; i < 700; ++i) {
        events.push_back(std::make_unique<Event>());
        watch(*events.back());
    }
    turned_.turn();
    turned_.turn();
    for (const auto& event : events) EXPECT_GE(event->called, 1);
}

TEST_F(LoopTest, OpensItsMailAfterTheEvents) {
    Event event;
    int seen = -1;
    watch(event);
    turned_.loop.mailbox()->post([&] { seen = event.called; });
    turned_.turn();
    EXPECT_EQ(seen, 1);
}

TEST_F(LoopTest, MailMayUnwatch) {
    Event event;
    watch(event);
    turned_.loop.mailbox()->post([&] { unwatch(event); });
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(event.called, 1);
}

TEST_F(LoopTest, ADeadlineBeginsATurnAndNotAThousand) {
    bool fired = false;
    base::Timer timer(turned_.timers, [&](base::TimePoint) { fired = true; });
    const base::TimePoint when = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
    timer.set(when);
    ASSERT_TRUE(turned_.turn_until([&] { return fired; }));
    EXPECT_GE(std::chrono::steady_clock::now(), when);
    EXPECT_LT(turned_.turns, 100);
}

TEST_F(LoopTest, ADeadlineInThePastBeginsATurnAtOnce) {
    bool fired = false;
    base::Timer timer(turned_.timers, [&](base::TimePoint) { fired = true; });
    timer.set(base::TimePoint{});
    turned_.turn();
    EXPECT_TRUE(fired);
}

TEST_F(LoopTest, MailFromAnotherThreadWakesIt) {
    std::thread::id ran_on;
    std::thread sender([&] { turned_.loop.mailbox()->post([&] { ran_on = std::this_thread::get_id(); }); });
    EXPECT_TRUE(turned_.turn_until([&] { return ran_on != std::thread::id(); }));
    EXPECT_EQ(ran_on, std::this_thread::get_id());
    sender.join();
}

TEST_F(LoopTest, StopsFromAnotherThread) {
    std::thread other([&] { turned_.loop.stop(); });
    turned_.loop.run(turned_);
    other.join();
    EXPECT_GE(turned_.turns, 1);
}

TEST_F(LoopTest, KnowsWhetherItRunsHere) {
    bool here = false, elsewhere = true;
    EXPECT_FALSE(turned_.loop.is_here());
    turned_.loop.mailbox()->post([&] {
        here = turned_.loop.is_here();
        std::thread([&] { elsewhere = turned_.loop.is_here(); }).join();
    });
    turned_.turn();
    EXPECT_TRUE(here);
    EXPECT_FALSE(elsewhere);
    EXPECT_FALSE(turned_.loop.is_here());
}

TEST_F(LoopTest, RefusesWhatCannotBeWatched) {
    Event event;
    EXPECT_THROW(turned_.loop.watch(-1, EPOLLIN, event), std::system_error);
    EXPECT_THROW(turned_.loop.change(event.fd.get(), EPOLLIN, event), std::system_error);
    unwatch(event);
}

TEST_F(LoopTest, ItsMailboxMayOutliveIt) {
    std::shared_ptr<Mailbox> mailbox;
    {
        const Loop loop;
        mailbox = loop.mailbox();
    }
    const auto token = std::make_shared<int>();
    mailbox->post([token] { FAIL(); });
    mailbox.reset();
    EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace stentor::net
