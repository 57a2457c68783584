#include "net/worker_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <vector>

namespace stentor::net {
namespace {

TEST(WorkerPool, RunsTheTasksOfAKeyInOrderAndOneAtATime) {
    constexpr std::size_t keys = 8;
    constexpr int tasks = 500;
    std::array<std::vector<int>, keys> ran;  // without a lock: a key's tasks never meet
    std::latch all(keys * tasks);
    WorkerPool pool(4);
    for (int i = 0; i < tasks; ++i)
        for (std::size_t key = 0; key < keys; ++key)
            pool.run(std::to_string(key), [&, key, i] {
                ran[key].push_back(i);
                all.count_down();
            });
    all.wait();
    for (const std::vector<int>& order : ran) {
        ASSERT_EQ(order.size(), static_cast<std::size_t>(tasks));
        for (int i = 0; i < tasks; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    }
}

TEST(WorkerPool, RunsDifferentKeysSideBySide) {
    std::latch met(3), done(3);
    WorkerPool pool(3);
    for (const char* key : {"a", "b", "c"})
        pool.run(key, [&] {
            met.arrive_and_wait();  // passes only when all three run
            done.count_down();
        });
    done.wait();
}

TEST(WorkerPool, ABusyKeyDoesNotHoldUpOthers) {
    std::promise<void> go_on;
    std::promise<void> other_ran;
    WorkerPool pool(2);
    pool.run("busy", [&] { go_on.get_future().wait(); });
    for (int i = 0; i < 10; ++i) pool.run("busy", [] {});
    pool.run("other", [&] { other_ran.set_value(); });
    other_ran.get_future().wait();
    go_on.set_value();
}

TEST(WorkerPool, ATaskMayGiveMoreToDo) {
    std::promise<std::string> result;
    WorkerPool pool(1);
    pool.run("a", [&] { pool.run("a", [&] { pool.run("b", [&] { result.set_value("done"); }); }); });
    EXPECT_EQ(result.get_future().get(), "done");
}

TEST(WorkerPool, EndsWithTheRunningTasksAndDropsTheOthers) {
    const auto token = std::make_shared<int>();
    std::vector<int> ran;
    {
        std::latch begun(1);
        WorkerPool pool(1);
        for (int i = 0; i < 1000; ++i)
            pool.run("a", [&, token, i] {
                ran.push_back(i);
                if (i == 0) begun.count_down();
            });
        begun.wait();
    }
    ASSERT_GE(ran.size(), 1U);
    for (std::size_t i = 0; i < ran.size(); ++i) EXPECT_EQ(ran[i], static_cast<int>(i));
    EXPECT_EQ(token.use_count(), 1) << "run or dropped, none is left";
}

TEST(WorkerPool, MayEndWithoutWork) { const WorkerPool pool(4); }

}  // namespace
}  // namespace stentor::net
