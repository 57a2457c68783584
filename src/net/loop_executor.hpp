#pragma once

#include "net/loop.hpp"
#include "net/mailbox.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

namespace stentor::net {

/// The Asio context in which users' own I/O objects (timers, sockets, database clients) live, with one thread
/// of its own that waits for them. Their completions run on shards, by way of LoopExecutor. Any thread.
class AsioThread {
public:
    AsioThread();
    ~AsioThread();
    AsioThread(const AsioThread&) = delete;
    AsioThread& operator=(const AsioThread&) = delete;
    [[nodiscard]] boost::asio::io_context& context() { return context_; }
    /// Ends the thread; what still waits is dropped with this object.
    void stop();

private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

/// An Asio executor whose handlers run on one loop's thread: a coroutine started on it stays on its shard
/// while its I/O is waited for in `context`. On that thread already, it runs them at once where Asio allows.
/// Any thread.
class LoopExecutor {
    using Blocking = boost::asio::execution::blocking_t;

public:
    LoopExecutor(const Loop& loop, boost::asio::io_context& context)
        : loop_(&loop), mailbox_(loop.mailbox()), context_(&context) {}

    template <class F>
    void execute(F&& task) const {
        if (at_once_ && Loop::is_running_here(loop_)) std::decay_t<F>(std::forward<F>(task))();
        else mailbox_->post(std::forward<F>(task));
    }
    [[nodiscard]] boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept {
        return *context_;
    }
    [[nodiscard]] Blocking query(Blocking) const noexcept {
        return at_once_ ? Blocking(Blocking::possibly) : Blocking(Blocking::never);
    }
    [[nodiscard]] LoopExecutor require(Blocking::possibly_t) const { return with(true); }
    [[nodiscard]] LoopExecutor require(Blocking::never_t) const { return with(false); }
    friend bool operator==(const LoopExecutor&, const LoopExecutor&) noexcept = default;

private:
    [[nodiscard]] LoopExecutor with(bool at_once) const {
        LoopExecutor copy = *this;
        copy.at_once_ = at_once;
        return copy;
    }

    const Loop* loop_;  ///< compared, never followed: it may have ended
    std::shared_ptr<Mailbox> mailbox_;
    boost::asio::io_context* context_;
    bool at_once_ = true;
};

boost::asio::any_io_executor make_executor(const Loop& loop, boost::asio::io_context& context);

}  // namespace stentor::net
