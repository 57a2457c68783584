// Tests: tests/flow/user_messages_flow_test.cpp
#include "stentor/pending.hpp"

#include "app/inside.hpp"
#include "base/log.hpp"

#include <exception>
#include <stdexcept>

namespace stentor::detail {
namespace {

void call_listener(const std::function<void()>& task) {
    try {
        task();
    } catch (const std::exception& e) { log::error("listener_failed", {{"reason", e.what()}}); } catch (...) {
        log::error("listener_failed", {{"reason", "not a std::exception"}});
    }
}

}  // namespace

std::optional<unsigned> shard_here(app::Inside& inside) {
    const std::lock_guard lock(inside.mutex);
    return inside.server ? inside.server->here() : std::nullopt;
}

void run_on_shard(app::Inside& inside, unsigned shard, std::function<void()> task) {
    {
        const std::lock_guard lock(inside.mutex);
        if (inside.server)
            return inside.server->post_to(shard,
                                          [task = std::move(task)](app::Shard&) { call_listener(task); });
    }
    call_listener(task);
}

void forbid_waiting_on_a_shard(app::Inside& inside) {
    if (inside.is_on_a_shard())
        throw std::logic_error("a shard cannot wait; use then() or co_await wait_for()");
    std::shared_ptr<app::Driver> server;
    {
        const std::lock_guard lock(inside.mutex);
        server = inside.server;
    }
    if (server) server->before_waiting();
}

}  // namespace stentor::detail
