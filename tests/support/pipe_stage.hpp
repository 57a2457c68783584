#pragma once

#include "support/stage.hpp"
#include "testing/pipe_driver.hpp"

#include <cstddef>

namespace stentor::test {

/// The stage over pipes, for tests that also move its clock or look at what the server keeps.
class PipeStage final : public Stage {
public:
    ~PipeStage() override { app.stop(); }

    void start() override;
    void stop(const std::function<void()>& meanwhile) override;
    using Network::connect;
    std::unique_ptr<Stream> connect(Speaks speaks, const Peer& peer) override;
    /// The counted time goes on where users' coroutines sleep; only other threads and their I/O take real
    /// time.
    bool until(const std::function<bool()>& done) override;

    /// A turn of each shard.
    void turn() { (void)driver_->turn(); }
    /// Turns until nobody has anything to do.
    void settle();
    /// Lets time go by, in steps of at most a second; `meanwhile` is called after each.
    void pass(
        base::Duration time, const std::function<void()>& meanwhile = [] {});

    /// What all shards hold.
    struct Holdings {
        std::size_t connections = 0;
        std::size_t sessions = 0;  ///< of STOMP, connected
        std::size_t subscriptions = 0;
        std::size_t encodings = 0;
        friend bool operator==(const Holdings&, const Holdings&) = default;
    };
    Holdings holdings();
    /// Of all shards.
    broker::SlowConsumers slow_consumers();
    std::size_t memory_used();

private:
    std::shared_ptr<PipeDriver> driver_;
};

}  // namespace stentor::test
