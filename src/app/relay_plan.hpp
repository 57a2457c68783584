#pragma once

#include "app/external_plan.hpp"
#include "net/connector.hpp"
#include "net/flusher.hpp"
#include "relay/stomp_relay.hpp"
#include "stentor/config.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::app {

/// A relay to a STOMP broker, as registered: what each shard needs for its own.
struct RelayPlan final : ExternalPlan {
    /// Throws ConfigError.
    explicit RelayPlan(const StompRelayConfig& config);

    void complete(const broker::Settings& broker) override;
    [[nodiscard]] std::unique_ptr<broker::ExternalBroker> make(Driver& driver, unsigned shard,
                                                               base::TimerQueue& timers,
                                                               base::Random& random) const override;
    [[nodiscard]] std::string address() const override { return settings.link.addresses.front(); }
    [[nodiscard]] const std::vector<std::string>& queue_prefixes() const override {
        return settings.queue_prefixes;
    }
    [[nodiscard]] BrokerRoom room() const override {
        return {settings.link.limits.max_body, settings.pending.max_bytes};
    }

    std::vector<net::Remote> remotes;  ///< one for each of the link's addresses
    net::SendLimits send;
    relay::RelaySettings settings;
};

}  // namespace stentor::app
