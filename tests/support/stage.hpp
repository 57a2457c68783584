#pragma once

#include "stentor/stentor.hpp"
#include "testing/network.hpp"

#include <functional>
#include <memory>

namespace stentor::test {

/// A whole application for a test: over pipes and a counted clock in one thread, or over sockets with
/// threads. Register with `app`, set `config`, then start().
class Stage : public Network {
public:
    virtual void start() = 0;
    /// Ends the application. The clients do `meanwhile` again and again until it has; what it sent before can
    /// still be received.
    virtual void stop(const std::function<void()>& meanwhile) = 0;
    void stop() {
        stop([] {});
    }
    /// False when that takes more than ten seconds.
    bool until(const std::function<bool()>& done) override = 0;

    /// How many MESSAGE frames all shards have encoded.
    std::uint64_t encoded();
    /// Runs `work` on a thread that is no shard's, and waits.
    static void on_another_thread(const std::function<void()>& work);

    App app;
    Config config;
};

/// Over pipes or over sockets, as the program is linked.
std::unique_ptr<Stage> make_stage();

}  // namespace stentor::test
