#pragma once

#include "kafka/engine.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace stentor::kafka {

/// Tasks for a thread that waits for a file descriptor: each push makes it readable, and so does what the
/// client library is given it for. Any thread.
class Inbox {
public:
    Inbox();
    ~Inbox();
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    void push(Engine::Task task);
    void wake() const;
    /// The owner's: waits, and then runs what was pushed.
    void run_for(std::chrono::milliseconds wait);
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    std::mutex mutex_;
    std::vector<Engine::Task> tasks_;
};

/// A thread for questions that wait for the brokers, one after the other. Any thread.
class Asker {
public:
    Asker();
    /// Waits for the one that is under way; the others are dropped.
    ~Asker();
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;

    void ask(Engine::Task question);

private:
    void run();

    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<Engine::Task> questions_;
    bool ends_ = false;
    std::thread thread_;
};

/// The shards, as the engine's threads reach them. Any thread.
class Shards {
public:
    void open(unsigned shard, EngineUser& user, Engine::Post post);
    void close(unsigned shard);
    using Say = std::function<void(EngineUser&)>;
    /// Nothing happens when the shard is closed. `bytes` are under way until it was said.
    void tell(unsigned shard, Say say, std::size_t bytes = 0);
    void tell_all(const Say& say);
    /// The most that is under way to one shard.
    [[nodiscard]] std::size_t most_under_way() const;

private:
    struct Reached {
        EngineUser* user = nullptr;
        Engine::Post post;
        std::shared_ptr<std::atomic<std::size_t>> under_way;
    };
    static void post(const Reached& reached, Say say, std::size_t bytes);

    mutable std::mutex mutex_;
    std::vector<Reached> shards_;
};

}  // namespace stentor::kafka
