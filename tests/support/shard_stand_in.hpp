#pragma once

#include "stentor/execution.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <any>
#include <chrono>
#include <functional>
#include <string>

namespace stentor::test {

/// A shard's thread, turned by the test until what it waits for is there.
class ShardStandIn final : public Execution {
public:
    void post(std::function<void()> task) override { boost::asio::post(context_, std::move(task)); }
    void run_on_workers(const std::string&, std::function<void()> task) override { post(std::move(task)); }
    std::any asio_executor() override { return boost::asio::any_io_executor(context_.get_executor()); }

    /// False when it does not come within a minute.
    bool turn_until(const std::function<bool()>& is_there) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (!is_there()) {
            if (std::chrono::steady_clock::now() > end) return false;
            context_.run_one_for(std::chrono::milliseconds(10));
        }
        return true;
    }

private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
};

}  // namespace stentor::test
