#pragma once

#include "app/blueprint.hpp"
#include "app/server.hpp"
#include "net/stop_signal.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace stentor::app {

/// What is behind an App: what was registered, and the server while it runs.
class Inside {
public:
    Inside() : messenger(*this), user_registry(*this), nodes(*this), inspector(*this) {}
    static Inside& of(App& app) { return *app.inside_; }

    /// Runs `task` on the caller's own shard if it is on one, else on the first; false when nothing runs. Any
    /// thread.
    bool on_a_shard(std::function<void(Shard&)> task);
    /// Whether the caller's thread is a shard's.
    bool is_on_a_shard();
    void start(Config config);
    Pending<std::size_t> set_access(AccessRules rules);
    void stop_server();
    /// Certificates, and what providers read, anew.
    void reload();

    Blueprint blueprint;
    AccessRules access;               ///< the latest; under the mutex, once the application runs
    std::uint64_t access_number = 0;  ///< how often they were set; likewise
    Messenger messenger;
    UserRegistry user_registry;
    Nodes nodes;
    Inspector inspector;
    std::function<void(const Listening&)> on_listening;
    std::vector<std::function<void()>> on_reload;
    std::unique_ptr<net::StopSignal> stop_signal;  ///< while run() waits
    /// What will move the shards: event loops and sockets, unless a test puts pipes in their place.
    std::function<std::shared_ptr<Driver>(const Blueprint&)> make_driver = [](const Blueprint& plan) {
        return std::make_shared<Server>(plan);
    };

    /// Guards the two pointers that stop() and the messenger read from any thread. Not on the delivery path.
    std::mutex mutex;
    std::shared_ptr<Driver> server;
};

}  // namespace stentor::app
