#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace stentor::net {

/// Threads for blocking work, so that event loops never wait. Tasks of one key run one after another in the
/// order given; tasks of different keys run side by side. Any thread.
class WorkerPool {
public:
    using Task = std::function<void()>;

    explicit WorkerPool(unsigned threads);
    /// Finishes the running tasks and drops the waiting ones.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    void run(const std::string& key, Task task);

private:
    using Line = std::pair<const std::string, std::deque<Task>>;
    void work();

    std::mutex mutex_;
    std::condition_variable something_due_;
    std::unordered_map<std::string, std::deque<Task>>
        lines_;              ///< a line exists while its key has tasks, running included
    std::deque<Line*> due_;  ///< lines none of whose tasks is running
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace stentor::net
