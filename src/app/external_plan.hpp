#pragma once

#include "app/driver.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "broker/external_broker.hpp"
#include "broker/simple_broker.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace stentor::app {

/// What passes a broker at once, by its settings of these names.
struct BrokerRoom {
    std::size_t max_body;
    std::size_t max_pending_bytes;
};

/// A broker in the built-in one's place, as registered and checked. Immutable once the application runs.
class ExternalPlan {
public:
    virtual ~ExternalPlan() = default;
    /// Before the application runs: how messages wait here for clients, as configured for the built-in
    /// broker.
    virtual void complete(const broker::Settings&) {}
    /// That shard's end of it. The plan outlives it.
    [[nodiscard]] virtual std::unique_ptr<broker::ExternalBroker> make(Driver& driver, unsigned shard,
                                                                       base::TimerQueue& timers,
                                                                       base::Random& random) const = 0;
    /// Where it is, for events and the log.
    [[nodiscard]] virtual std::string address() const = 0;
    /// Below these a message goes to exactly one subscriber.
    [[nodiscard]] virtual const std::vector<std::string>& queue_prefixes() const = 0;
    [[nodiscard]] virtual BrokerRoom room() const = 0;
};

}  // namespace stentor::app
