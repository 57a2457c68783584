#pragma once

#include "stentor/execution.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <any>
#include <functional>
#include <utility>

namespace stentor::app {

/// The way back to a shard for another thread, which may keep it for longer than there is a shard: then what
/// is posted is dropped. Made on the shard. Any thread.
class WayBack {
public:
    explicit WayBack(Execution& shard)
        : shard_(&shard), executor_(std::any_cast<boost::asio::any_io_executor>(shard.asio_executor())) {}

    void post(std::function<void()> task) const {
        // What runs on the executor finds the shard alive, and posts once more: as a task of its own turn.
        executor_.execute(
            [shard = shard_, task = std::move(task)]() mutable { shard->post(std::move(task)); });
    }

private:
    Execution* shard_;
    boost::asio::any_io_executor executor_;
};

}  // namespace stentor::app
