#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace stentor::net {

/// A task in a mailbox; made by Mailbox::post.
class Letter {
public:
    virtual ~Letter() = default;
    virtual void open() = 0;

private:
    friend class Mailbox;
    Letter* next_ = nullptr;
};

/// Tasks from any thread for one shard, in order per sender. Without locks: a push is one compare-and-swap,
/// the owner takes everything with one exchange. post: Any thread; open_all: the owner's thread.
class Mailbox {
public:
    /// Wakes its owner when a task arrives in an empty box.
    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    template <class F>
    void post(F task) {
        struct Task final : Letter {
            explicit Task(F f) : run(std::move(f)) {}
            void open() override { run(); }
            F run;
        };
        push(new Task(std::move(task)));
    }

    /// Runs what has arrived, oldest first. What a task posts meanwhile waits for the next call.
    void open_all();
    /// Drops what has arrived, unopened, and from now on whatever is posted. For the end, when the owner's
    /// thread is gone.
    void discard_all();
    [[nodiscard]] bool empty() const;
    /// Readable while something may have arrived.
    [[nodiscard]] int wake_fd() const { return wake_fd_; }

private:
    void push(Letter* letter);

    std::atomic<Letter*> top_{nullptr};
    int wake_fd_;
};

}  // namespace stentor::net
