// Tests: tests/kafka/kafka_test.py
#include "kafka/rd_host.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace stentor::kafka {

Inbox::Inbox() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Inbox::~Inbox() { ::close(descriptor_); }

void Inbox::push(Engine::Task task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    wake();
}

void Inbox::wake() const { ::eventfd_write(descriptor_, 1); }

void Inbox::run_for(std::chrono::milliseconds wait) {
    pollfd readable{descriptor_, POLLIN, 0};
    ::poll(&readable, 1, static_cast<int>(wait.count()));
    eventfd_t count = 0;
    ::eventfd_read(descriptor_, &count);
    std::vector<Engine::Task> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (const Engine::Task& task : tasks) task();
}

Asker::Asker() : thread_([this] { run(); }) {}

Asker::~Asker() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    more_.notify_one();
    thread_.join();
}

void Asker::ask(Engine::Task question) {
    {
        const std::lock_guard lock(mutex_);
        questions_.push_back(std::move(question));
    }
    more_.notify_one();
}

void Asker::run() {
    for (;;) {
        std::unique_lock lock(mutex_);
        more_.wait(lock, [this] { return ends_ || !questions_.empty(); });
        if (ends_) return;
        const Engine::Task question = std::move(questions_.front());
        questions_.pop_front();
        lock.unlock();
        question();
    }
}

void Shards::open(unsigned shard, EngineUser& user, Engine::Post post) {
    const std::lock_guard lock(mutex_);
    if (shards_.size() <= shard) shards_.resize(shard + 1);
    shards_[shard] = {&user, std::move(post), std::make_shared<std::atomic<std::size_t>>(0)};
}

void Shards::close(unsigned shard) {
    const std::lock_guard lock(mutex_);
    if (shard < shards_.size()) shards_[shard] = {};
}

void Shards::tell(unsigned shard, Say say, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (shard < shards_.size() && shards_[shard].user != nullptr) post(shards_[shard], std::move(say), bytes);
}

void Shards::tell_all(const Say& say) {
    const std::lock_guard lock(mutex_);
    for (const Reached& reached : shards_)
        if (reached.user != nullptr) post(reached, say, 0);
}

void Shards::post(const Reached& reached, Say say, std::size_t bytes) {
    *reached.under_way += bytes;
    reached.post([user = reached.user, say = std::move(say), bytes, under_way = reached.under_way] {
        *under_way -= bytes;  // first: memory may run out in what follows
        say(*user);
    });
}

std::size_t Shards::most_under_way() const {
    const std::lock_guard lock(mutex_);
    std::size_t most = 0;
    for (const Reached& reached : shards_)
        if (reached.under_way) most = std::max<std::size_t>(most, *reached.under_way);
    return most;
}

}  // namespace stentor::kafka
