#include "net/loop_executor.hpp"

#include "unit/net/turned_loop.hpp"

#include <gtest/gtest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace stentor::net {
namespace {

namespace asio = boost::asio;
using namespace test;

static_assert(asio::execution::is_executor<LoopExecutor>::value);

class LoopExecutorTest : public ::testing::Test {
protected:
    asio::any_io_executor executor() { return make_executor(turned_.loop, asio_.context()); }

    AsioThread asio_;
    TurnedLoop turned_;
};

TEST_F(LoopExecutorTest, RunsOnTheLoopsThread) {
    std::thread::id ran_on;
    std::thread([&] {
        asio::post(executor(), [&] { ran_on = std::this_thread::get_id(); });
        asio::dispatch(executor(), [] {});
    }).join();
    EXPECT_EQ(ran_on, std::thread::id());
    ASSERT_TRUE(turned_.turn_until([&] { return ran_on != std::thread::id(); }));
    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST_F(LoopExecutorTest, DispatchesAtOnceOnTheLoopButNeverPostsSo) {
    std::string order;
    turned_.loop.mailbox()->post([&] {
        asio::post(executor(), [&] { order += 'c'; });
        asio::dispatch(executor(), [&] { order += 'a'; });
        order += 'b';
    });
    turned_.turn();
    EXPECT_EQ(order, "ab");
    turned_.turn();
    EXPECT_EQ(order, "abc");
}

TEST_F(LoopExecutorTest, MayBeForbiddenToRunThingsAtOnce) {
    const LoopExecutor plain(turned_.loop, asio_.context());
    const auto never = asio::require(plain, asio::execution::blocking.never);
    const auto maybe = asio::require(never, asio::execution::blocking.possibly);
    EXPECT_TRUE(asio::query(never, asio::execution::blocking) == asio::execution::blocking.never);
    EXPECT_TRUE(asio::query(maybe, asio::execution::blocking) == asio::execution::blocking.possibly);
    EXPECT_EQ(plain, maybe);
    EXPECT_NE(plain, never);
    std::string order;
    turned_.loop.mailbox()->post([&] {
        never.execute([&] { order += 'c'; });
        asio::prefer(plain, asio::execution::outstanding_work.tracked).execute([&] { order += 'a'; });
        order += 'b';
    });
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(order, "abc");
}

TEST_F(LoopExecutorTest, LivesInTheContextOfTheAsioThread) {
    EXPECT_EQ(&asio::query(executor(), asio::execution::context), &asio_.context());
}

TEST_F(LoopExecutorTest, ACoroutineWaitsElsewhereAndGoesOnHere) {
    std::vector<std::thread::id> ran_on;
    const auto coroutine = [&]() -> asio::awaitable<void> {
        ran_on.push_back(std::this_thread::get_id());
        asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
        co_await timer.async_wait(asio::use_awaitable);
        ran_on.push_back(std::this_thread::get_id());
        co_await asio::post(asio::use_awaitable);
        ran_on.push_back(std::this_thread::get_id());
    };
    turned_.loop.mailbox()->post([&] { asio::co_spawn(executor(), coroutine, asio::detached); });
    ASSERT_TRUE(turned_.turn_until([&] { return ran_on.size() == 3; }));
    EXPECT_EQ(ran_on, std::vector(3, std::this_thread::get_id()));
}

TEST(LoopExecutor, ACoroutineThatStillWaitsAtTheEndIsDropped) {
    const auto token = std::make_shared<int>();
    {
        AsioThread asio_thread;
        TurnedLoop turned;
        bool begun = false;
        const auto coroutine = [&, kept = token]() -> asio::awaitable<void> {
            begun = true;
            asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
            co_await timer.async_wait(asio::use_awaitable);
            ADD_FAILURE();
        };
        turned.loop.mailbox()->post([&] {
            asio::co_spawn(make_executor(turned.loop, asio_thread.context()), coroutine, asio::detached);
        });
        EXPECT_TRUE(turned.turn_until([&] { return begun; }));
        asio_thread.stop();
        turned.loop.mailbox()->discard_all();
    }
    EXPECT_EQ(token.use_count(), 1);
}

TEST(LoopExecutor, AfterTheLoopsEndItsTasksAreDropped) {
    const auto token = std::make_shared<int>();
    AsioThread asio_thread;
    asio::any_io_executor executor;
    {
        TurnedLoop turned;
        executor = make_executor(turned.loop, asio_thread.context());
        turned.loop.mailbox()->discard_all();
    }
    asio::post(executor, [token] { FAIL(); });
    asio::dispatch(executor, [token] { FAIL(); });
    EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace stentor::net
