// Tests: tests/unit/net/worker_pool_test.cpp
#include "net/worker_pool.hpp"

#include <utility>

namespace stentor::net {

WorkerPool::WorkerPool(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    something_due_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(const std::string& key, Task task) {
    {
        const std::lock_guard lock(mutex_);
        const auto [line, is_new] = lines_.try_emplace(key);
        line->second.push_back(std::move(task));
        if (!is_new) return;  // the line is due already, or one of its tasks is running
        due_.push_back(&*line);
    }
    something_due_.notify_one();
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        something_due_.wait(lock, [this] { return stopping_ || !due_.empty(); });
        if (stopping_) return;
        Line* const line = due_.front();
        due_.pop_front();
        Task task = std::move(line->second.front());
        lock.unlock();
        task();
        task = nullptr;
        lock.lock();
        line->second.pop_front();
        if (line->second.empty()) {
            lines_.erase(line->first);
        } else {
            due_.push_back(line);
            something_due_.notify_one();
        }
    }
}

}  // namespace stentor::net
