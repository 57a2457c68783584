#pragma once

#include <any>
#include <functional>
#include <string>

namespace stentor {

class SessionScope;

/// Where the functions of one shard run. The application implements it. Any thread.
class Execution {
public:
    virtual ~Execution() = default;
    /// Runs `task` later on the shard.
    virtual void post(std::function<void()> task) = 0;
    /// Runs `task` on a worker thread; tasks of one session one after another, in order.
    virtual void run_on_workers(const std::string& session_id, std::function<void()> task) = 0;
    /// A boost::asio::any_io_executor that runs on the shard; an std::any, so that this header needs no Asio.
    virtual std::any asio_executor() = 0;
    /// How the sessions' own objects are made (session_scope.hpp); may be null.
    [[nodiscard]] virtual const SessionScope* session_scope() const { return nullptr; }
};

}  // namespace stentor
